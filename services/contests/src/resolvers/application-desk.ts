import { badInput, mapConnection, type Context } from '@veche/kit';
import { instantOf, isZone, localDateOf } from '@veche/kit/domain/calendar';
import { covers } from '@veche/kit/domain/oktmo';
import { nextDay } from '@veche/kit/domain/working-calendar';
import { queueSentence } from '../application-messages.ts';
import { STATE_NAMES, type ApplicationStatus } from '../domain/application-states.ts';
import type { Contest } from '../domain/contest.ts';
import { gapsOf, medianHours, register } from '../domain/register.ts';
import {
  assignApplication,
  declineJointRework,
  offerJointRework,
  publishApplication,
  reopenApplication,
} from '../domain/review.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { loadContest } from '../loaders.ts';
import { mayOversee, overseenTerritories } from '../policy.ts';
import {
  numberedOf,
  pageOfQueue,
  queueSummary,
  registeredOf,
  scopesIn,
  statesOf,
  type Place,
  type QueueFilter,
  type Today,
} from '../store/application-queries.ts';
import { applicationView, type ViewParts } from '../views.ts';
import {
  byLead,
  byOrganiser,
  changeApplication,
  type Decide,
  type Existing,
  type Right,
} from './application-change.ts';

type DeskMutations = Pick<
  MutationResolvers,
  'assignApplication' | 'publishApplication' | 'offerJointRework' | 'declineJointRework' | 'reopenApplication'
>;

export function deskMutations(parts: ViewParts): DeskMutations {
  const { clock } = parts;
  const change = (context: Context, name: string, input: Existing, right: Right, decide: Decide) =>
    changeApplication(parts, { context, name, input, right }, decide);
  return {
    assignApplication: (_source, { input }, context) =>
      change(context, 'assignApplication', input, byOrganiser, (state) =>
        assignApplication(state, input.assigneeId ?? null),
      ),
    publishApplication: (_source, { input }, context) =>
      change(context, 'publishApplication', input, byOrganiser, (state, { contest }) =>
        publishApplication(state, contest, clock.now()),
      ),
    offerJointRework: (_source, { input }, context) =>
      change(context, 'offerJointRework', input, byOrganiser, (state) =>
        offerJointRework(state, input.text, input.answerBy, clock.now()),
      ),
    declineJointRework: (_source, { input }, context) =>
      change(context, 'declineJointRework', input, byLead, (state) =>
        declineJointRework(state, input.reason, clock.now()),
      ),
    reopenApplication: (_source, { input }, context) =>
      change(context, 'reopenApplication', input, byOrganiser, (state, { contest }) =>
        reopenApplication(state, contest, input.reason, clock.now()),
      ),
  };
}

type DeskQueries = Pick<QueryResolvers, 'applicationQueue' | 'applicationBoard' | 'applicationRegister'>;

export function deskQueries(parts: ViewParts): DeskQueries {
  const { stores, clock } = parts;
  const overseen = async (context: Context, contestId: string): Promise<Contest | null> => {
    const contest = await loadContest(stores, context, contestId);
    return contest && mayOversee(context.caller, contest.state.oktmo) ? contest.state : null;
  };
  const placeOf = async (context: Context, { contestId, oktmo = null }: QueueFilter): Promise<Place> => {
    if (!contestId) return { scopes: scopesIn(overseenTerritories(context.caller), oktmo) };
    const contest = await overseen(context, contestId);
    return contest && (oktmo === null || covers(oktmo, contest.oktmo)) ? { contestId } : { scopes: [] };
  };
  return {
    applicationQueue: async (_source, { filter, sort, timeZone, ...args }, context) => {
      const today = dayOf(clock.now(), timeZone ?? 'Europe/Moscow');
      const asked: QueueFilter = filter ?? {};
      const place = await placeOf(context, asked);
      const wanted = { filter: asked, sort: sort ?? ('DUE' as const), place, today };
      const page = await pageOfQueue(stores.applications, wanted, args);
      return {
        ...mapConnection(page, (one) => applicationView(parts, one)),
        summary: async () => {
          const counts = await queueSummary(stores.applications, place, today);
          return { ...counts, userMessage: queueSentence(counts) };
        },
      } as never;
    },
    applicationBoard: async (_source, { contestId }, context) =>
      (await overseen(context, contestId)) ? ((await boardOf(parts, contestId)) as never) : null,
    applicationRegister: async (_source, { contestId }, context) => {
      const contest = await overseen(context, contestId);
      return contest ? ((await registerOf(parts, contestId, contest)) as never) : null;
    },
  };
}

/** Today in a zone; throws BAD_USER_INPUT for a zone that is none. */
function dayOf(now: Date, timeZone: string): Today {
  if (!isZone(timeZone)) throw badInput('unknown time zone', ['timeZone']);
  return { now, ends: instantOf(`${nextDay(localDateOf(now, timeZone))}T00:00:00`, timeZone) };
}

async function boardOf({ stores, clock }: ViewParts, contestId: string) {
  const byState = Map.groupBy(await statesOf(stores.applications, contestId), ({ status }) => status);
  return (Object.keys(STATE_NAMES) as ApplicationStatus[])
    .filter((state) => byState.has(state))
    .map((state) => {
      const times = byState.get(state)!.flatMap(({ stateSince }) => (stateSince ? [stateSince] : []));
      const oldestSince = times.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
      return {
        state,
        name: STATE_NAMES[state],
        count: byState.get(state)!.length,
        oldestSince,
        medianHours: medianHours(times, clock.now()),
      };
    });
}

async function registerOf({ stores }: ViewParts, contestId: string, contest: Contest) {
  const applications = await numberedOf(stores.applications, contestId);
  const lastNumber = await stores.numbers.last(contestId);
  const free = gapsOf(
    applications.map(({ number }) => number),
    lastNumber,
  );
  const issued = new Map((await stores.numbers.issued(contestId, free)).map((issue) => [issue.number, issue]));
  const holders = new Map(applications.map(({ id, number }) => [id, number]));
  return {
    count: applications.length,
    lastNumber,
    gaps: free.map((number) => {
      const issue = issued.get(number);
      return {
        number,
        at: issue?.at ?? null,
        userMessage: gapSentence(issue && (holders.get(issue.applicationId) ?? null)),
      };
    }),
    csv: () => csvOf(stores, contestId, contest),
  };
}

async function csvOf({ applications }: ViewParts['stores'], contestId: string, contest: Contest): Promise<string> {
  const { add, csv } = register(contest);
  for await (const application of registeredOf(applications, contestId)) add(application);
  return csv();
}

/** `holder`: the number of the application that the gap was given out for, null while it is not filed; undefined: nobody knows of an application. */
function gapSentence(holder: string | null | undefined): string {
  if (holder === undefined) return 'Запрос на подачу прервался до того, как номер достался заявке.';
  return holder === null
    ? 'Номер оставлен за заявкой, подача которой не завершена; при новой попытке она получит его.'
    : `Заявка подавалась несколькими запросами сразу и получила номер ${holder}.`;
}
