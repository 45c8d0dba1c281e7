import {
  aggregateStore,
  blockStore,
  type Aggregate,
  type AggregateStore,
  type BlockStore,
  type ProjectionStore,
} from '@veche/kit';
import { chosenOf } from '@veche/kit/domain/division';
import type { AssessedFacts, JuryPoints, MeetingFacts } from '@veche/kit/domain/scoring/facts';
import mongoose from 'mongoose';
import type { Appeal } from './domain/appeal.ts';
import type { Commission } from './domain/commission.ts';
import type { DistributionRecord } from './domain/distribution-record.ts';
import { rulesOf, type Panel, type PanelRules } from './domain/panel.ts';
import type { Expert } from './domain/pool.ts';
import type { Candidate, Ranking } from './domain/ranking.ts';
import type { Session } from './domain/session.ts';
import type { ScoreSheet } from './domain/sheet.ts';
import type { SheetSignature } from './domain/signature.ts';
import type { StageWindow } from './domain/stage.ts';
import { appealStore } from './store/appeals.ts';
import { submittedStore, type SubmittedFacts } from './store/submitted.ts';
import { juryPoints, jurySheetsOf, juryStores, type JuryStores } from './store/jury.ts';
import { commissionStores } from './store/commissions.ts';
import {
  projections,
  type ApplicationFacts,
  type CapitalFacts,
  type ContestFacts,
  type MinutesFacts,
  type VoteFacts,
} from './store/projections.ts';

export type { ApplicationFacts, ContestFacts } from './store/projections.ts';
import { makeSignatures } from './store/signatures.ts';
import { SHEET_FIELDS } from './store/sheet-fields.ts';

const { Mixed } = mongoose.Schema.Types;

export interface Stores extends JuryStores {
  experts: AggregateStore<Expert>;
  panels: AggregateStore<Panel>;
  distributions: AggregateStore<DistributionRecord>;
  sheets: AggregateStore<ScoreSheet>;
  rankings: AggregateStore<Ranking>;
  signatures: AggregateStore<SheetSignature>;
  commissions: AggregateStore<Commission>;
  sessions: AggregateStore<Session>;
  appeals: AggregateStore<Appeal>;
  contests: ProjectionStore<ContestFacts>;
  /** Apart from the contests because reschedules have their own event. */
  windows: ProjectionStore<StageWindow>;
  /** The stage of the public jury. */
  juryWindows: ProjectionStore<StageWindow>;
  applications: ProjectionStore<ApplicationFacts>;
  /** What commissions have before them, from the submission on. */
  submitted: ProjectionStore<SubmittedFacts>;
  votes: ProjectionStore<VoteFacts>;
  capital: ProjectionStore<CapitalFacts>;
  blocks: BlockStore;
  minutes: ProjectionStore<MinutesFacts>;
}

/** The stores of what this service itself decides. */
export const aggregatesOf = ({ experts, panels, distributions, sheets, rankings, signatures, ...rest }: Stores) => [
  experts,
  panels,
  distributions,
  sheets,
  rankings,
  signatures,
  rest.commissions,
  rest.sessions,
  rest.appeals,
  rest.jurors,
  rest.juryDraws,
  rest.jurySheets,
  rest.juryKeys,
  rest.juryModels,
];

export function makeStores(connection: mongoose.Connection): Stores {
  return {
    experts: aggregateStore<Expert>(connection, {
      collection: 'experts',
      fields: {
        state: String,
        competences: [String],
        organisationInn: String,
        territories: [String],
        consentedAt: Date,
      },
      indexes: [[{ createdAt: 1 }]], // the pool in the order of joining
    }),
    panels: aggregateStore<Panel>(connection, {
      collection: 'panels',
      fields: { expertIds: [String], rules: Mixed, replacements: Mixed },
    }),
    distributions: aggregateStore<DistributionRecord>(connection, {
      collection: 'distributions',
      fields: {
        contestId: String,
        perApplication: Number,
        input: Mixed,
        inputHash: String,
        resultHash: String,
        result: Mixed,
      },
      indexes: [[{ contestId: 1, createdAt: 1 }]], // of a contest in their order
    }),
    sheets: aggregateStore<ScoreSheet>(connection, {
      collection: 'sheets',
      fields: SHEET_FIELDS,
      indexes: [
        [{ applicationId: 1, expertId: 1 }, { unique: true }], // one sheet for an expert and an application
        [{ contestId: 1, _id: 1 }], // all of a contest
        [{ expertId: 1, createdAt: -1 }], // of an expert
        [{ expertId: 1, contestId: 1, createdAt: -1 }], // of an expert in a contest
      ],
    }),
    rankings: aggregateStore<Ranking>(connection, {
      collection: 'rankings',
      fields: { edition: Number, determinedAt: Date, lines: Mixed },
      indexes: [[{ 'lines.applicationId': 1 }]], // the ranking in which an application stands
    }),
    signatures: makeSignatures(connection),
    ...commissionStores(connection),
    appeals: appealStore(connection),
    ...juryStores(connection),
    ...projections(connection),
    submitted: submittedStore(connection),
    blocks: blockStore(connection),
  };
}

