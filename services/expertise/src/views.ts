import DataLoader from 'dataloader';
import { byId, loaderOf, type Aggregate, type Context } from '@veche/kit';
import { formatMoney } from '@veche/kit/domain/money';
import { rulesOf, type PanelRules } from './domain/panel.ts';
import type { Expert } from './domain/pool.ts';
import type { Ranking, RankingLine } from './domain/ranking.ts';
import { markedCriteria, type ScoreSheet } from './domain/sheet.ts';
import type { ApplicationFacts, ContestFacts, Stores } from './store.ts';

export const expertView = ({ id, state }: Aggregate<Expert>) => ({
  person: { id },
  competences: state.competences,
  // Entries from before there were invitations have agreed.
  state: state.state ?? 'ACTIVE',
  organisationInn: state.organisationInn ?? null,
  territories: state.territories ?? [],
  consentedAt: state.consentedAt ?? null,
});

export const contestFacts = (stores: Stores, context: Context, contestId: string) =>
  byId<ContestFacts & { id: string }>(context, 'contests', (ids) => stores.contests.getMany(ids)).load(contestId);

export const applicationFacts = (stores: Stores, context: Context, id: string) =>
  byId<ApplicationFacts & { id: string }>(context, 'applications', (ids) => stores.applications.getMany(ids)).load(id);

export const loadJurySheet = ({ jurySheets }: Stores, context: Context, id: string) =>
  byId<Aggregate<ScoreSheet>>(context, 'jury sheets', (ids) => jurySheets.loadMany(ids)).load(id);

export const rulesFor = async (stores: Stores, context: Context, contestId: string): Promise<PanelRules> =>
  rulesOf((await byId(context, 'panels', (ids) => stores.panels.loadMany(ids)).load(contestId))?.state);

export function sheetView(stores: Stores, { id, version, state }: Aggregate<ScoreSheet>) {
  const { contestId, applicationId, expertId, status, marks, hash, conflictReason } = state;
  return {
    id,
    version,
    application: async (_args: object, context: Context) => ({
      id: (await isHidden(stores, context, state)) ? id : applicationId,
    }),
    contest: { id: contestId },
    expert: { id: expertId },
    late: state.late ?? false,
    material: async (_args: object, context: Context) => {
      const facts = await applicationFacts(stores, context, applicationId);
      return facts && materialView(facts, await isHidden(stores, context, state));
    },
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

/** In a blind assessment its expert is not told which application it is. */
const isHidden = async (stores: Stores, context: Context, { contestId, expertId }: ScoreSheet): Promise<boolean> =>
  context.caller?.personId === expertId && (await rulesFor(stores, context, contestId)).blind;

const materialView = (facts: ApplicationFacts, hidden: boolean) => ({
  number: hidden ? null : facts.number,
  title: facts.title ?? '',
  category: facts.category ?? '',
  oktmo: facts.oktmo ?? '',
  totalCost: formatMoney(facts.totalCost),
  funding: facts.funding.map(({ source, amount }) => ({ source, amount: formatMoney(amount) })),
  beneficiaries: facts.beneficiaries,
  population: facts.population,
});

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
export async function rankingOf(stores: Stores, context: Context, contestId: string) {
  const found = await byId(context, 'rankings', (ids) => stores.rankings.loadMany(ids)).load(contestId);
  return found && rankingView(found);
}

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
