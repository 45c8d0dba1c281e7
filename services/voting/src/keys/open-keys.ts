import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@veche/kit';
import { fileKeys, type KeyPort } from '../box/keys.ts';
import type { VotingConfig } from '../config.ts';
import { textOf } from './key-directory.ts';
import { KeyKeeper, unwrapped, type Wrap } from './key-keeper.ts';
import { VaultClient } from './vault-client.ts';
import { vaultKeys } from './vault-keys.ts';
import { transit } from './vault-transit.ts';

export type KeySettings = Pick<VotingConfig, 'keysDir' | 'vault'>;

/** The keys of the service: as files, or wrapped by the key server. */
export async function openKeys({ keysDir, vault }: KeySettings, log: Logger): Promise<KeyPort> {
  mkdirSync(keysDir, { recursive: true, mode: 0o700 });
  return vault ? vaultKeys(keysDir, new VaultClient(vault), log) : fileKeys(keysDir, log);
}

/** The same keys for a program of the operator, which makes none. */
export interface OperatorKeys {
  keeper: KeyKeeper;
  /** The key that signs heads of the log. */
  logKey(): Promise<KeyObject>;
}

export function operatorKeys({ keysDir, vault }: KeySettings): OperatorKeys {
  const wrap: Wrap = vault ? transit(new VaultClient(vault)) : unwrapped;
  return {
    keeper: new KeyKeeper(keysDir, wrap),
    logKey: async () => {
      const name = vault ? 'log-key.wrapped' : 'log-key.pem';
      const text = textOf(join(keysDir, name));
      if (text === null) throw new Error(`there is no ${name} in the directory of keys`);
      return createPrivateKey(vault ? (await wrap.unseal('log-key', text)).toString() : text);
    },
  };
}
