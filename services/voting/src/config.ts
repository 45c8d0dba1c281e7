import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  baseConfig,
  integer,
  oneOf,
  optionalText,
  optionalUrl,
  readConfig,
  secret,
  text,
  url,
  type BaseConfig,
  type ConfigSpec,
  type Setting,
} from '@veche/kit';
import type { VaultSettings } from './keys/vault-client.ts';

export interface VotingConfig extends BaseConfig {
  /** Directory of keys that the database does not hold; mounted, writable by this service alone. */
  keysDir: string;
  /** Directory that remembers the last head of each log outside of the database; as lasting as the keys. */
  headsDir: string;
  /** The key server that wraps the keys of that directory; null when they stand there as they are. */
  vault: VaultSettings | null;
  /** Days for appeals after the latest result; before their end no key of a contest is destroyed. */
  appealDays: number;
  /** Directory of published packages; what is lost there is made again. */
  packagesDir: string;
  /** Where a SNILS of a sheet is turned into a voter key; without it no sheet is entered. */
  voterKeysUrl: string | undefined;
  voterKeysToken: string | undefined;
  /** Who co-signs heads of the log. */
  witnesses: readonly Witness[];
}

/** Somebody outside of the operator who signs only heads that are consistent with what they signed before. */
export interface Witness {
  id: string;
  url: string;
  /** Ed25519, hex. */
  key: string;
}

const witnesses: Setting<readonly Witness[]> = {
  name: 'VOTING_WITNESSES',
  read: ({ VOTING_WITNESSES: value = '' }) =>
    value
      .split(',')
      .filter(Boolean)
      .map((entry) => {
        const [, id, url, key] = /^\s*([a-z0-9.-]{1,64})=(https?:\/\/.+)=([0-9a-f]{64})\s*$/.exec(entry) ?? [];
        if (!id || !key || !URL.canParse(url!)) throw new Error('must be a list of name=url=key (64 hex digits)');
        return { id, url: url!, key };
      }),
};

const headsDir: Setting<string> = {
  name: 'VOTING_HEADS_DIR',
  read: (env) => text('VOTING_HEADS_DIR', join(env['VOTING_KEYS_DIR'] ?? '', 'heads')).read(env),
};

const voterKeysToken: Setting<string | undefined> = {
  name: 'VOTING_VOTER_KEYS_TOKEN',
  read: (env) => (env['VOTING_VOTER_KEYS_URL'] ? secret('VOTING_VOTER_KEYS_TOKEN').read(env) : undefined),
};

const LOOPBACK = /^(localhost|127\.[0-9.]+|\[::1\])$/;

const vault: Setting<VaultSettings | null> = {
  name: 'VOTING_KEYS, VOTING_VAULT_...',
  read: (env) => {
    if (oneOf('VOTING_KEYS', ['file', 'vault'], 'file').read(env) === 'file') return null;
    const fields: ConfigSpec<Omit<VaultSettings, 'auth'>> = {
      url: url('VOTING_VAULT_URL'),
      mount: text('VOTING_VAULT_MOUNT', 'transit'),
      prefix: text('VOTING_VAULT_PREFIX', 'veche-voting-'),
      namespace: optionalText('VOTING_VAULT_NAMESPACE'),
      timeoutMs: integer('VOTING_VAULT_TIMEOUT_MS', 3_000, 1),
    };
    const settings = readConfig(fields, env);
    const { protocol, hostname } = new URL(settings.url);
    if (protocol !== 'https:' && !LOOPBACK.test(hostname))
      throw new Error('VOTING_VAULT_URL must be https, except on this machine');
    return { ...settings, url: settings.url.replace(/\/+$/, ''), auth: vaultAuth(env) };
  },
};

function vaultAuth(env: Parameters<Setting<unknown>['read']>[0]): VaultSettings['auth'] {
  const tokenFile = optionalText('VOTING_VAULT_TOKEN_FILE').read(env);
  const role = optionalText('VOTING_VAULT_ROLE').read(env);
  if (!tokenFile === !role) throw new Error('one of VOTING_VAULT_TOKEN_FILE and VOTING_VAULT_ROLE is required');
  if (tokenFile) return { tokenFile };
  const jwtFile = text('VOTING_VAULT_JWT_FILE', '/var/run/secrets/kubernetes.io/serviceaccount/token').read(env);
  return { role: role!, jwtFile, path: text('VOTING_VAULT_AUTH_PATH', 'auth/kubernetes').read(env) };
}

export const config: ConfigSpec<VotingConfig> = {
  ...baseConfig({ port: 4003, database: 'veche_voting' }),
  keysDir: text('VOTING_KEYS_DIR'),
  headsDir,
  vault,
  appealDays: integer('VOTING_APPEAL_DAYS', 92),
  packagesDir: text('VOTING_PACKAGES_DIR', join(tmpdir(), 'veche-packages')),
  voterKeysUrl: optionalUrl('VOTING_VOTER_KEYS_URL'),
  voterKeysToken,
  witnesses,
};
