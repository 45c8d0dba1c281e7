import { baseConfig, type BaseConfig, type ConfigSpec } from '@veche/kit';

export const config: ConfigSpec<BaseConfig> = baseConfig({ port: 4006, database: 'veche_analytics' });
