import { randomBytes } from 'node:crypto';
import { newId, type OutboxEvent } from '@veche/kit';
import { ManualClock } from '@veche/kit/testing/clock';
import { startForTest, type TestOptions, type TestService } from '@veche/kit/testing/harness';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationRefusedSchema,
  ApplicationWithdrawnSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
} from '@veche/proto/contests/v1/contests';
import { definition } from '../src/definition.ts';

export const OKTMO = '71876000';
export const OPENS = '2026-03-10T04:00:00Z';
export const CLOSES = '2026-03-20T04:00:00Z';
/** Any instant of the stage. */
export const DURING = '2026-03-12T09:00:00Z';

export interface Setup extends TestService {
  ask(query: string, input: object, as: TestCaller): Promise<any>;
}

/** The service amid the stage of experts. `more` puts it beside others. */
export async function setUp(more: Pick<TestOptions, 'bus' | 'clock' | 'env' | 'front'> = {}): Promise<Setup> {
  const service = await startForTest(definition, { clock: new ManualClock(DURING), ...more });
  return {
    ...service,
    /** The answer of a mutation that must not be a GraphQL error. */
    async ask(query, input, as) {
      const { data, errors } = await service.gql(query, { input: { idempotencyKey: key(), ...input } }, as);
      if (errors) throw new Error(JSON.stringify(errors));
      return Object.values(data)[0];
    },
  };
}

export const key = (): string => randomBytes(8).toString('hex');
export const organiser: TestCaller = { sub: newId(), roles: ['organiser'], territories: [OKTMO] };
export const stranger: TestCaller = { sub: newId(), roles: ['organiser'], territories: ['71818000'] };
export const importer: TestCaller = { sub: newId(), roles: ['importer'], territories: ['00000000'], service: true };
export const expert = (): TestCaller & { sub: string } => ({ sub: newId(), roles: ['expert'] });

/** Coefficients 2, 2 and 0.5, points 0..10. */
export const CRITERIA = [
  criterion('need', 'Острота проблемы', '2'),
  criterion('effect', 'Долговечность', '2'),
  criterion('idea', 'Оригинальность', '0.5'),
];

export function criterion(code: string, title: string, weight: string, commentRequired = false) {
  return { code, kind: 'EXPERT', title, maxPoints: '10', weight, parametersJson: JSON.stringify({ commentRequired }) };
}

export const stages = (opensAt = OPENS, closesAt = CLOSES) => [
  { type: 'INTAKE', opensAt: '2026-03-01T04:00:00Z', closesAt: OPENS },
  { type: 'EXPERTISE', opensAt, closesAt },
];

export const published = (contestId: string, change: object = {}): OutboxEvent =>
  event(ContestPublishedSchema, contestId, {
    contestId,
    oktmo: OKTMO,
    criteria: CRITERIA,
    stages: stages(),
    ...change,
  });

export const rescheduled = (contestId: string, opensAt: string, closesAt: string): OutboxEvent =>
  event(ContestRescheduledSchema, contestId, { contestId, stages: stages(opensAt, closesAt), reason: 'Продлено' });

interface Admission {
  applicationId?: string;
  number?: string;
  memberIds?: string[];
  citizens?: bigint;
  organisationInns?: string[];
  oktmo?: string;
  category?: string;
}

export function admitted(contestId: string, change: Admission = {}): OutboxEvent {
  const { applicationId = newId(), number = '1', memberIds = [], citizens = 100_000_00n } = change;
  const { organisationInns = [], oktmo = OKTMO, category = 'PARK' } = change;
  return event(ApplicationAdmittedSchema, applicationId, {
    applicationId,
    contestId,
    facts: {
      number,
      title: 'Сквер у школы',
      oktmo,
      category,
      totalCostKopecks: 1_000_000_00n,
      funding: [
        { source: 'CITIZENS', amountKopecks: citizens },
        { source: 'MUNICIPAL', amountKopecks: 1_000_000_00n - citizens },
      ],
      beneficiaries: 500,
      population: 1000,
      revision: 1,
    },
    memberIds,
    organisationInns,
  });
}

