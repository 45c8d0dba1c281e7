import { baseConfig, text, type BaseConfig, type ConfigSpec } from '@veche/kit';
import { pdfSetting, type PdfSetting } from '@veche/kit/documents/settings';
import { fileSettings, type FileSettings } from '@veche/kit/files/settings';
import { signatureSettings, type SignatureSettings } from '@veche/kit/signatures/settings';

export interface ContestsConfig extends BaseConfig, FileSettings, PdfSetting, SignatureSettings {
  /** Directory of the key that signs passports; mounted, writable by this service alone. */
  keysDir: string;
}

export const config: ConfigSpec<ContestsConfig> = {
  ...baseConfig({ port: 4002, database: 'veche_contests' }),
  ...fileSettings,
  ...pdfSetting,
  ...signatureSettings,
  keysDir: text('CONTESTS_KEYS_DIR'),
};
