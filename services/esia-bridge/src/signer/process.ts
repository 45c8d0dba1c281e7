import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { Signer } from './signer.ts';

const TIMEOUT_MS = 10_000;

/** Runs a program without a shell, feeds it `input` and gives its standard output. Rejects unless it exits with 0. */
export async function runProcess(
  command: readonly string[],
  input: Uint8Array,
  env: NodeJS.ProcessEnv = {},
): Promise<Buffer> {
  const [program, ...args] = command;
  const child = spawn(program!, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: TIMEOUT_MS,
  });
  const closed = once(child, 'close');
  // A program that never reads its input must not crash the bridge.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [output, [code]] = await Promise.all([buffer(child.stdout), closed]);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return output;
}

/**
 * OpenSSL with the GOST engine, one child process per signature. `OPENSSL_CONF` is set for the child only: loading
 * the engine into this process would change every other TLS and hash call.
 */
export function opensslSigner(options: { keyFile: string; configFile: string }): Signer {
  const command = ['openssl', 'dgst', '-md_gost12_256', '-binary', '-sign', options.keyFile];
  return {
    adapter: 'openssl',
    sign: (text) => runProcess(command, Buffer.from(text), { OPENSSL_CONF: options.configFile }),
  };
}

/**
 * Any external program, such as a certified provider's command line: it reads the text on standard input and writes
 * the 64 bytes. `reverse` is for CryptoPro, which writes them in the opposite order.
 */
export function commandSigner(options: { command: readonly string[]; reverse: boolean }): Signer {
  return {
    adapter: 'command',
    async sign(text) {
      const signature = await runProcess(options.command, Buffer.from(text));
      return options.reverse ? Buffer.from(signature.toReversed()) : signature;
    },
  };
}