export const withdrawn = (contestId: string, applicationId: string): OutboxEvent =>
  event(ApplicationWithdrawnSchema, applicationId, { applicationId, contestId });
export const refused = (contestId: string, applicationId: string): OutboxEvent =>
  event(ApplicationRefusedSchema, applicationId, { applicationId, contestId, ground: 'NO_FUNDS' });

const REJECTION = 'rejection { code userMessage path }';
export const SHEET = `id version state hash conflictReason application { id } contest { id } expert { id }
  marks { criterion points comment } criteria { code title maxPoints commentRequired }`;
export const RANKING = `version determinedAt lines { application { id } place tied score exactScore sheets barred
  criteria { code title points weighted } }`;
export const mutation = (name: string, type: string, fields: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} ${REJECTION} } }`;
export const JOIN = mutation('joinExpertPool', 'JoinExpertPoolInput', 'expert { person { id } competences }');
export const ASSIGN = mutation('assignExperts', 'AssignExpertsInput', `sheets { ${SHEET} }`);
export const CONFLICT = mutation('declareConflict', 'DeclareConflictInput', `sheet { ${SHEET} }`);
export const SAVE = mutation('saveScoreSheet', 'SaveScoreSheetInput', `sheet { ${SHEET} }`);
export const FINALISE = mutation('finaliseScoreSheet', 'ScoreSheetCommandInput', `sheet { ${SHEET} }`);
export const DETERMINE = mutation('determineRanking', 'DetermineRankingInput', `ranking { ${RANKING} }`);
export const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) {
  ... on Contest { id ranking { ${RANKING} } }
  ... on Application { id assessment { application { id } place tied score exactScore sheets barred
    criteria { code title points weighted } } } } }`;

export interface Story {
  contestId: string;
  applicationIds: string[];
  experts: (TestCaller & { sub: string })[];
  /** Sheets by application, then by expert, in the order above. */
  sheets: any[][];
}

/** A published contest with admitted applications 1, 2, ... whose sheets the experts have. */
export async function story(
  setup: Setup,
  {
    applications = 1,
    experts: count = 1,
    contest = {},
  }: { applications?: number; experts?: number; contest?: object } = {},
): Promise<Story> {
  const contestId = newId();
  const applicationIds = Array.from({ length: applications }, () => newId());
  const experts = Array.from({ length: count }, expert);
  await setup.bus.deliver(published(contestId, contest));
  for (const [index, applicationId] of applicationIds.entries())
    await setup.bus.deliver(admitted(contestId, { applicationId, number: String(index + 1) }));
  for (const one of experts) await setup.ask(JOIN, { competences: [] }, one);
  const { sheets } = await setup.ask(ASSIGN, { contestId, expertIds: experts.map(({ sub }) => sub) }, organiser);
  return { contestId, applicationIds, experts, sheets: arranged(sheets, applicationIds, experts) };
}

const arranged = (sheets: any[], applicationIds: string[], experts: { sub: string }[]): any[][] =>
  applicationIds.map((applicationId) =>
    experts.map(({ sub }) =>
      sheets.find(({ application, expert: of }) => application.id === applicationId && of.id === sub),
    ),
  );

export const marksOf = (points: readonly number[], comment: string | null = null) =>
  points.map((value, index) => ({ criterion: CRITERIA[index]!.code, points: value, comment }));

export async function scored(setup: Setup, sheet: { id: string; version: number }, points: number[], as: TestCaller) {
  const input = { sheetId: sheet.id, expectedVersion: sheet.version, marks: marksOf(points) };
  const saved = await setup.ask(SAVE, input, as);
  return setup.ask(FINALISE, { sheetId: sheet.id, expectedVersion: saved.sheet.version }, as);
}

export const barred = (setup: Setup, sheet: { id: string }, as: TestCaller) =>
  setup.ask(CONFLICT, { sheetId: sheet.id, reason: 'Заявку подал мой брат' }, as);
