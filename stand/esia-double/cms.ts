import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pemOf } from '@veche/kit/signatures/pem';
import { runProcess } from '@veche/kit/run-process';
import { GOST_OPENSSL_CONFIG } from '@veche/kit/signatures/gost-config';

/** Checks a detached CMS signature of the old dialect with OpenSSL's GOST engine; without the engine nothing verifies. */
export async function verifyCms(signature: Uint8Array, text: string, certificate: Uint8Array): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'esia-double-'));
  try {
    const file = (name: string) => join(directory, name);
    await Promise.all([
      writeFile(file('sig'), signature),
      writeFile(file('text'), text),
      writeFile(file('ca'), pemOf('CERTIFICATE', certificate)),
    ]);
    const command = [
      'openssl',
      'cms',
      '-verify',
      '-binary',
      '-inform',
      'DER',
      '-in',
      file('sig'),
      '-content',
      file('text'),
    ];
    await runProcess(
      [...command, '-CAfile', file('ca'), '-certfile', file('ca'), '-purpose', 'any', '-out', '/dev/null'],
      Buffer.alloc(0),
      { OPENSSL_CONF: GOST_OPENSSL_CONFIG },
    );
    return true;
  } catch {
    return false;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
