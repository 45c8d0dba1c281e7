import { badInput, commandOf, type Context } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { against, announced, refusal } from './box/admission.ts';
import { keyFault, needingKey } from './box/key-refusal.ts';
import { basketMutations, myBasket } from './box/basket-resolvers.ts';
import { boothMutations, booths } from './booth/booth-resolvers.ts';
import type { Baskets } from './box/baskets.ts';
import type { BallotBox, Cast, CastResult } from './box/ballot-box.ts';
import { leafPrefix } from './domain/record.ts';
import { intake } from './domain/voting.ts';
import type { MutationResolvers, QueryResolvers, Resolvers } from './gen/graphql.ts';
import type { Code } from './messages.ts';
import { decideSuspiciousPattern, suspiciousPatterns } from './signals/pattern-resolvers.ts';
import type { Signals } from './signals/signals.ts';
import { paperBatches, paperMutations } from './paper/paper-resolvers.ts';
import { receiptOf } from './box/receipt.ts';
import { redetermined } from './count/redetermination-resolver.ts';
import { entryOf } from './log/log.ts';
import { lastBallot } from './store.ts';
import type { VoteMetrics } from './box/vote-metrics.ts';
import type { VoterKeyPort } from './box/voter-keys.ts';
import { resultOfApplication, votingView, type ViewParts } from './views.ts';

export interface ResolverParts extends ViewParts {
  box: BallotBox;
  baskets: Baskets;
  voterKeys: VoterKeyPort;
  signals: Signals;
  votes: Pick<VoteMetrics, 'ineligible'>;
}

const MOST = 500;
const CHANNEL_MAX = 50;
const VOTER_KEY_MAX = 200;

export function resolvers(parts: ResolverParts): Resolvers {
  const voting = async ({ id }: { id: string }) => {
    const found = await parts.stores.votings.load(id);
    return found ? votingView(parts, found) : null;
  };
  return {
    Query: needingKey(
      {
        ...queries(parts),
        myBasket: myBasket(parts),
        paperBatches: paperBatches(parts),
        booths: booths(parts),
        suspiciousPatterns: suspiciousPatterns(parts),
      },
      'throw',
    ),
    Mutation: needingKey(
      {
        ...mutations(parts),
        ...basketMutations(parts),
        ...paperMutations(parts),
        ...boothMutations(parts),
        decideSuspiciousPattern: decideSuspiciousPattern(parts),
      },
      'refuse',
    ),
    Contest: { __resolveReference: ({ id }: { id: string }) => ({ id }), voting },
    Application: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      voteResult: ({ id }: { id: string }, _args: object, context: Context) => resultOfApplication(parts, context, id),
    },
  } as Resolvers;
}

function queries(parts: ResolverParts): QueryResolvers {
  const { stores, box, clock } = parts;
  return {
    voting: async (_source, { contestId }) => {
      const found = await stores.votings.load(contestId);
      return (found ? votingView(parts, found) : null) as never;
    },
    myEligibility: async (_source, { contestId }, context) => {
      const state = await announced(parts, contestId);
      if (!state) return { eligible: false, reasons: [refusal({ code: 'NOT_FOUND' })] } as never;
      const open = intake(state, clock.now());
      const reasons: Rejection<Code>[] = against(state, context, clock.now());
      parts.votes.ineligible(reasons.map(({ code }) => code));
      if (!open.ok && state.announcement!.eligibility) reasons.unshift({ code: open.code });
      const lost = await keyFault(parts.keys, contestId);
      if (lost) reasons.unshift(lost);
      return { eligible: reasons.length === 0, reasons: reasons.map(refusal) } as never;
    },
    myBallot: async (_source, { contestId }, context) => {
      const { voterKey } = context.requireCaller();
      if (!voterKey || !(await announced(parts, contestId))) return null;
      const ballot = await lastBallot(stores, contestId, await box.tag(contestId, voterKey));
      return ballot ? receiptOf(ballot, 'no record') : null;
    },
    ballotByCode: async (_source, { contestId, code }) => {
      const prefix = leafPrefix(code);
      if (!prefix) throw badInput('The tracking code has a typing error', ['code']);
      return entryOf(stores, contestId, prefix);
    },
  };
}

function mutations(parts: ResolverParts): MutationResolvers {
  const { box, clock } = parts;
  const refused = (rejection: Rejection<Code>) => ({ receipt: null, rejection: refusal(rejection) }) as never;
  const answer = ({ ballot, rejection }: CastResult, show: 'record' | 'no record') =>
    rejection ? refused(rejection) : ({ receipt: receiptOf(ballot!, show), rejection: null } as never);
  return {
    castBallot: async (_source, { input }, context) => {
      const { key: idempotencyKey } = commandOf(context, 'castBallot', input);
      const voting = await announced(parts, input.contestId);
      if (!voting) return refused({ code: 'NOT_FOUND' });
      const reasons = against(voting, context, clock.now());
      parts.votes.ineligible(reasons.map(({ code }) => code));
      if (reasons.length > 0) return refused(reasons[0]!);
      const { contestId, choices, ruleHash } = input;
      const made = box.tag(contestId, context.caller!.voterKey!);
      const tag = typeof made === 'string' ? made : await made;
      const cast = { contestId, voting, choices, ruleHash, idempotencyKey, tag, channel: 'online' };
      const result = await box.cast(cast);
      if (result.rejection?.code === 'PROJECT_UNKNOWN') return refused(await named(parts, cast, result.rejection));
      if (result.ballot) parts.signals.note(contestId, context.headers);
      return answer(result, 'record');
    },
    redetermineResult: (_source, { input }, context) => redetermined(parts, input, context) as never,
    castBallots: async (_source, { input }, context) => {
      const { contestId, channel, ballots } = input;
      if (ballots.length === 0 || ballots.length > MOST)
        return { results: [], rejection: refusal({ code: 'TOO_MANY_ITEMS', params: { max: MOST } }) } as never;
      if (channel.length > CHANNEL_MAX) throw badInput(`At most ${CHANNEL_MAX} characters`, ['channel']);
      for (const [index, ballot] of ballots.entries()) {
        commandOf(context, 'castBallots', ballot);
        if (ballot.voterKey.length > VOTER_KEY_MAX)
          throw badInput(`At most ${VOTER_KEY_MAX} characters`, ['ballots', String(index), 'voterKey']);
      }
      const voting = await announced(parts, contestId);
      if (!voting) return { results: [], rejection: refusal({ code: 'NOT_FOUND' }) } as never;
      const casts = await Promise.all(
        ballots.map(async ({ voterKey, choices, idempotencyKey }): Promise<Cast> => {
          const tag = await box.tag(contestId, voterKey);
          return { choices, idempotencyKey, tag, contestId, voting, channel };
        }),
      );
      return {
        results: await Promise.all(casts.map(async (cast) => answer(await box.cast(cast), 'no record'))),
        rejection: null,
      } as never;
    },
  };
}

/** A choice that is not on this ballot may be on another: the voter then learns where it belongs. */
async function named({ stores }: ViewParts, { choices }: Cast, rejection: Rejection<Code>): Promise<Rejection<Code>> {
  const { project } = choices[Number(rejection.path![1])]!;
  const [elsewhere] = await stores.votings.find({ 'ballot.applicationId': project }, { limit: 1 });
  return elsewhere ? { ...rejection, code: 'PROJECT_OF_ANOTHER_CONTEST' } : rejection;
}
