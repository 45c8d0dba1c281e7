import { baseConfig, text, type BaseConfig, type ConfigSpec } from '@veche/kit';
import { fileSettings, type FileSettings } from '@veche/kit/files/settings';

export interface ContestsConfig extends BaseConfig, FileSettings {
  /** Directory of the key that signs passports; mounted, writable by this service alone. */
  keysDir: string;
}

export const config: ConfigSpec<ContestsConfig> = {
  ...baseConfig({ port: 4002, database: 'veche_contests' }),
  ...fileSettings,
  keysDir: text('CONTESTS_KEYS_DIR'),
};