/** How a contest is assessed. */
export const panelRules = async ({ panels }: Stores, contestId: string): Promise<PanelRules> =>
  rulesOf((await panels.load(contestId))?.state);

export type StoredApplication = ApplicationFacts & { id: string };

/** Admitted applications of a contest by number. */
export async function admittedOf({ applications }: Stores, contestId: string): Promise<StoredApplication[]> {
  const found: StoredApplication[] = await applications.find({ contestId, admitted: true });
  return found.toSorted((a, b) => a.number.localeCompare(b.number, 'ru', { numeric: true }));
}

export const sheetsOf = ({ sheets }: Stores, contestId: string): Promise<Aggregate<ScoreSheet>[]> =>
  sheets.find({ contestId }, { sort: { _id: 1 } });

/** Admitted applications of a contest with their sheets and votes; sheets of a past instant only as far as they stood then. */
export async function candidatesOf(
  stores: Stores,
  contestId: string,
  contest: ContestFacts,
  until?: Date,
): Promise<Candidate[]> {
  const [applications, sheets, told] = await Promise.all([
    admittedOf(stores, contestId),
    sheetsOf(stores, contestId),
    toldOf(stores, contestId, contest, until),
  ]);
  const then = sheets.filter(({ updatedAt }) => !until || updatedAt <= until);
  const byApplication = Map.groupBy(then, ({ state }) => state.applicationId);
  return applications.map((application) => ({
    applicationId: application.id,
    number: application.number,
    facts: told.factsOf(application),
    sheets: (byApplication.get(application.id) ?? []).map(({ state }) => state),
    divisions: chosenOf(contest.divisions ?? [], application.divisions ?? []),
  }));
}

/** What was told of a contest's applications after their admission. */
export interface Told {
  votes: VoteFacts | null;
  capital: CapitalFacts | null;
  /** What the rules may read of an application: its facts, the vote, the public jury, the virtual capital and the minutes of meetings. */
  factsOf: (application: StoredApplication) => AssessedFacts;
}

export async function toldOf(stores: Stores, contestId: string, contest: ContestFacts, until?: Date): Promise<Told> {
  const [votes, capital, jury, decided] = await Promise.all([
    stores.votes.get(contestId),
    stores.capital.get(contestId),
    juryOf(stores, contestId, contest, until),
    decidedAtMeetings(stores, contestId),
  ]);
  const voted = new Map((votes?.lines ?? []).map((line) => [line.applicationId, line]));
  const supported = new Map((capital?.lines ?? []).map((line) => [line.applicationId, line]));
  const factsOf = (application: StoredApplication): AssessedFacts => ({
    ...ownFacts(application),
    votes: voted.get(application.id) ?? null,
    jury: jury.get(application.id) ?? null,
    capital: supported.get(application.id) ?? null,
    meeting: decided.get(application.id) ?? null,
  });
  return { votes, capital, factsOf };
}

/** What the public jury gave the applications of a contest; nothing where there is no jury. */
async function juryOf(
  stores: Stores,
  contestId: string,
  { scoring }: ContestFacts,
  until?: Date,
): Promise<Map<string, JuryPoints>> {
  const rule = scoring?.publicJury;
  return rule ? juryPoints(await jurySheetsOf(stores, contestId), rule, until) : new Map();
}

/** What the last final meeting that decided about each application of a contest says of it. */
async function decidedAtMeetings(stores: Stores, contestId: string): Promise<Map<string, MeetingFacts>> {
  const minutes = await stores.minutes.find({ contestId }, { sort: { startsAt: 1 } });
  return new Map(
    minutes.flatMap(({ present, signatures, questions }) =>
      questions.map(({ applicationId, votesFor, against, abstained }) => [
        applicationId,
        { present, signatures, for: votesFor, against, abstained },
      ]),
    ),
  );
}

// Projections from before there were formulas lack what these read.
const ownFacts = ({ totalCost, funding, beneficiaries, population, ...rest }: StoredApplication) => ({
  totalCost,
  funding,
  beneficiaries,
  population,
  category: rest.category ?? '',
  oktmo: rest.oktmo ?? '',
  submittedAt: rest.submittedAt ?? null,
  answers: rest.answers ?? [],
});
