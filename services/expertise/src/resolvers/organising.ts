import { badInput, commandOf, payload } from '@veche/kit';
import { appointExperts, NO_PANEL, type PanelCode } from '../domain/panel.ts';
import { determineRanking } from '../domain/ranking.ts';
import { rankingToOutbox } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { NO_RANKING, planOf } from '../ranking.ts';
import { reachingExperts } from '../jury-gate.ts';
import { activeExperts, giveSheets } from '../sheet-giving.ts';
import { candidatesOf, panelRules, sheetsOf } from '../store.ts';
import { rankingView, sheetView } from '../views.ts';
import { contestFor, refusal, type ResolverParts } from './parts.ts';

const EXPERTS_MAX = 100;

/** Gives sheets; what is there already stays, so the call may be repeated after further admissions. */
export function assignExperts(parts: ResolverParts): Pick<MutationResolvers, 'assignExperts'> {
  const { stores } = parts;
  return {
    assignExperts: async (_source, { input }, context) => {
      const command = commandOf(context, 'assignExperts', input);
      const { contestId, expertIds } = input;
      if (expertIds.length > EXPERTS_MAX) throw badInput(`At most ${EXPERTS_MAX} experts`, ['expertIds']);
      if (!(await contestFor(parts, context, contestId)))
        return refusal('sheets', { code: 'NOT_FOUND', path: ['contestId'] });
      const pool = await activeExperts(stores, expertIds);
      const reaching = await reachingExperts(stores, parts.clock, contestId);
      if (reaching.rejection) return refusal('sheets', reaching.rejection);
      const { applications } = reaching;
      const outcome = await stores.panels.upsert<never, PanelCode>({
        id: contestId,
        command,
        events: () => [],
        initial: () => NO_PANEL,
        decide: (panel) =>
          appointExperts(panel, { expertIds, pool: new Set(pool.keys()), admitted: applications.length }),
      });
      if (outcome.rejection) return refusal('sheets', outcome.rejection);
      // Also when the command is a repetition: the first attempt may have died between two sheets.
      const rules = await panelRules(stores, contestId);
      const wanted = applications.map((application) => ({ application, experts: [...pool.values()] }));
      await giveSheets(stores, contestId, wanted, rules);
      const sheets = (await sheetsOf(stores, contestId)).map((sheet) => sheetView(stores, sheet));
      return { sheets, rejection: null } as never;
    },
  };
}

/** Computes the ranking of a contest from its final sheets. */
export function determine(parts: ResolverParts): Pick<MutationResolvers, 'determineRanking'> {
  const { stores, clock } = parts;
  return {
    determineRanking: async (_source, { input }, context) => {
      const command = commandOf(context, 'determineRanking', input);
      // The contest is all that this request says, so under a used key an unknown one is the same mistake as a known one.
      if (await stores.rankings.isReused(command)) return refusal('ranking', { code: 'IDEMPOTENCY_KEY_REUSED' });
      const contest = await contestFor(parts, context, input.contestId);
      if (!contest) return refusal('ranking', { code: 'NOT_FOUND', path: ['contestId'] });
      const [candidates, { minSheets }] = await Promise.all([
        candidatesOf(stores, input.contestId, contest),
        panelRules(stores, input.contestId),
      ]);
      const outcome = await stores.rankings.upsert({
        id: input.contestId,
        command,
        events: rankingToOutbox,
        initial: NO_RANKING,
        decide: (ranking) => determineRanking(ranking, planOf(contest), candidates, clock.now(), minSheets),
      });
      return payload(outcome, messages, (ranking) => ({ ranking: rankingView(ranking) })) as never;
    },
  };
}
