import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseConfig, optionalUrl, secret, text, type BaseConfig, type ConfigSpec, type Setting } from '@veche/kit';

export interface VotingConfig extends BaseConfig {
  /** Directory of keys that the database does not hold; mounted, writable by this service alone. */
  keysDir: string;
  /** Directory that remembers the last head of each log outside of the database; as lasting as the keys. */
  headsDir: string;
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

export const config: ConfigSpec<VotingConfig> = {
  ...baseConfig({ port: 4003, database: 'veche_voting' }),
  keysDir: text('VOTING_KEYS_DIR'),
  headsDir,
  packagesDir: text('VOTING_PACKAGES_DIR', join(tmpdir(), 'veche-packages')),
  voterKeysUrl: optionalUrl('VOTING_VOTER_KEYS_URL'),
  voterKeysToken,
  witnesses,
};
