import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';

/** Bounds of an archive that an office document is. */
export const ARCHIVE_LIMITS = { entries: 2000, inflated: 268_435_456, ratio: 200, small: 1_048_576 };

export type ArchiveFault = 'FILE_ARCHIVE_BROKEN' | 'FILE_ARCHIVE_BOMB' | 'FILE_HAS_MACROS';

/** Names of the parts of a sound archive, or why it is refused. */
export type ArchiveLook = { fault: ArchiveFault } | { fault: null; names: readonly string[] };

const ENCRYPTED = 1;
/** Where office documents keep programs. */
const MACROS = /(^|\/)(vbaProject\.bin|vbaData\.xml)$|^Basic\/|^Scripts\//i;

/**
 * Whether a ZIP can be opened by anybody without harm. What its directory declares is not believed: every part is inflated and counted,
 * so that memory and time are bounded by the limits whatever it claims.
 */
export async function lookIntoArchive(bytes: Buffer): Promise<ArchiveLook> {
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true });
    if (zip.entryCount > ARCHIVE_LIMITS.entries) return { fault: 'FILE_ARCHIVE_BOMB' };
    return await walk(zip, bytes.length);
  } catch {
    return { fault: 'FILE_ARCHIVE_BROKEN' };
  }
}

async function walk(zip: ZipFile, packed: number): Promise<ArchiveLook> {
  const names: string[] = [];
  const entries: Entry[] = [];
  let declared = 0;
  for await (const entry of zip.eachEntry()) {
    if (entry.generalPurposeBitFlag & ENCRYPTED) return { fault: 'FILE_ARCHIVE_BROKEN' };
    names.push(entry.fileName);
    entries.push(entry);
    declared += entry.uncompressedSize;
  }
  if (tooMuch(declared, packed)) return { fault: 'FILE_ARCHIVE_BOMB' };
  let inflated = 0;
  for (const entry of entries) {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) {
      inflated += (chunk as Buffer).length;
      if (tooMuch(inflated, packed)) return { fault: 'FILE_ARCHIVE_BOMB' };
    }
  }
  return names.some((name) => MACROS.test(name)) ? { fault: 'FILE_HAS_MACROS' } : { fault: null, names };
}

/** Text packs well, so the ratio counts only beyond a size that harms nobody. */
const tooMuch = (inflated: number, packed: number): boolean =>
  inflated > ARCHIVE_LIMITS.inflated || (inflated > ARCHIVE_LIMITS.small && inflated > packed * ARCHIVE_LIMITS.ratio);
