import { createHash } from 'node:crypto';
import { badInput, commandOf, forbidden, payload, rejectionOf, type Context } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { appointExperts, type PanelCode } from '../domain/panel.ts';
import { determineRanking } from '../domain/ranking.ts';
import { assignExpert, type SheetCode, type SheetEvent } from '../domain/sheet.ts';
import { rankingToOutbox, sheetToOutbox } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages, type Code } from '../messages.ts';
import { mayOrganise } from '../policy.ts';
import { NO_RANKING, planOf } from '../ranking.ts';
import {
  admittedOf,
  candidatesOf,
  sheetsOf,
  type ContestFacts,
  type StoredApplication,
  type Stores,
} from '../store.ts';
import type { ResolverParts } from './parts.ts';
import { rankingView, sheetView } from '../views.ts';

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

const EXPERTS_MAX = 100;

/** Gives sheets; what is there already stays, so the call may be repeated after further admissions. */
export function assignExperts(parts: ResolverParts): Pick<MutationResolvers, 'assignExperts'> {
  const { stores } = parts;
  return {
    assignExperts: async (_source, { input }, context) => {
      const command = commandOf(context, 'assignExperts', input);
      const { contestId, expertIds } = input;
      if (expertIds.length > EXPERTS_MAX) throw badInput(`At most ${EXPERTS_MAX} experts`, ['expertIds']);
      if (!(await contestFor(parts, context, contestId))) return refuse({ code: 'NOT_FOUND', path: ['contestId'] });
      const pool = new Set((await stores.experts.loadMany(expertIds)).map(({ id }) => id));
      const applications = await admittedOf(stores, contestId);
      const outcome = await stores.panels.upsert<never, PanelCode>({
        id: contestId,
        command,
        events: () => [],
        initial: () => ({ expertIds: [] }),
        decide: (panel) => appointExperts(panel, { expertIds, pool, admitted: applications.length }),
      });
      if (outcome.rejection) return refuse(outcome.rejection);
      // Also when the command is a repetition: the first attempt may have died between two sheets.
      await giveSheets(stores, applications, expertIds);
      const sheets = (await sheetsOf(stores, contestId)).map((sheet) => sheetView(stores, sheet));
      return { sheets, rejection: null } as never;
    },
  };
}

const refuse = (rejection: Rejection<Code>) => ({ sheets: [], rejection: rejectionOf(rejection, messages) }) as never;

/** The id of a sheet is that of the pair, so two organisers at once make one sheet. */
async function giveSheets(
  { sheets }: Stores,
  applications: readonly StoredApplication[],
  expertIds: readonly string[],
): Promise<void> {
  for (const { id: applicationId, contestId, memberIds } of applications) {
    const wanted = new Map(expertIds.map((expertId) => [sheetId(applicationId, expertId), expertId]));
    for (const { id } of await sheets.loadMany([...wanted.keys()])) wanted.delete(id);
    await Promise.all(
      [...wanted].map(([id, expertId]) =>
        sheets.create<SheetEvent, SheetCode>({
          id,
          command: { caller: 'assignment', key: id, name: 'assignExperts', payload: { applicationId, expertId } },
          events: sheetToOutbox,
          decide: () => assignExpert({ contestId, applicationId, expertId }, memberIds),
        }),
      ),
    );
  }
}

/** A UUID of the pair (RFC 9562 version 8). */
function sheetId(applicationId: string, expertId: string): string {
  const hex = createHash('sha256').update(`${applicationId}\n${expertId}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** Computes the ranking of a contest from its final sheets. */
export function determine(parts: ResolverParts): Pick<MutationResolvers, 'determineRanking'> {
  const { stores, clock } = parts;
  return {
    determineRanking: async (_source, { input }, context) => {
      const command = commandOf(context, 'determineRanking', input);
      const refusal = (rejection: Rejection<Code>) =>
        ({ ranking: null, rejection: rejectionOf(rejection, messages) }) as never;
      // The contest is all that this request says, so under a used key an unknown one is the same mistake as a known one.
      if (await stores.rankings.isReused(command)) return refusal({ code: 'IDEMPOTENCY_KEY_REUSED' });
      const contest = await contestFor(parts, context, input.contestId);
      if (!contest) return refusal({ code: 'NOT_FOUND', path: ['contestId'] });
      const candidates = await candidatesOf(stores, input.contestId);
      const outcome = await stores.rankings.upsert({
        id: input.contestId,
        command,
        events: rankingToOutbox,
        initial: NO_RANKING,
        decide: (ranking) => determineRanking(ranking, planOf(contest), candidates, clock.now()),
      });
      return payload(outcome, messages, (ranking) => ({ ranking: rankingView(ranking) })) as never;
    },
  };
}
