import { text, type ConfigSpec } from '../config.ts';

/** Setting of a service that makes documents. */
export interface PdfSetting {
  /** LibreOffice's program, by its name or its path. */
  documentsSoffice: string;
}

export const pdfSetting: ConfigSpec<PdfSetting> = { documentsSoffice: text('DOCUMENTS_SOFFICE', 'soffice') };
