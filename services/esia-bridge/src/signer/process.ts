import { runProcess } from '@veche/kit/run-process';
import type { Signer } from './signer.ts';

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
