import { baseConfig, type BaseConfig, type ConfigSpec } from '@veche/kit';

export const config: ConfigSpec<BaseConfig> = baseConfig({ port: 4004, database: 'veche_expertise' });
