import { commandOf, payload, type Context, type Outcome } from '@veche/kit';
import type { PublicJury } from '@veche/kit/domain/criterion';
import { accept } from '@veche/kit/domain/decision';
import { conflictOf } from '../domain/conflict.ts';
import type { Juror } from '../domain/jury.ts';
import { recordDraw, type JuryDraw, type JuryDrawCode, type JuryDrawInput } from '../domain/jury-draw.ts';
import { seatJuror, type JurorCode, type JurorEvent } from '../domain/jury.ts';
import { assignExpert, type ScoreSheet, type SheetCode, type SheetEvent } from '../domain/sheet.ts';
import { phaseOf, type StageWindow } from '../domain/stage.ts';
import { jurorToOutbox, jurySheetToOutbox } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { juryCriteria, juryDrawView, jurySheetView, tools } from '../jury-views.ts';
import { messages, type Code } from '../messages.ts';
import { sheetId } from '../sheet-giving.ts';
import { jurorId, jurorsIn, jurySheetsOf } from '../store/jury.ts';
import { admittedOf, panelRules, type StoredApplication, type Stores } from '../store.ts';
import { applicationFacts, contestFacts, loadJurySheet } from '../views.ts';
import { contestFor, refusal, type ResolverParts } from './parts.ts';
import { juryOpen } from './jury-members.ts';
import { sheetSteps, type Around, type Decide, type SheetInput } from './sheets.ts';

type Names = 'drawPublicJury' | 'takeJurySheet' | 'saveJurySheet' | 'finaliseJurySheet' | 'declareJuryConflict';

export const juryWorkMutations = (parts: ResolverParts): Pick<MutationResolvers, Names> => ({
  ...drawing(parts),
  ...taking(parts),
  ...scoring(parts),
});

/** What keeps a member from an application: the same that keeps an expert from it. */
const conflictWith = (
  { personId, organisationInn, territories }: Juror,
  { memberIds, organisationInns, oktmo }: StoredApplication,
  ownTerritoryBarred: boolean,
) =>
  conflictOf(
    { expertId: personId, organisationInn, territories },
    { memberIds, organisationInns: organisationInns ?? [], oktmo },
    ownTerritoryBarred,
  );

function drawing(parts: ResolverParts): Pick<MutationResolvers, 'drawPublicJury'> {
  const { stores } = parts;
  return {
    drawPublicJury: async (_source, { input }, context) => {
      const command = commandOf(context, 'drawPublicJury', input);
      const { contestId, seed } = input;
      const contest = await contestFor(parts, context, contestId);
      if (!contest) return refusal('draw', { code: 'NOT_FOUND', path: ['contestId'] });
      const rule = contest.scoring?.publicJury ?? null;
      const [open, drawn] = await Promise.all([juryOpen(parts, contestId), inputOf(stores, contestId, rule, seed)]);
      const outcome = await stores.juryDraws.create<never, JuryDrawCode>({
        command,
        events: () => [],
        decide: () => recordDraw({ contestId, input: drawn, rule, open }, tools),
      });
      if (!outcome.rejection) await carryOut(stores, outcome.aggregate.state);
      return payload(outcome, messages, (one) => ({ draw: juryDrawView(one, true) })) as never;
    },
  };
}

/** Everything that decides a draw, as it stands now. */
async function inputOf(
  stores: Stores,
  contestId: string,
  rule: PublicJury | null,
  seed: string,
): Promise<JuryDrawInput> {
  const [admitted, reserve, seated] = await Promise.all([
    jurorsIn(stores, contestId, 'ADMITTED'),
    jurorsIn(stores, contestId, 'RESERVE'),
    jurorsIn(stores, contestId, 'SEATED'),
  ]);
  const idsOf = (jurors: readonly { state: Juror }[]): string[] => jurors.map(({ state }) => state.personId).toSorted();
  const all = [...admitted, ...reserve, ...seated].map(({ state }) => state);
  return {
    seed,
    candidates: idsOf([...admitted, ...reserve]),
    members: idsOf(seated),
    seats: rule?.seats ?? null,
    work: rule?.assignment === 'RANDOM' ? await workOf(stores, contestId, rule.perApplication ?? 1, all) : null,
  };
}

