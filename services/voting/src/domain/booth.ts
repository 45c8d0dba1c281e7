import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { PLACE } from './paper-batch.ts';

/** A place of voting with a tablet. Who is identified stands at the desk; what is chosen is known to the tablet alone. */
export interface Booth {
  contestId: string;
  /** ОКТМО of the place. */
  oktmo: string;
  place: string;
  /** Persons who identify voters at the desk. */
  operatorIds: readonly string[];
  /** Term in which codes are given and taken; its end is excluded. */
  opensAt: Date;
  closesAt: Date;
  /** Ended before its term, e.g. because a tablet was lost. */
  ended: boolean;
  /** Codes that were given. */
  issued: number;
}

export type BoothCode = 'PLACE_LENGTH' | 'OPERATORS_INVALID' | 'BOOTH_TERM_INVALID' | 'BOOTH_NOT_OPEN';

type Result = Decision<Booth, never, BoothCode>;

const OPERATORS = { max: 20 };
const ID_MAX = 64;
/** Longest term, days. */
const TERM = { max: 60 };
const DAY_MS = 86_400_000;

export type NewBooth = Omit<Booth, 'ended' | 'issued'>;

export function registerBooth(input: NewBooth): Result {
  const place = input.place.trim();
  const { operatorIds, opensAt, closesAt } = input;
  if (place.length < PLACE.min || place.length > PLACE.max) return reject('PLACE_LENGTH', ['place'], PLACE);
  const distinct = new Set(operatorIds).size === operatorIds.length;
  const sized = operatorIds.length > 0 && operatorIds.length <= OPERATORS.max;
  if (!distinct || !sized || operatorIds.some((id) => id.length > ID_MAX))
    return reject('OPERATORS_INVALID', ['operatorIds'], OPERATORS);
  const term = closesAt.getTime() - opensAt.getTime();
  if (!(term > 0 && term <= TERM.max * DAY_MS)) return reject('BOOTH_TERM_INVALID', ['closesAt'], TERM);
  return accept({ ...input, place, ended: false, issued: 0 });
}

/** Codes of a booth that is ended are void at once. */
export const endBooth = (booth: Booth): Result => accept({ ...booth, ended: true });

export const isOpen = ({ ended, opensAt, closesAt }: Booth, now: Date): boolean =>
  !ended && opensAt <= now && now < closesAt;

export const countCode = (booth: Booth, now: Date): Result =>
  isOpen(booth, now) ? accept({ ...booth, issued: booth.issued + 1 }) : reject('BOOTH_NOT_OPEN', ['boothId']);

/** Minutes in which a code is good; long enough to walk to the tablet and read the list. */
export const CODE_MINUTES = 15;

export const expiryOf = (issuedAt: Date): Date => new Date(issuedAt.getTime() + CODE_MINUTES * 60_000);
