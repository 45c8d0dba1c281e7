import { baseConfig, text, type BaseConfig, type ConfigSpec } from '@veche/kit';

export interface VotingConfig extends BaseConfig {
  /** Directory of keys that the database does not hold; mounted, writable by this service alone. */
  keysDir: string;
}

export const config: ConfigSpec<VotingConfig> = {
  ...baseConfig({ port: 4003, database: 'veche_voting' }),
  keysDir: text('VOTING_KEYS_DIR'),
};
