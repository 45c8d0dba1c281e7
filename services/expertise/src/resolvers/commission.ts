import { badInput, commandOf, payload, type Context } from '@veche/kit';
import { formCommission, type Commission, type CommissionCode } from '../domain/commission.ts';
import { commissionToOutbox } from '../events.ts';
import type { FormCommissionInput, MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { mayOversee } from '../policy.ts';
import { commissionView, publishedView, sessionView } from '../session-views.ts';
import { openSessionsOf, sessionsOf, signedSessionsOf } from '../store/commissions.ts';
import { memberOf, type Session } from '../domain/session.ts';
import { contestFacts } from '../views.ts';
import { boundedText, contestFor, refusal, type ResolverParts } from './parts.ts';

type Queries = 'commission' | 'commissionSession' | 'commissionSessions' | 'commissionDecisions';

export function commissionQueries({ stores }: ResolverParts): Pick<QueryResolvers, Queries> {
  const maySee = async (context: Context, { contestId, commission }: Session): Promise<boolean> => {
    const caller = context.requireCaller();
    if (memberOf(commission.members, caller.personId)) return true;
    const contest = await contestFacts(stores, context, contestId);
    return contest !== null && mayOversee(caller, contest.oktmo);
  };
  return {
    commission: async (_source, { contestId }) => {
      const found = await stores.commissions.load(contestId);
      return (found && commissionView(found)) as never;
    },
    commissionSession: async (_source, { id }, context) => {
      const session = await stores.sessions.load(id);
      return (session && (await maySee(context, session.state)) ? sessionView(stores, session) : null) as never;
    },
    commissionSessions: async (_source, { contestId }, context) => {
      const visible = [];
      for (const session of await sessionsOf(stores, contestId))
        if (await maySee(context, session.state)) visible.push(session);
      return visible.map((session) => sessionView(stores, session)) as never;
    },
    commissionDecisions: async (_source, { contestId }) =>
      (await signedSessionsOf(stores, contestId)).map(({ state }) => publishedView(state)) as never,
  };
}

const MEMBERS_MAX = 100;
const ID_MAX = 64;

export function commissionMutations(parts: ResolverParts): Pick<MutationResolvers, 'formCommission'> {
  const { stores } = parts;
  return {
    formCommission: async (_source, { input }, context) => {
      const command = commandOf(context, 'formCommission', input);
      const { contestId, members, expectedVersion } = input;
      boundedText(input.title, ['title']);
      boundedText(input.act, ['act']);
      if (members.length > MEMBERS_MAX) throw badInput(`At most ${MEMBERS_MAX} members`, ['members']);
      const long = members.findIndex(({ personId }) => personId.length > ID_MAX);
      if (long >= 0) throw badInput('No id of a person', ['members', String(long), 'personId']);
      if (!(await contestFor(parts, context, contestId)))
        return refusal('commission', { code: 'NOT_FOUND', path: ['contestId'] });
      const open = await openSessionsOf(stores, contestId);
      const formed = commissionFrom(input);
      const outcome = await stores.commissions.upsert<{ kind: 'CommissionFormed' }, CommissionCode>({
        id: contestId,
        command,
        ...(expectedVersion == null ? {} : { expectedVersion }),
        events: commissionToOutbox,
        initial: () => formed,
        decide: () => formCommission(formed, open),
      });
      return payload(outcome, messages, (one) => ({ commission: commissionView(one) })) as never;
    },
  };
}

const commissionFrom = ({ title, act, members, ...rules }: FormCommissionInput): Commission => ({
  title,
  act,
  members: members.map(({ personId, seat, byCouncil, votes }) => ({ personId, seat, byCouncil, votes: votes ?? true })),
  rules: {
    quorum: rules.quorum ?? 'HALF',
    majority: rules.majority ?? 'SIMPLE',
    castingVote: rules.castingVote ?? true,
    absenteeAllowed: rules.absenteeAllowed ?? false,
    councilHalf: rules.councilHalf ?? true,
    signedBy: rules.signedBy ?? 'CHAIR_AND_SECRETARY',
    appealDays: rules.appealDays ?? 10,
  },
});
