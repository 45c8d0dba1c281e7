import { scopesOver } from '@veche/kit/domain/oktmo';
import { stemsOf } from './words.ts';

export type Kind = 'IDEA' | 'APPLICATION';

/** What search knows of an idea or an application. */
export interface Document {
  kind: Kind;
  title: string;
  text: string;
  oktmo: string;
  contestId: string | null;
  /** Null: everybody sees it; otherwise staff of the territories with these prefixes alone. */
  seenIn: readonly string[] | null;
  /** A project that was carried out. */
  finished: boolean;
}

/** Terms that are no word begin with a sign that no word has. */
export const inTitle = (stem: string): string => `t:${stem}`;
export const inScope = (scope: string): string => `@${scope}`;
export const inContest = (contestId: string): string => `$${contestId}`;
export const ofKind = (kind: Kind): string => `#${kind}`;
export const PUBLIC = '!PUBLIC';
/** Not public yet, and seen by the staff of a territory; by the prefix of its code, which says the level as well. */
export const forStaffOf = (prefix: string): string => `!${prefix}`;
export const FINISHED = '#FINISHED';

/** The longest texts are long enough without what they say at their end. */
const WORDS_READ = 1500;

/** Every term under which a document is found. */
export function termsOf({ kind, title, text, oktmo, contestId, seenIn, finished }: Document): string[] {
  const named = stemsOf(title);
  return [
    ...new Set([
      ...named,
      ...stemsOf(text, WORDS_READ),
      ...named.map(inTitle),
      ...scopesOver(oktmo).map(inScope),
      ofKind(kind),
      ...(seenIn ? seenIn.map(forStaffOf) : [PUBLIC]),
      ...(contestId ? [inContest(contestId)] : []),
      ...(finished ? [FINISHED] : []),
    ]),
  ];
}
