import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ranProcess } from '../run-process.ts';

const TIMEOUT_MS = 90_000;

/** Makes a PDF of a DOCX; null where no converter is installed. */
export type PdfConverter = (docx: Uint8Array) => Promise<Buffer | null>;

/**
 * LibreOffice without a screen. Documents are converted one after the other, for each takes a processor and some 200 MB, and two never share a
 * profile; the profile is kept from one to the next, since making it takes longer than a document, and made anew after a failure.
 * Rejects when the program is there and makes no PDF.
 */
export function libreOffice(program = 'soffice'): PdfConverter {
  let last: Promise<unknown> = Promise.resolve();
  let profile: string | null = null;
  const convert = async (docx: Uint8Array): Promise<Buffer | null> => {
    profile ??= await mkdtemp(join(tmpdir(), 'veche-office-'));
    try {
      return await converted(program, profile, docx);
    } catch (error) {
      await rm(profile, { recursive: true, force: true });
      profile = null;
      if ((error as NodeJS.ErrnoException).syscall?.startsWith('spawn')) return null;
      throw error;
    }
  };
  return (docx) => {
    const next = last.then(() => convert(docx));
    last = next.catch(() => undefined);
    return next;
  };
}

async function converted(program: string, profile: string, docx: Uint8Array): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'veche-document-'));
  try {
    const source = join(directory, 'document.docx');
    await writeFile(source, docx, { mode: 0o600 });
    const place = ['--outdir', directory, source];
    const own = `-env:UserInstallation=${pathToFileURL(profile).href}`;
    const command = [program, own, '--headless', '--norestore', '--convert-to', 'pdf', ...place];
    const { code } = await ranProcess(command, { env: { HOME: profile }, timeoutMs: TIMEOUT_MS });
    if (code !== 0) throw new Error(`the converter of documents ended with ${code}`);
    return await readFile(join(directory, 'document.pdf'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