async function workOf(stores: Stores, contestId: string, perApplication: number, jurors: readonly Juror[]) {
  const [applications, sheets, { ownTerritoryBarred }] = await Promise.all([
    admittedOf(stores, contestId),
    jurySheetsOf(stores, contestId),
    panelRules(stores, contestId),
  ]);
  const taken = sheets.map(({ state }) => state).filter(({ status }) => status !== 'BARRED');
  const loads = Object.fromEntries(
    [...Map.groupBy(taken, ({ expertId }) => expertId)].map(([id, list]) => [id, list.length]),
  );
  const known = new Set(sheets.map(({ state }) => `${state.applicationId} ${state.expertId}`));
  const had = Map.groupBy(taken, ({ applicationId }) => applicationId);
  const works = applications.map((application) => ({
    applicationId: application.id,
    category: application.category ?? '',
    needed: Math.max(0, perApplication - (had.get(application.id)?.length ?? 0)),
    barred: jurors
      .filter(
        (juror) =>
          known.has(`${application.id} ${juror.personId}`) ||
          conflictWith(juror, application, ownTerritoryBarred) !== null,
      )
      .map(({ personId }) => personId)
      .toSorted(),
  }));
  return { works, loads };
}

/** Also when the command is a repetition: the first attempt may have died between two members. */
async function carryOut(stores: Stores, { contestId, result }: JuryDraw): Promise<void> {
  const seats = [
    ...result.seated.map((id) => [id, true] as const),
    ...result.reserve.map((id) => [id, false] as const),
  ];
  for (const [personId, seated] of seats)
    await stores.jurors.change<JurorEvent, JurorCode>({
      id: jurorId(contestId, personId),
      events: jurorToOutbox,
      decide: (juror) => seatJuror(juror, seated),
    });
  const window = await stores.juryWindows.get(contestId);
  const applications = new Map((await admittedOf(stores, contestId)).map((one) => [one.id, one]));
  for (const { applicationId, expertIds } of result.distribution.given) {
    const application = applications.get(applicationId);
    if (application) for (const personId of expertIds) await giveSheet(stores, window, application, personId);
  }
}

/** The sheet of a pair whom the draw has found without a conflict; it is made once. */
const giveSheet = (
  { jurySheets }: Stores,
  window: StageWindow | null,
  { id: applicationId, contestId }: StoredApplication,
  personId: string,
): Promise<Outcome<ScoreSheet, SheetCode>> => {
  const id = sheetId(applicationId, personId);
  return jurySheets.create<SheetEvent, SheetCode>({
    id,
    command: { caller: 'jury', key: id, name: 'giveJurySheet', payload: { applicationId, personId } },
    events: jurySheetToOutbox(window),
    decide: () => assignExpert({ contestId, applicationId, expertId: personId }, null),
  });
};

function taking(parts: ResolverParts): Pick<MutationResolvers, 'takeJurySheet'> {
  const { stores } = parts;
  return {
    takeJurySheet: async (_source, { input }, context) => {
      const command = commandOf(context, 'takeJurySheet', input);
      const { applicationId } = input;
      if (await stores.jurySheets.isReused(command)) return refusal('sheet', { code: 'IDEMPOTENCY_KEY_REUSED' });
      const { personId } = context.requireCaller();
      const { application, rejection } = await mayTake(parts, context, applicationId);
      if (rejection) return refusal('sheet', rejection);
      const { contestId } = application;
      const taken = assignExpert({ contestId, applicationId, expertId: personId }, null);
      if (!taken.ok) return refusal('sheet', taken.rejection);
      const id = sheetId(applicationId, personId);
      const had = await stores.jurySheets.load(id);
      if (had) return answered(stores, { aggregate: had, rejection: null });
      const outcome = await stores.jurySheets.upsert<never, never>({
        id,
        command,
        events: () => [],
        initial: () => taken.state,
        decide: (state) => accept(state),
      });
      return answered(stores, outcome);
    },
  };
}

