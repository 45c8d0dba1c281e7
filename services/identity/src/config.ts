import { readFileSync } from 'node:fs';
import { baseConfig, optionalUrl } from '@veche/kit';
import type { BaseConfig, ConfigSpec, Setting } from '@veche/kit';
import { dataKey } from './cipher.ts';
import type { DataKey } from './cipher.ts';

export interface IdentityConfig extends BaseConfig {
  /** The first seals, all open. */
  dataKeys: readonly DataKey[];
  /** Where names come from, if not from the issuer's own address. */
  userInfoUrl: string | undefined;
}

/** Files of 32 raw bytes, comma-separated; the newest key first. */
const keyFiles: Setting<readonly DataKey[]> = {
  name: 'IDENTITY_KEY_FILE',
  read(env) {
    const files = (env['IDENTITY_KEY_FILE'] ?? '')
      .split(',')
      .map((file) => file.trim())
      .filter(Boolean);
    if (files.length === 0) throw new Error('is required');
    const keys = files.map((file) => dataKey(bytesOf(file)));
    if (new Set(keys.map((key) => key.id)).size < keys.length) throw new Error('names the same key twice');
    return keys;
  },
};

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new Error('the file cannot be read');
  }
}

export const config: ConfigSpec<IdentityConfig> = {
  ...baseConfig({ port: 4001, database: 'veche_identity' }),
  dataKeys: keyFiles,
  userInfoUrl: optionalUrl('TOKEN_USERINFO_URL'),
};
