import DataLoader from 'dataloader';
import { loaderOf, type Aggregate, type Clock, type Context } from '@veche/kit';
import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { ExpertCriterion, PublicJury } from '@veche/kit/domain/criterion';
import { requestedOf, type AssessedFacts } from '@veche/kit/domain/scoring/facts';
import type { Tools } from './domain/distribution-record.ts';
import type { Juror } from './domain/jury.ts';
import { JURY_FEATURES } from './domain/jury-features.ts';
import { speaks, versionOf, type JuryModel } from './domain/jury-model.ts';
import { isDrawReproduced, type JuryDraw } from './domain/jury-draw.ts';
import type { ScoreSheet } from './domain/sheet.ts';
import { phaseOf } from './domain/stage.ts';
import { capitalOf, capitalShareOf, gatesDecided, NO_CAPITAL, NO_POINTS, shareOf, stopReasons } from './jury-gate.ts';
import { planOf } from './ranking.ts';
import { toldOf, type ContestFacts, type Stores } from './store.ts';
import { contestFacts } from './views.ts';

export const tools: Tools = { hashOf: (value) => sha256Hex(canonicalJson(value)), draw: sha256Hex };

/** Whole points of a member for a criterion, as the sheets of experts know them. */
export const juryCriteria = ({ criteria }: Pick<PublicJury, 'criteria'>): ExpertCriterion[] =>
  criteria.map((one) => ({ ...one, kind: 'EXPERT', weight: '1', parameters: { commentRequired: false } }));

/** A juror as the person and the organisers see it. */
export function jurorView({ id, version, state }: Aggregate<Juror>) {
  const { contestId, personId, decision, appeal, claims } = state;
  return {
    id,
    version,
    contest: { id: contestId },
    person: { id: personId },
    state: state.state,
    appliedAt: state.appliedAt,
    confirmed: claims.confirmed,
    oldEnough: claims.oldEnough,
    resident: claims.resident,
    decision: decision && { ...decision, by: { id: decision.by } },
    appeal: appeal && { ...appeal, by: appeal.by === null ? null : { id: appeal.by } },
  };
}

export const jurySheetView = (stores: Stores, { id, version, state }: Aggregate<ScoreSheet>) => ({
  id,
  version,
  contest: { id: state.contestId },
  application: { id: state.applicationId },
  state: state.status,
  marks: state.marks,
  hash: state.hash,
  conflictReason: state.conflictReason,
  criteria: async (_args: object, context: Context) =>
    (await contestFacts(stores, context, state.contestId))?.scoring.publicJury?.criteria ?? [],
});

export const juryDrawView = ({ id, createdAt, state }: Aggregate<JuryDraw>, may: boolean) => ({
  id,
  madeAt: createdAt,
  seed: state.input.seed,
  candidates: state.input.candidates.length,
  seated: state.result.seated.length,
  reserve: state.result.reserve.length,
  given: state.result.distribution.given.reduce((sum, { expertIds }) => sum + expertIds.length, 0),
  missing: state.result.distribution.missing.map(({ applicationId, missing }) => ({
    application: { id: applicationId },
    missing,
  })),
  inputHash: state.inputHash,
  resultHash: state.resultHash,
  reproduced: () => (may ? isDrawReproduced(state, tools) : null),
});

export const juryModelView = (model: JuryModel) => ({
  ...model,
  version: versionOf(model),
  heldOut: model.heldOut.size,
  right: model.heldOut.right,
  rightByMajority: model.heldOut.rightByMajority,
  speaks: speaks(model),
  weights: model.weights.map(({ code, weight }) => ({
    code,
    title: JURY_FEATURES.find((feature) => feature.code === code)?.title ?? code,
    weight: String(weight),
  })),
});

interface PublicAssessment {
  sheets: number;
  points: number;
  possible: number;
  share: string;
  capital: { points: number; supporters: number; requested: bigint; share: string } | null;
  reachesExperts: boolean | null;
  reasons: string[];
}

const byResidents = ({ scoring }: ContestFacts): boolean => Boolean(scoring?.publicJury ?? scoring?.virtualCapital);

/** What residents gave the applications of one contest, once their stage is over, and whether the gates let them through. */
async function assessedIn(stores: Stores, clock: Clock, contestId: string): Promise<Map<string, PublicAssessment>> {
  const [contest, window] = await Promise.all([stores.contests.get(contestId), stores.juryWindows.get(contestId)]);
  if (!contest || !byResidents(contest) || phaseOf(window, clock.now()) !== 'AFTER') return new Map();
  const plan = planOf(contest);
  const [applications, told] = await Promise.all([
    stores.applications.find({ contestId, admitted: true }),
    toldOf(stores, contestId, contest),
  ]);
  const capital = contest.scoring.virtualCapital ? capitalOf(window, told.capital) : null;
  const decided = gatesDecided(plan, { ...told, window }, clock.now());
  return new Map(
    applications.map((application) => {
      const facts = told.factsOf(application);
      const given = facts.jury ?? NO_POINTS;
      const reasons = decided ? stopReasons(plan, facts) : [];
      const { sheets, points, possible } = given;
      const shown = { sheets, points: Number(points), possible: Number(possible), share: shareOf(given), reasons };
      const supported = capital && capitalView(facts);
      return [application.id, { ...shown, capital: supported, reachesExperts: decided ? reasons.length === 0 : null }];
    }),
  );
}

function capitalView(facts: AssessedFacts) {
  const { points, supporters } = facts.capital ?? NO_CAPITAL;
  return { points: Number(points), supporters, requested: requestedOf(facts), share: capitalShareOf(facts) };
}

/** The public stage of an application; each contest of an answer is read once. */
export const publicAssessmentOf = (stores: Stores, clock: Clock, context: Context, applicationId: string) =>
  loaderOf(
    context,
    'public-assessments',
    () =>
      new DataLoader<string, PublicAssessment | null>(async (ids) => {
        const found = await stores.applications.getMany(ids);
        const contestIds = [...new Set(found.map(({ contestId }) => contestId))];
        const maps = await Promise.all(contestIds.map((id) => assessedIn(stores, clock, id)));
        return ids.map((id) => maps.find((map) => map.has(id))?.get(id) ?? null);
      }),
  ).load(applicationId);
