import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { newSigningKey, writeOnce, type Logger } from '@veche/kit';
import { receiptKeys, type KeyPort } from '../box/keys.ts';
import { KeyUnavailable, textOf, tombstoneOf } from './key-directory.ts';
import { KeyKeeper } from './key-keeper.ts';
import { KEY_BYTES, KnownKeys } from './known-keys.ts';
import type { VaultClient } from './vault-client.ts';
import { transit } from './vault-transit.ts';

/** How long a key that was deleted on the server, without this service's tombstone, may still be used. */
const ASK_EVERY_MS = 60_000;

/**
 * Keys as wrapped files whose wrapping keys are in the Transit engine: neither the files nor the server alone give a key. An unwrapped key is in
 * memory only. A server that is away stops nothing that has begun: what was unwrapped stays in use until the server says that the key is gone.
 */
export async function vaultKeys(
  directory: string,
  vault: VaultClient,
  log: Logger,
  everyMs = ASK_EVERY_MS,
): Promise<KeyPort> {
  const wrap = transit(vault);
  const keeper = new KeyKeeper(directory, wrap);
  const known = new KnownKeys(directory, (contestId) => keeper.read(contestId), log);
  const signing = async (name: string): Promise<KeyObject> => {
    const file = join(directory, `${name}.wrapped`);
    const text = textOf(file) ?? writeOnce(file, await wrap.seal(name, Buffer.from(newSigningKey())));
    return createPrivateKey((await wrap.unseal(name, text)).toString());
  };
  const [receiptKey, logKey] = [await signing('receipt-key'), await signing('log-key')];
  const stillThere = async (contestId: string): Promise<void> => {
    try {
      await keeper.read(contestId);
    } catch (error) {
      if (error instanceof KeyUnavailable && error.reason !== 'away') known.forget(contestId);
      log.warn({ err: error, contest: contestId }, 'a key in use could not be unwrapped again');
    }
  };
  // Also keeps the token alive where nobody votes.
  setInterval(() => {
    vault.renew().catch((error: unknown) => log.warn({ err: error }, 'the token of the key server was not renewed'));
    for (const contestId of known.contests) void stillThere(contestId);
  }, everyMs).unref();
  return {
    ...receiptKeys(receiptKey),
    logKey,
    prepare: async (contestId) => {
      if (!tombstoneOf(directory, contestId)) await keeper.put(contestId, randomBytes(KEY_BYTES));
    },
    mac: (contestId, text) => known.mac(contestId, text),
  };
}
