import { baseConfig, type BaseConfig, type ConfigSpec } from '@veche/kit';
import { pdfSetting, type PdfSetting } from '@veche/kit/documents/settings';
import { fileSettings, type FileSettings } from '@veche/kit/files/settings';
import { signatureSettings, type SignatureSettings } from '@veche/kit/signatures/settings';

export type ExpertiseConfig = BaseConfig & FileSettings & PdfSetting & SignatureSettings;

export const config: ConfigSpec<ExpertiseConfig> = {
  ...baseConfig({ port: 4004, database: 'veche_expertise' }),
  ...fileSettings,
  ...pdfSetting,
  ...signatureSettings,
};
