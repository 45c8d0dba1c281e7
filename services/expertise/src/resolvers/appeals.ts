import DataLoader from 'dataloader';
import { commandOf, loaderOf, payload, type Aggregate, type Context } from '@veche/kit';
import { decideAppeal, fileAppeal, type Appeal, type AppealCode, type AppealEvent } from '../domain/appeal.ts';
import { memberOf, mayPreside } from '../domain/session.ts';
import { appealToOutbox } from '../events.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { decidedOf, decisionView } from '../session-views.ts';
import { appealsBy, appealsOf, upheldOf } from '../store/appeals.ts';
import type { Stores } from '../store.ts';
import { boundedText, refusal, seesCommission, type ResolverParts } from './parts.ts';

const appealView = (stores: Stores, { id, version, state }: Aggregate<Appeal>) => ({
  id,
  version,
  contest: { id: state.contestId },
  application: { id: state.applicationId },
  session: state.session,
  text: state.text,
  filedAt: state.filedAt,
  state: state.state,
  answer: state.answer,
  decidedAt: state.decidedAt,
  redeterminedBy: async (_args: object, context: Context) => {
    const decided = state.state === 'UPHELD' ? await decidedOf(stores, context, state.applicationId) : null;
    return decided && decided.session.number > state.session ? decided.session.number : null;
  },
});

export function appealQueries(parts: ResolverParts): Pick<QueryResolvers, 'appeals' | 'myAppeals'> {
  const { stores } = parts;
  return {
    appeals: async (_source, { contestId }, context) => {
      const visible = await seesCommission(parts, context, contestId);
      return (visible ? await appealsOf(stores, contestId) : []).map((one) => appealView(stores, one)) as never;
    },
    myAppeals: async (_source, _args, context) =>
      (await appealsBy(stores, context.requireCaller().personId)).map((one) => appealView(stores, one)) as never,
  };
}

/** Whether an appeal against the decision in force was upheld; one query for all applications of an answer. */
export async function redeterminationAsked(stores: Stores, context: Context, id: string): Promise<boolean> {
  const upheld = await loaderOf(
    context,
    'upheld',
    () =>
      new DataLoader<string, number | null>(async (ids) => {
        const sessions = await upheldOf(stores, ids);
        return ids.map((one) => sessions.get(one) ?? null);
      }),
  ).load(id);
  if (upheld === null) return false;
  const decided = await decidedOf(stores, context, id);
  return decided === null || decided.session.number <= upheld;
}

export function appealMutations(parts: ResolverParts): Pick<MutationResolvers, 'fileAppeal' | 'decideAppeal'> {
  const { stores, clock } = parts;
  const answered = (outcome: Parameters<typeof payload<Appeal, AppealCode, object>>[0]) =>
    payload(outcome, messages, (one) => ({ appeal: appealView(stores, one) })) as never;
  return {
    fileAppeal: async (_source, { input }, context) => {
      const command = commandOf(context, 'fileAppeal', input);
      const { applicationId, text } = input;
      boundedText(text, ['text']);
      if (await stores.appeals.isReused(command)) return refusal('appeal', { code: 'IDEMPOTENCY_KEY_REUSED' });
      const application = await stores.applications.get(applicationId);
      if (!application) return refusal('appeal', { code: 'NOT_FOUND', path: ['applicationId'] });
      const decision = await decisionView(stores, context, applicationId);
      const outcome = await stores.appeals.create<AppealEvent, AppealCode>({
        command,
        events: appealToOutbox,
        onDuplicate: () => ({ code: 'APPEAL_FILED' }),
        decide: () =>
          fileAppeal(
            {
              contestId: application.contestId,
              applicationId,
              by: context.requireCaller().personId,
              text,
              memberIds: application.memberIds,
              decision: decision && { session: decision.session, until: decision.appealUntil },
            },
            clock.now(),
          ),
      });
      return answered(outcome);
    },
    decideAppeal: async (_source, { input }, context) => {
      const command = commandOf(context, 'decideAppeal', input);
      const { appealId, upheld, answer, expectedVersion } = input;
      boundedText(answer, ['answer']);
      const by = context.requireCaller().personId;
      const appeal = await stores.appeals.load(appealId);
      const commission = appeal && (await stores.commissions.load(appeal.state.contestId));
      // Appeals to commissions of which the caller is no member are not there.
      if (!appeal || !commission || !memberOf(commission.state.members, by))
        return refusal('appeal', { code: 'NOT_FOUND', path: ['appealId'] });
      const application = await stores.applications.get(appeal.state.applicationId);
      const concerned = application?.memberIds.includes(by) ?? false;
      const presides = mayPreside(commission.state.members, by);
      const outcome = await stores.appeals.change<AppealEvent, AppealCode>({
        id: appealId,
        command,
        ...(expectedVersion == null ? {} : { expectedVersion }),
        events: appealToOutbox,
        decide: (state) => decideAppeal(state, { by, presides, concerned, upheld, answer }, clock.now()),
      });
      return answered(outcome);
    },
  };
}
