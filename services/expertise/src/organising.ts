import { createHash } from 'node:crypto';
import { commandOf, forbidden, payload, rejectionOf, type Context } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { determineRanking, type Candidate, type Ranking } from './domain/ranking.ts';
import { assignExpert, type SheetCode, type SheetEvent } from './domain/sheet.ts';
import { rankingToOutbox, sheetToOutbox } from './events.ts';
import type { MutationResolvers } from './gen/graphql.ts';
import { messages, type Code } from './messages.ts';
import { mayOrganise } from './policy.ts';
import { admittedOf, sheetsOf, type ContestFacts } from './store.ts';
import type { ResolverParts } from './resolvers.ts';
import { rankingView, sheetView } from './views.ts';

/** Throws FORBIDDEN for the staff of another place. */
async function contestFor(
  { stores }: ResolverParts,
  context: Context,
  contestId: string,
): Promise<ContestFacts | null> {
  const contest = await stores.contests.get(contestId);
  if (contest && !mayOrganise(context.requireCaller(), contest.oktmo)) throw forbidden();
  return contest;
}

/** Gives sheets; what is there already stays, so the call may be repeated after further admissions. */
export function assignExperts(parts: ResolverParts): Pick<MutationResolvers, 'assignExperts'> {
  const { stores } = parts;
  const refuse = (rejection: Rejection<Code>) => ({ sheets: [], rejection: rejectionOf(rejection, messages) }) as never;
  return {
    assignExperts: async (_source, { input }, context) => {
      commandOf(context, 'assignExperts', input);
      const { contestId } = input;
      if (!(await contestFor(parts, context, contestId))) return refuse({ code: 'NOT_FOUND', path: ['contestId'] });
      const expertIds = [...new Set(input.expertIds)];
      if (expertIds.length === 0) return refuse({ code: 'EXPERTS_REQUIRED', path: ['expertIds'] });
      const pool = new Set((await stores.experts.loadMany(expertIds)).map(({ id }) => id));
      const stranger = expertIds.findIndex((id) => !pool.has(id));
      if (stranger >= 0) return refuse({ code: 'NOT_IN_POOL', path: ['expertIds', String(stranger)] });
      const applications = await admittedOf(stores, contestId);
      if (applications.length === 0) return refuse({ code: 'NO_ADMITTED_APPLICATIONS' });
      for (const { id: applicationId, memberIds } of applications) {
        for (const expertId of expertIds) {
          const id = sheetId(applicationId, expertId);
          // The id is that of the pair, so two organisers at once make one sheet.
          const there = await stores.sheets.load(id);
          if (there) continue;
          const command = {
            caller: 'assignment',
            key: id,
            name: 'assignExperts',
            payload: { applicationId, expertId },
          };
          await stores.sheets.create<SheetEvent, SheetCode>({
            id,
            command,
            events: sheetToOutbox,
            decide: () => assignExpert({ contestId, applicationId, expertId }, memberIds),
          });
        }
      }
      return {
        sheets: (await sheetsOf(stores, contestId)).map((sheet) => sheetView(stores, sheet)),
        rejection: null,
      } as never;
    },
  };
}

/** A UUID of the pair (RFC 9562 version 8). */
function sheetId(applicationId: string, expertId: string): string {
  const hex = createHash('sha256').update(`${applicationId}\n${expertId}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

const NO_RANKING = (): Ranking => ({ edition: 0, determinedAt: null, lines: [] });

/** Computes the ranking of a contest from its final sheets. */
export function determine(parts: ResolverParts): Pick<MutationResolvers, 'determineRanking'> {
  const { stores, clock } = parts;
  return {
    determineRanking: async (_source, { input }, context) => {
      const command = commandOf(context, 'determineRanking', input);
      const contest = await contestFor(parts, context, input.contestId);
      if (!contest)
        return { ranking: null, rejection: rejectionOf({ code: 'NOT_FOUND', path: ['contestId'] }, messages) } as never;
      const candidates = await candidatesOf(parts, input.contestId);
      const outcome = await stores.rankings.upsert({
        id: input.contestId,
        command,
        events: rankingToOutbox,
        initial: NO_RANKING,
        decide: (ranking) => determineRanking(ranking, contest.criteria, candidates, clock.now()),
      });
      return payload(outcome, messages, (ranking) => ({ ranking: rankingView(ranking) })) as never;
    },
  };
}

async function candidatesOf({ stores }: ResolverParts, contestId: string): Promise<Candidate[]> {
  const [applications, sheets] = await Promise.all([admittedOf(stores, contestId), sheetsOf(stores, contestId)]);
  const byApplication = Map.groupBy(sheets, ({ state }) => state.applicationId);
  return applications.map(({ id, number, ...facts }) => ({
    applicationId: id,
    number,
    facts,
    sheets: (byApplication.get(id) ?? []).map(({ state }) => state),
  }));
}
