/**
 * Brings ESIA's signing certificates into the trust folder: an operator's command, never run during a login.
 *
 *   node services/esia-bridge/src/fetch-trust.ts https://esia.gosuslugi.ru/public/esia.zip DIRECTORY
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { certificateHash, validityOf } from './gost/certificate.ts';

const CERTIFICATE = /\.(der|cer|crt)$/i;
/** No certificate is this long: a bigger entry is not unpacked. */
const MAX_ENTRY_BYTES = 64 * 1024;

/** Files of a ZIP archive (APPNOTE 4.3), read by its central directory. Throws RangeError on what is no archive. */
export function readZip(archive: Buffer): Map<string, Buffer> {
  const end = archive.lastIndexOf('PK\x05\x06');
  if (end < 0) throw new RangeError('not a ZIP archive');
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => archive.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(start, start + archive.readUInt32LE(at + 20));
    const stored = archive.readUInt16LE(at + 10) === 0;
    if (!name.endsWith('/'))
      files.set(name, stored ? packed : inflateRawSync(packed, { maxOutputLength: MAX_ENTRY_BYTES }));
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}

/** Adds the certificates of the archive that have not ended; gives how many. Names come from their own hash, never from the archive. */
export async function fetchTrust(url: string, directory: string, now = new Date()): Promise<number> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const files = readZip(Buffer.from(await response.arrayBuffer()));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let count = 0;
  for (const [name, content] of files) {
    if (!CERTIFICATE.test(name) || validityOf(content).notAfter < now) continue;
    writeFileSync(join(directory, `${certificateHash(content).slice(0, 32)}.der`), content, {
      mode: 0o600,
    });
    count += 1;
  }
  return count;
}

if (import.meta.main) {
  const [url, directory] = process.argv.slice(2);
  if (!url || !directory) {
    console.error('usage: fetch-trust.ts URL DIRECTORY');
    process.exitCode = 1;
  } else console.log(`${await fetchTrust(url, directory)} certificates`);
}
