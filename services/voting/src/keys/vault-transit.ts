import { KeyUnavailable } from './key-directory.ts';
import type { Wrap } from './key-keeper.ts';
import { VaultError, type VaultClient } from './vault-client.ts';

/** Wraps every key of a contest by a Transit key of its own, which never leaves the server: with it goes every copy of the wrapped one. */
export function transit(vault: VaultClient): Wrap {
  const bound = (name: string) => ({ associated_data: Buffer.from(name).toString('base64') });
  return {
    extension: 'wrapped',
    seal: async (name, key) => {
      await vault.post(vault.key(name), { type: 'aes256-gcm96' });
      const { ciphertext } = await vault.post<{ ciphertext: string }>(vault.key(name, 'encrypt'), {
        plaintext: key.toString('base64'),
        ...bound(name),
      });
      return ciphertext;
    },
    unseal: async (name, ciphertext) => {
      const answer = vault.post<{ plaintext: string }>(vault.key(name, 'decrypt'), { ciphertext, ...bound(name) });
      const { plaintext } = await answer.catch((error: unknown) => {
        throw new KeyUnavailable(name, isGone(error) ? 'missing' : 'away', { cause: error });
      });
      return Buffer.from(plaintext, 'base64');
    },
    shred: async (name) => {
      if (!(await vault.has(vault.key(name)))) return;
      await vault.post(`${vault.key(name)}/config`, { deletion_allowed: true });
      await vault.remove(vault.key(name));
    },
  };
}

/** The server has no such key, or not the one that wrapped this; a refused token, a sealed server or silence may pass. */
const isGone = (error: unknown): boolean =>
  error instanceof VaultError && (error.status === 404 || error.status === 400);
