import DataLoader from 'dataloader';
import { loaderOf, type Aggregate, type Context } from '@veche/kit';
import type { Expert } from './domain/pool.ts';
import type { Ranking, RankingLine } from './domain/ranking.ts';
import { markedCriteria, type ScoreSheet } from './domain/sheet.ts';
import type { ContestFacts, Stores } from './store.ts';

export const expertView = ({ id, state }: Aggregate<Expert>) => ({ person: { id }, competences: state.competences });

/** One query for the criteria of all contests that an answer needs. */
const contestFacts = (stores: Stores, context: Context, contestId: string): Promise<ContestFacts | null> =>
  loaderOf(
    context,
    'contests',
    () =>
      new DataLoader<string, ContestFacts | null>(async (ids) => {
        const found = new Map((await stores.contests.getMany(ids)).map((one) => [one.id, one]));
        return ids.map((id) => found.get(id) ?? null);
      }),
  ).load(contestId);

export function sheetView(stores: Stores, { id, version, state }: Aggregate<ScoreSheet>) {
  const { contestId, applicationId, expertId, status, marks, hash, conflictReason } = state;
  return {
    id,
    version,
    application: { id: applicationId },
    contest: { id: contestId },
    expert: { id: expertId },
    state: status,
    marks,
    hash,
    conflictReason,
    criteria: async (_args: object, context: Context) => {
      const facts = await contestFacts(stores, context, contestId);
      return markedCriteria(facts?.criteria ?? []).map(({ code, title, maxPoints, parameters }) => ({
        code,
        title,
        maxPoints: Number(maxPoints),
        commentRequired: parameters.commentRequired,
      }));
    },
  };
}

export function rankingView({ state }: Aggregate<Ranking>) {
  return state.edition === 0
    ? null
    : { version: state.edition, determinedAt: state.determinedAt, lines: state.lines.map(lineView) };
}

/** Rankings from before there were groups and exclusions have none. */
const lineView = ({ applicationId, ...line }: RankingLine) => ({
  ...line,
  group: line.group ?? '',
  exclusions: line.exclusions ?? [],
  application: { id: applicationId },
});

/** The ranking of a contest; one query for all contests of an answer. */
export const rankingOf = (stores: Stores, context: Context, contestId: string) =>
  loaderOf(
    context,
    'rankings',
    () =>
      new DataLoader<string, ReturnType<typeof rankingView>>(async (ids) => {
        const found = new Map((await stores.rankings.loadMany(ids)).map((one) => [one.id, rankingView(one)]));
        return ids.map((id) => found.get(id) ?? null);
      }),
  ).load(contestId);

/** What experts say of an application, out of the ranking in which it stands. */
export const assessmentOf = (stores: Stores, context: Context, applicationId: string) =>
  loaderOf(
    context,
    'assessments',
    () =>
      new DataLoader<string, ReturnType<typeof lineView> | null>(async (ids) => {
        const rankings = await stores.rankings.find({ 'lines.applicationId': { $in: [...ids] } });
        const lines = new Map(
          rankings.flatMap(({ state }) => state.lines).map((line) => [line.applicationId, lineView(line)]),
        );
        return ids.map((id) => lines.get(id) ?? null);
      }),
  ).load(applicationId);
