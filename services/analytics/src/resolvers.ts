import { commandOf, forbidden, rejectionOf, type Context, type OutboxEvent } from '@veche/kit';
import { event } from '@veche/proto';
import { ContestSummarisedSchema } from '@veche/proto/analytics/v1/analytics';
import { dashboardOf, municipalityOf, type Dashboard } from './dashboard.ts';
import { indicatorsOf } from './domain/indicators.ts';
import { summarise, type SummaryEvent } from './domain/summary.ts';
import type { MutationResolvers, Resolvers } from './gen/graphql.ts';
import { messages } from './messages.ts';
import { maySummarise } from './policy.ts';
import type { Stores, Summary } from './store.ts';

const view = (dashboard: Dashboard) => ({
  ...dashboard,
  contest: { id: dashboard.contestId },
  indicators: indicatorsOf(dashboard),
});

export function resolvers(stores: Stores): Resolvers {
  const dashboard = async (id: string) => {
    const found = await dashboardOf(stores, id);
    return found ? view(found) : null;
  };
  return {
    Query: {
      contestDashboard: (_source, { contestId }) => dashboard(contestId) as never,
      municipalityDashboard: (_source, { oktmo }) => municipalityOf(stores, oktmo) as never,
    },
    Mutation: { summariseContest: summariseContest(stores) },
    Contest: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      dashboard: ({ id }: { id: string }) => dashboard(id),
    },
  } as Resolvers;
}

const toOutbox = (_happened: SummaryEvent, contestId: string, { edition, indicators }: Summary): OutboxEvent =>
  event(ContestSummarisedSchema, contestId, { contestId, version: edition, indicators: [...indicators] });

function summariseContest(stores: Stores): MutationResolvers['summariseContest'] {
  const refuse = (rejection: Parameters<typeof rejectionOf>[0]) =>
    ({ version: null, indicators: [], rejection: rejectionOf(rejection as never, messages) }) as never;
  return async (
    _source: object,
    { input }: { input: { idempotencyKey: string; contestId: string } },
    context: Context,
  ) => {
    const command = commandOf(context, 'summariseContest', input);
    // The contest is all that this request says, so under a used key an unknown one is the same mistake as a known one.
    if (await stores.summaries.isReused(command)) return refuse({ code: 'IDEMPOTENCY_KEY_REUSED' });
    const found = await dashboardOf(stores, input.contestId);
    if (!found) return refuse({ code: 'NOT_FOUND', path: ['contestId'] });
    if (!maySummarise(context.requireCaller(), found.oktmo)) throw forbidden();
    const indicators = indicatorsOf(found);
    const initial = (): Summary => ({ contestId: input.contestId, edition: 0, indicators: [] });
    const outcome = await stores.summaries.upsert({
      id: input.contestId,
      command,
      events: toOutbox,
      initial,
      decide: (summary) => summarise(summary, indicators),
    });
    if (outcome.rejection) return refuse(outcome.rejection);
    const { state } = outcome.aggregate;
    const titles = new Map(indicators.map(({ code, title }) => [code, title]));
    return {
      version: state.edition,
      indicators: state.indicators.map((one) => ({ ...one, title: titles.get(one.code) ?? one.code })),
      rejection: null,
    } as never;
  };
}
