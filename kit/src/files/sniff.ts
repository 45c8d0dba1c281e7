import { fileTypeFromBuffer } from 'file-type';

const SVG_START =
  /^\uFEFF?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*|<!DOCTYPE[^>[]*(?:\[[^\]]*\])?[^>]*>\s*)*<(?:svg:)?svg[\s>]/i;
const START = 4096;

/** The text of a file in UTF-8, null when it is none. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Media type by the bytes alone; `text/plain` for any text, `application/octet-stream` for what is not known. */
export async function sniffedType(bytes: Uint8Array): Promise<string> {
  const text = textOf(bytes);
  if (text !== null && SVG_START.test(text.slice(0, START))) return 'image/svg+xml';
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  return found?.mime ?? (text === null ? 'application/octet-stream' : 'text/plain');
}

/** Whether a file may be called by a type: text is read as what the sender says, everything else is what it is. */
export const mayBeCalled = (declared: string, sniffed: string): boolean =>
  declared === sniffed || (sniffed === 'text/plain' && TEXTS.includes(declared));

const TEXTS = ['text/plain', 'text/csv', 'text/markdown', 'application/json'];
