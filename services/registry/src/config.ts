import { baseConfig } from '@veche/kit';
import type { BaseConfig, ConfigSpec } from '@veche/kit';

export const config: ConfigSpec<BaseConfig> = baseConfig({
  port: 4005,
  database: 'veche_registry',
});
