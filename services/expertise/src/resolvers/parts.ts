import type { Clock } from '@veche/kit';
import type { Stores } from '../store.ts';

export interface ResolverParts {
  stores: Stores;
  clock: Clock;
}
