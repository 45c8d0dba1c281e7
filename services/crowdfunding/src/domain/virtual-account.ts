import type { VirtualCapital } from '@veche/kit/domain/criterion';
import { accept, reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { residenceFault } from '@veche/kit/domain/residence';
import { phaseOf, type CapitalCampaign, type Phase } from './capital-campaign.ts';
import { points, sumOf, type Points } from './points.ts';

/** GRANTED: the endowment. GIVEN: to an application. RETURNED: an application that went gives back what it had. */
export type MoveCause = 'GRANTED' | 'GIVEN' | 'RETURNED';

export interface Move {
  cause: MoveCause;
  /** Null with GRANTED. */
  applicationId: string | null;
  points: Points;
  at: Date;
  /** Key of the request that gave; null with the others. */
  key: string | null;
}

/**
 * Points of one person in one contest; the id is made of both. All moves are in one document that is written whole under its version, so that of
 * two gifts at once the second sees the first: nothing is overdrawn, and the endowment is granted once.
 */
export interface VirtualAccount {
  contestId: string;
  personId: string;
  /** Added, never changed. */
  moves: readonly Move[];
}

export type GiftCode =
  | 'NOT_FOUND'
  | 'NO_VIRTUAL_CAPITAL'
  | 'VERIFICATION_REQUIRED'
  | 'RESIDENCE_UNKNOWN'
  | 'NOT_A_RESIDENT'
  | 'CAPITAL_NOT_OPEN'
  | 'CAPITAL_FROZEN'
  | 'OWN_APPLICATION'
  | 'POINTS_OUT_OF_RANGE'
  | 'BALANCE_EXCEEDED'
  | 'APPLICATION_LIMIT_EXCEEDED'
  | 'TOO_MANY_GIFTS'
  | 'IDEMPOTENCY_KEY_REUSED';

export type AccountResult = Decision<VirtualAccount, never, GiftCode>;

/** Moves of one account: it stays a small document. */
const MOVES_MAX = 500;

export const accountId = (contestId: string, personId: string): string => `${contestId}:${personId}`;

const SIGNS: Readonly<Record<MoveCause, 1 | -1>> = { GRANTED: 1, GIVEN: -1, RETURNED: 1 };

/** Points of the person after the moves. */
export const balanceOf = (moves: readonly Move[]): Points =>
  sumOf(moves.map((move) => points(SIGNS[move.cause] * move.points)));

/** Points of an application from this person. */
export const heldBy = ({ moves }: VirtualAccount, applicationId: string): Points =>
  points(0 - balanceOf(moves.filter((move) => move.applicationId === applicationId)));

export interface Gift {
  campaign: CapitalCampaign | null;
  application: { id: string; admitted: boolean; memberIds: readonly string[] };
  confirmed: boolean;
  /** ОКТМО of where the person is registered, as the sign-in told. */
  residence?: string | undefined;
  points: number;
  key: string;
}

/** Gives points of a person whose account is confirmed; the first gift is preceded by the endowment. */
export function give(account: VirtualAccount, gift: Gift, now: Date): AccountResult {
  // A document remembers its last requests only; a gift that was made is known for good.
  const known = account.moves.find(({ key }) => key === gift.key);
  if (known) return sameGift(known, gift) ? accept(account) : reject('IDEMPOTENCY_KEY_REUSED');
  const refused = refusalOf(account, gift, now);
  if (refused) return { ok: false, rejection: refused };
  const amount = points(gift.points);
  const moves = granted(account, gift, now);
  const balance = balanceOf(moves);
  if (amount > balance) return reject('BALANCE_EXCEEDED', ['points'], { balance });
  const most = gift.campaign!.rule!.perApplication;
  const left = most === null ? amount : most - heldBy(account, gift.application.id);
  if (amount > left) return reject('APPLICATION_LIMIT_EXCEEDED', ['points'], { max: most!, left });
  const given = { cause: 'GIVEN', applicationId: gift.application.id, points: amount, at: now, key: gift.key } as const;
  return accept({ ...account, moves: [...moves, given] });
}

const sameGift = (move: Move, { application, points: amount }: Gift): boolean =>
  move.applicationId === application.id && move.points === amount;

function granted({ moves }: VirtualAccount, { campaign }: Gift, now: Date): readonly Move[] {
  if (moves.length > 0) return moves;
  const endowment = points(campaign!.rule!.endowment);
  return [{ cause: 'GRANTED', applicationId: null, points: endowment, at: now, key: null }];
}

const CLOSED: Readonly<Record<Phase, GiftCode | null>> = {
  BEFORE: 'CAPITAL_NOT_OPEN',
  OPEN: null,
  OVER: 'CAPITAL_FROZEN',
};

/** What keeps the person from giving, whatever to. */
function personRefusal(
  rule: VirtualCapital,
  { confirmed, residence }: Pick<Gift, 'confirmed' | 'residence'>,
): Rejection<GiftCode> | null {
  if (!confirmed) return { code: 'VERIFICATION_REQUIRED' };
  const fault = residenceFault(rule.residence, residence);
  if (fault === 'UNKNOWN') return { code: 'RESIDENCE_UNKNOWN', params: { oktmo: rule.residence! } };
  return fault && { code: 'NOT_A_RESIDENT', params: { oktmo: rule.residence!, own: residence! } };
}

function refusalOf({ moves, personId }: VirtualAccount, { campaign, application, ...gift }: Gift, now: Date) {
  const refuse = (code: GiftCode, path?: string[]) => ({ code, ...(path ? { path } : {}) });
  if (!campaign?.rule) return refuse('NO_VIRTUAL_CAPITAL', ['applicationId']);
  if (!application.admitted) return refuse('NOT_FOUND', ['applicationId']);
  const barred = personRefusal(campaign.rule, gift);
  if (barred) return barred;
  const closed = CLOSED[phaseOf(campaign, now)];
  if (closed) return refuse(closed);
  if (application.memberIds.includes(personId)) return refuse('OWN_APPLICATION', ['applicationId']);
  if (!Number.isSafeInteger(gift.points) || gift.points < 1) return refuse('POINTS_OUT_OF_RANGE', ['points']);
  return moves.length >= MOVES_MAX ? refuse('TOO_MANY_GIFTS') : null;
}

/** What an application that went still holds comes back; nothing happens where it holds nothing. */
export function takeBack(account: VirtualAccount, applicationId: string, now: Date): AccountResult {
  const held = heldBy(account, applicationId);
  if (held <= 0) return accept(account);
  return accept({
    ...account,
    moves: [...account.moves, { cause: 'RETURNED', applicationId, points: held, at: now, key: null }],
  });
}
