import { baseConfig, type BaseConfig, type ConfigSpec } from '@veche/kit';
import { signatureSettings, type SignatureSettings } from '@veche/kit/signatures/settings';

export type ExpertiseConfig = BaseConfig & SignatureSettings;

export const config: ConfigSpec<ExpertiseConfig> = {
  ...baseConfig({ port: 4004, database: 'veche_expertise' }),
  ...signatureSettings,
};