type Taken =
  | { application: StoredApplication; rejection: null }
  | { application: null; rejection: { code: Code; path?: string[] } };

/** Whether a member may choose an application now; whoever is no member of the jury of the contest learns nothing of its applications. */
async function mayTake({ stores, clock }: ResolverParts, context: Context, applicationId: string): Promise<Taken> {
  const refused = (code: Code): Taken => ({ application: null, rejection: { code, path: ['applicationId'] } });
  const application = await applicationFacts(stores, context, applicationId);
  if (!application?.admitted) return refused('NOT_A_JUROR');
  const { contestId } = application;
  const [juror, contest, window, { ownTerritoryBarred }] = await Promise.all([
    stores.jurors.load(jurorId(contestId, context.requireCaller().personId)),
    contestFacts(stores, context, contestId),
    stores.juryWindows.get(contestId),
    panelRules(stores, contestId),
  ]);
  if (juror?.state.state !== 'SEATED') return refused('NOT_A_JUROR');
  if (contest?.scoring.publicJury?.assignment !== 'OPEN') return refused('BY_DRAW_ONLY');
  if (phaseOf(window, clock.now()) !== 'OPEN') return refused('STAGE_NOT_OPEN');
  if (conflictWith(juror.state, application, ownTerritoryBarred)) return refused('CONFLICT_OF_INTEREST');
  return { application, rejection: null };
}

const answered = (stores: Stores, outcome: Outcome<ScoreSheet, SheetCode>) =>
  payload(outcome, messages, (sheet) => ({ sheet: jurySheetView(stores, sheet) })) as never;

function scoring(
  parts: ResolverParts,
): Pick<MutationResolvers, 'saveJurySheet' | 'finaliseJurySheet' | 'declareJuryConflict'> {
  const change = (context: Context, name: string, input: SheetInput, decide: Decide) =>
    changeSheet(parts, { context, name, input }, decide);
  return {
    saveJurySheet: (_source, { input }, context) =>
      change(context, 'saveJurySheet', input, sheetSteps.save(input.marks)),
    finaliseJurySheet: (_source, { input }, context) =>
      change(context, 'finaliseJurySheet', input, sheetSteps.finalise()),
    declareJuryConflict: (_source, { input }, context) =>
      change(context, 'declareJuryConflict', input, sheetSteps.declare(input.reason)),
  };
}

async function changeSheet(
  { stores, clock }: ResolverParts,
  { context, name, input }: { context: Context; name: string; input: SheetInput },
  decide: Decide,
) {
  const command = commandOf(context, name, input);
  const sheet = await loadJurySheet(stores, context, input.sheetId);
  if (sheet?.state.expertId !== context.requireCaller().personId)
    return answered(stores, { aggregate: null, rejection: { code: 'NOT_FOUND', path: ['sheetId'] } });
  const { contestId } = sheet.state;
  const [contest, window] = await Promise.all([
    contestFacts(stores, context, contestId),
    stores.juryWindows.get(contestId),
  ]);
  const criteria = juryCriteria(contest?.scoring.publicJury ?? { criteria: [] });
  const around: Around = { criteria, phase: phaseOf(window, clock.now()) };
  return answered(
    stores,
    await stores.jurySheets.change({
      id: input.sheetId,
      command,
      expectedVersion: input.expectedVersion ?? undefined,
      events: () => [],
      decide: (state) => decide(state, around),
    }),
  );
}

/** Sheets of a member. */
export const jurorSheets = ({ stores }: ResolverParts) => ({
  sheets: async (
    { contest, person }: { contest: { id: string }; person: { id: string } },
    _args: object,
    context: Context,
  ) => {
    if (context.caller?.personId !== person.id) return [];
    const mine = { contestId: contest.id, expertId: person.id };
    const found = await stores.jurySheets.find(mine, { sort: { createdAt: 1 }, limit: 1000 });
    return found.map((sheet) => jurySheetView(stores, sheet)) as never;
  },
});
