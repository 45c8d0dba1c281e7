import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contestKeys } from '../src/cli/key-commands.ts';

export const temporary = (): string => mkdtempSync(join(tmpdir(), 'veche-keys-'));

export interface Member {
  publicPem: string;
  privatePem: string;
}

const pair = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): Member => ({
  publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});

export const x25519Member = (): Member => pair(generateKeyPairSync('x25519'));
export const rsaMember = (modulusLength = 3072): Member => pair(generateKeyPairSync('rsa', { modulusLength }));

export function fileOf(text: string): string {
  const file = join(temporary(), 'file');
  writeFileSync(file, text);
  return file;
}

/** Runs a program of the operator; gives its exit code and its lines. */
export function runCli(name: string, args: readonly string[], env: Record<string, string>) {
  const program = join(import.meta.dirname, '../src/cli', `${name}.ts`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { env, encoding: 'utf8' });
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, any>);
  return { status, lines, last: lines.at(-1), stderr };
}

/** The same for `contest-keys`, in this process. */
export async function runKeys(args: readonly string[], env: Record<string, string>) {
  const lines: Record<string, any>[] = [];
  let stderr = '';
  const show = (line: object) => void lines.push(JSON.parse(JSON.stringify(line)));
  const status = await contestKeys({ env, show, explain: (text) => void (stderr += text) }, args);
  return { status, lines, last: lines.at(-1), stderr };
}
