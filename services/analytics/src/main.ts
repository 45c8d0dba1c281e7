import { runService } from '@veche/kit';
import { definition } from './definition.ts';

await runService(definition);
