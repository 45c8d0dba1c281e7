import { commandOf, forbidden, type Aggregate, type Context } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import { announced, refusal } from '../box/admission.ts';
import type { BallotBox } from '../box/ballot-box.ts';
import { faultAtDesk, keyAtDesk, type DeskParts } from '../box/desk.ts';
import { receiptOf } from '../box/receipt.ts';
import { CODE_MINUTES, countCode, endBooth, isOpen, registerBooth, type Booth } from '../domain/booth.ts';
import { faultOfFurther } from '../domain/double-vote.ts';
import { intake, type Voting } from '../domain/voting.ts';
import type { CastBoothBallotInput, IssueBallotCodeInput, MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import type { Code } from '../messages.ts';
import { mayCollectAt, mayReadBooth } from '../policy.ts';
import { revisionsOf } from '../store.ts';
import type { ViewParts } from '../views.ts';
import type { StoredCode } from '../store/booth.ts';
import { countTry, findCode, isExhausted, isTablet, issueCode, tabletKey, type BoothOf } from './codes.ts';

export interface BoothParts extends ViewParts, DeskParts {
  box: BallotBox;
}

const CHANNEL = 'booth';
const RETRY_AFTER_S = 60;

const viewOf = ({ id, version, state }: Aggregate<Booth>) => {
  const { contestId, ...rest } = state;
  return { ...rest, id, version, contest: { id: contestId } };
};

const TOO_MANY: Rejection<Code> = { code: 'TOO_MANY_ATTEMPTS', params: { seconds: RETRY_AFTER_S } };

/** A booth of the caller's territories, an operator's own, all for an auditor. */
export const booths =
  ({ stores }: BoothParts): NonNullable<QueryResolvers['booths']> =>
  async (_source, { contestId }, context) => {
    const caller = context.requireCaller();
    const found = await stores.booths.find({ contestId }, { sort: { createdAt: 1 }, limit: 1000 });
    return found.filter(({ state }) => mayReadBooth(caller, state)).map(viewOf) as never;
  };

export function boothMutations(
  parts: BoothParts,
): Pick<MutationResolvers, 'registerBooth' | 'endBooth' | 'issueBallotCode' | 'castBoothBallot'> {
  const { stores } = parts;
  const refused = (rejection: Rejection<Code>) =>
    ({ booth: null, tabletKey: null, rejection: refusal(rejection) }) as never;
  return {
    registerBooth: async (_source, { input }, context) => {
      const command = commandOf(context, 'registerBooth', input);
      const { idempotencyKey: _key, ...booth } = input;
      const voting = await announced(parts, input.contestId);
      if (!voting) return refused({ code: 'NOT_FOUND' });
      if (!mayCollectAt(context.requireCaller(), voting, booth.oktmo)) throw forbidden();
      const made = await stores.booths.create({ command, events: () => [], decide: () => registerBooth(booth) });
      if (made.rejection) return refused(made.rejection);
      const { id: boothId, state } = made.aggregate;
      const key = await tabletKey(parts, { boothId, contestId: state.contestId });
      return { booth: viewOf(made.aggregate), tabletKey: key, rejection: null } as never;
    },
    endBooth: async (_source, { input }, context) => {
      const command = commandOf(context, 'endBooth', input);
      const booth = await stores.booths.load(input.boothId);
      if (!booth || !mayActIn(context.requireCaller(), booth.state.oktmo)) return refused({ code: 'NOT_FOUND' });
      const ended = await stores.booths.change({ id: input.boothId, command, events: () => [], decide: endBooth });
      if (ended.rejection) return refused(ended.rejection);
      return { booth: viewOf(ended.aggregate), tabletKey: null, rejection: null } as never;
    },
    issueBallotCode: async (_source, { input }, context) => issue(parts, input, context) as never,
    castBoothBallot: async (_source, { input }) => cast(parts, input) as never,
  };
}

const noCode = (rejection: Rejection<Code>) => ({ code: null, expiresAt: null, rejection: refusal(rejection) });

/** Identifies a voter at the desk and gives a code for the tablet of the same booth; of the ballot the operator learns nothing. */
async function issue(parts: BoothParts, input: IssueBallotCodeInput, context: Context) {
  const { boothId, idempotencyKey } = input;
  const { stores, clock } = parts;
  const { key } = commandOf(context, 'issueBallotCode', { idempotencyKey });
  const booth = await stores.booths.load(boothId);
  if (!booth?.state.operatorIds.includes(context.requireCaller().personId)) return noCode({ code: 'NOT_FOUND' });
  const { contestId } = booth.state;
  const voting = (await announced(parts, contestId))!;
  const { tag, rejection } = await identified(parts, { booth, voting }, input);
  if (rejection) return noCode(rejection);
  // The command is remembered by a hash over the tag: over the number of the person it could be tried out.
  const known = { boothId, tag };
  const command = commandOf(context, 'issueBallotCode', { idempotencyKey, ...known });
  const decide = (state: Booth) => countCode(state, clock.now());
  const counted = await stores.booths.change({ id: boothId, command, events: () => [], decide });
  if (counted.rejection) return noCode(counted.rejection);
  return { ...(await issueCode(parts, { boothId, contestId }, { tag, request: key })), rejection: null };
}

type Identified = { tag: string; rejection: null } | { tag: null; rejection: Rejection<Code> };

/** The voter's tag, if the person may vote at this booth now. */
async function identified(
  parts: BoothParts,
  { booth, voting }: { booth: Aggregate<Booth>; voting: Voting },
  { snils, birthDate, residence }: IssueBallotCodeInput,
): Promise<Identified> {
  const { stores, box, clock } = parts;
  const { id: boothId, state } = booth;
  const { contestId } = state;
  const fault = faultBefore(voting, state, clock.now()) ?? faultAtDesk(voting, { birthDate, residence }, clock.now());
  if (fault) return { tag: null, rejection: fault };
  if (await isExhausted(parts, boothId, 'issue')) return { tag: null, rejection: TOO_MANY };
  await countTry(parts, boothId, 'issue');
  const asked = await keyAtDesk(parts, snils, 'booth-ballot');
  if (asked.rejection) return { tag: null, rejection: asked.rejection };
  const tag = await box.tag(contestId, asked.voterKey);
  const channels = (await revisionsOf(stores, contestId, tag)).map(({ channel }) => channel);
  const further = channels.length > 0 && faultOfFurther(voting.announcement!.rule, channels, CHANNEL);
  if (!further) return { tag, rejection: null };
  return { tag: null, rejection: await box.refuseFurther({ contestId, tag, channel: CHANNEL }, further) };
}

function faultBefore(voting: Voting, booth: Booth, now: Date): Rejection<Code> | null {
  const open = intake(voting, now);
  if (!open.ok) return { code: open.code };
  return isOpen(booth, now) ? null : { code: 'BOOTH_NOT_OPEN' };
}

const noReceipt = (rejection: Rejection<Code>) => ({ receipt: null, rejection: refusal(rejection) });

/** Casts a ballot from the tablet. The code is the key of the request: the same ballot again gives the same receipt, another one is refused. */
async function cast(parts: BoothParts, { boothId, tabletKey: given, code, choices, ruleHash }: CastBoothBallotInput) {
  const { stores, clock, box } = parts;
  const booth = await stores.booths.load(boothId);
  const which = booth && { boothId, contestId: booth.state.contestId };
  if (!which || !(await isTablet(parts, which, given))) return noReceipt({ code: 'NOT_FOUND' });
  if (!isOpen(booth.state, clock.now())) return noReceipt({ code: 'BOOTH_NOT_OPEN' });
  const { found, rejection } = await codeFor(parts, which, code);
  if (rejection) return noReceipt(rejection);
  const { contestId } = which;
  const voting = (await announced(parts, contestId))!;
  const idempotencyKey = keyOf(found);
  const result = await box.cast({
    contestId,
    voting,
    tag: found.tag,
    choices,
    ruleHash,
    idempotencyKey,
    channel: CHANNEL,
  });
  if (!result.rejection) return { receipt: receiptOf(result.ballot, 'record'), rejection: null };
  const spent = result.rejection.code === 'IDEMPOTENCY_KEY_REUSED';
  return noReceipt(spent ? { code: 'BALLOT_CODE_SPENT', path: ['code'] } : result.rejection);
}

/** The hash of a code is the key of its ballot, so that a code is good once in whatever number of processes. */
const keyOf = ({ _id }: StoredCode): string => `booth.${_id}`;

type Found = { found: StoredCode; rejection: null } | { found: null; rejection: Rejection<Code> };

/** The code as it was given, while it is good; one that is spent stays good for the receipt that was lost. */
async function codeFor(parts: BoothParts, booth: BoothOf, code: string): Promise<Found> {
  const { stores, clock } = parts;
  if (await isExhausted(parts, booth.boothId, 'wrong')) return { found: null, rejection: TOO_MANY };
  const found = await findCode(parts, booth, code);
  if (!found) {
    await countTry(parts, booth.boothId, 'wrong');
    return { found: null, rejection: { code: 'BALLOT_CODE_UNKNOWN', path: ['code'] } };
  }
  const revisions = await revisionsOf(stores, booth.contestId, found.tag);
  const spent = revisions.some(({ key }) => key === keyOf(found));
  if (spent || found.expiresAt > clock.now()) return { found, rejection: null };
  return { found: null, rejection: { code: 'BALLOT_CODE_EXPIRED', path: ['code'], params: { minutes: CODE_MINUTES } } };
}
