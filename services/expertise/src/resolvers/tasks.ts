import type { Aggregate } from '@veche/kit';
import { formatInstant } from '@veche/kit/domain/calendar';
import type { ScoreSheet } from '../domain/sheet.ts';
import { mayFill, phaseOf } from '../domain/stage.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { panelRules } from '../store.ts';
import { sheetView } from '../views.ts';
import type { ResolverParts } from './parts.ts';

const SHEETS_MAX = 1000;

export function taskQueries(parts: ResolverParts): Pick<QueryResolvers, 'myAssessmentTasks'> {
  return {
    myAssessmentTasks: async (_source, _args, context) => {
      const mine = { expertId: context.requireCaller().personId };
      const sheets = await parts.stores.sheets.find(mine, { sort: { createdAt: -1 }, limit: SHEETS_MAX });
      const open = sheets.filter(({ state }) => state.status === 'OPEN');
      const byContest = Map.groupBy(open, ({ state }) => state.contestId);
      const tasks = await Promise.all([...byContest].map(([id, own]) => taskOf(parts, id, own)));
      return tasks.toSorted((one, other) => timeOf(one.dueAt) - timeOf(other.dueAt) || 0) as never;
    },
  };
}

const timeOf = (dueAt: Date | null): number => dueAt?.getTime() ?? Number.MAX_SAFE_INTEGER;

async function taskOf({ stores, clock }: ResolverParts, contestId: string, sheets: readonly Aggregate<ScoreSheet>[]) {
  const [contest, stage, rules] = await Promise.all([
    stores.contests.get(contestId),
    stores.windows.get(contestId),
    panelRules(stores, contestId),
  ]);
  const dueAt = stage?.closesAt ?? null;
  const term = dueAt ? ` до ${formatInstant(dueAt, contest?.timeZone || 'UTC')}` : '';
  const title = contest ? ` конкурса «${contest.title}»` : '';
  return {
    contest: { id: contestId },
    text: `Завершите оценочные листы${title}${term}: ${sheets.length}.`,
    dueAt,
    overdue: dueAt !== null && dueAt <= clock.now(),
    open: mayFill(phaseOf(stage, clock.now(), rules.lateHours)),
    count: sheets.length,
    sheets: sheets.map((sheet) => sheetView(stores, sheet)),
  };
}
