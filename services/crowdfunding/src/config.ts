import { baseConfig } from '@veche/kit';
import type { BaseConfig, ConfigSpec } from '@veche/kit';

export const config: ConfigSpec<BaseConfig> = baseConfig({
  port: 4007,
  database: 'veche_crowdfunding',
});
