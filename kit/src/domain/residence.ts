import { covers } from './oktmo.ts';

/** What keeps a person from what is for residents of a scope: no residence was told, or it lies elsewhere. */
export type ResidenceFault = 'UNKNOWN' | 'ELSEWHERE';

/** `scope`: ОКТМО of the territory in which one must be registered, of a region for anyone in it; null: no binding to a residence. */
export function residenceFault(scope: string | null | undefined, own: string | undefined): ResidenceFault | null {
  if (!scope) return null;
  if (!own) return 'UNKNOWN';
  return covers(scope, own) ? null : 'ELSEWHERE';
}
