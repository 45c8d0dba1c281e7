import { baseConfig, flag, type BaseConfig, type ConfigSpec } from '@veche/kit';
import { pdfSetting, type PdfSetting } from '@veche/kit/documents/settings';
import { fileSettings, type FileSettings } from '@veche/kit/files/settings';
import { signatureSettings, type SignatureSettings } from '@veche/kit/signatures/settings';

export type ExpertiseConfig = BaseConfig &
  FileSettings &
  PdfSetting &
  SignatureSettings & {
    /** Whether a model that learns from decisions suggests beside the built-in rules. */
    juryModel: boolean;
  };

export const config: ConfigSpec<ExpertiseConfig> = {
  ...baseConfig({ port: 4004, database: 'veche_expertise' }),
  ...fileSettings,
  ...pdfSetting,
  ...signatureSettings,
  juryModel: flag('JURY_MODEL', true),
};
