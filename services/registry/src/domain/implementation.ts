import { localDateOf } from '@veche/kit/domain/calendar';
import { accept, reject } from '@veche/kit/domain/decision';
import type { Decision, Rejection } from '@veche/kit/domain/decision';
import { isIsoDate } from './iso-date.ts';
import type { ImplementationStage, ProjectCode, ProjectEvent, ProjectState } from './project.ts';
import { isRegistered, percentOf, spentOf } from './project.ts';
import { amountOf, isSource, sumBySource } from './source.ts';
import type { SourceAmount } from './source.ts';

type ProjectDecision = Decision<ProjectState, ProjectEvent, ProjectCode>;
type Refusal = Rejection<ProjectCode> | null;

export const TITLE_MIN = 3;
export const TITLE_MAX = 200;
export const TEXT_MIN = 20;
export const TEXT_MAX = 5_000;
export const STAGES_MAX = 50;
export const CODE_MAX = 40;
const ACT_NUMBER_MAX = 100;

// Where a day begins first: a date that has come there is not in the future anywhere in the country.
const EASTERNMOST_ZONE = 'Asia/Kamchatka';

export type StageInput = Omit<ImplementationStage, 'finished'>;

export interface ReportInput {
  stage: string;
  text: string;
  percent: number;
  spent: readonly { source: string; amount: bigint }[];
  stageFinished: boolean;
}

/** Plans the stages of the works; a plan can be replaced until the first report. */
export function planImplementation(state: ProjectState, stages: readonly StageInput[]): ProjectDecision {
  const refusal = closedRefusal(state) ?? stagesRefusal(state, stages);
  if (refusal) return { ok: false, rejection: refusal };
  const planned = stages.map(({ code, title, plannedStart, plannedEnd }) => ({
    code: code.trim(),
    title: title.trim(),
    plannedStart,
    plannedEnd,
    finished: false,
  }));
  const plannedEnd = planned
    .map((stage) => stage.plannedEnd)
    .sort()
    .at(-1)!;
  return accept(
    { ...state, status: 'PLANNED', stages: planned },
    { kind: 'ImplementationPlanned', stages: planned.length, plannedEnd },
  );
}

/** Publishes a report; readiness never falls and no source is spent above its plan. */
export function reportProgress(
  state: ProjectState,
  input: ReportInput,
  report: { id: string; now: Date },
): ProjectDecision {
  const spent = closedRefusal(state) ?? reportRefusal(state, input) ?? checkSpent(state, input.spent);
  if ('code' in spent) return { ok: false, rejection: spent };
  const { stage, percent } = input;
  const next: ProjectState = {
    ...state,
    status: 'IN_PROGRESS',
    stages: state.stages.map((one) => (one.code === stage && input.stageFinished ? { ...one, finished: true } : one)),
    reports: [
      ...state.reports,
      {
        id: report.id,
        publishedAt: report.now,
        stage,
        text: input.text.trim(),
        percent,
        spent: spent.amounts,
      },
    ],
  };
  return accept(next, {
    kind: 'ProgressReported',
    reportId: report.id,
    percent,
    spentTotal: spentOf(next),
  });
}

/** Completes a project whose stages are all finished by its acceptance act. */
export function completeProject(
  state: ProjectState,
  input: { acceptedOn: string; actNumber: string },
  now: Date,
): ProjectDecision {
  const closed = closedRefusal(state);
  if (closed) return { ok: false, rejection: closed };
  const { acceptedOn } = input;
  const actNumber = input.actNumber.trim();
  if (actNumber === '' || actNumber.length > ACT_NUMBER_MAX) {
    return reject('ACT_NUMBER_REQUIRED', ['actNumber'], { max: ACT_NUMBER_MAX });
  }
  if (!isIsoDate(acceptedOn)) return reject('DATES_INVALID', ['acceptedOn']);
  if (acceptedOn > localDateOf(now, EASTERNMOST_ZONE)) return reject('DATE_IN_FUTURE', ['acceptedOn']);
  if (state.stages.length === 0 || state.stages.some((stage) => !stage.finished)) {
    return reject('STAGES_UNFINISHED');
  }
  return accept(
    { ...state, status: 'COMPLETED', acceptedOn, actNumber },
    { kind: 'ProjectCompleted', acceptedOn, spentTotal: spentOf(state) },
  );
}

function closedRefusal(state: ProjectState): Refusal {
  if (!isRegistered(state)) return { code: 'NOT_FOUND' };
  return state.status === 'COMPLETED' ? { code: 'PROJECT_COMPLETED' } : null;
}

function stagesRefusal(state: ProjectState, stages: readonly StageInput[]): Refusal {
  if (state.reports.length > 0) return { code: 'PLAN_FIXED' };
  if (stages.length === 0) return { code: 'STAGES_REQUIRED', path: ['stages'] };
  if (stages.length > STAGES_MAX) {
    return { code: 'TOO_MANY_STAGES', path: ['stages'], params: { max: STAGES_MAX } };
  }
  const codes = stages.map((stage) => stage.code.trim());
  for (const [index, stage] of stages.entries()) {
    const path = ['stages', String(index)];
    if (codes.indexOf(codes[index]!) < index) return { code: 'STAGE_REPEATED', path: [...path, 'code'] };
    const refusal = stageRefusal(stage, path);
    if (refusal) return refusal;
  }
  return null;
}

function stageRefusal(stage: StageInput, path: readonly string[]): Refusal {
  const code = stage.code.trim();
  if (code === '' || code.length > CODE_MAX) {
    return { code: 'STAGE_CODE_INVALID', path: [...path, 'code'], params: { max: CODE_MAX } };
  }
  if (!hasLength(stage.title, TITLE_MIN, TITLE_MAX)) {
    return {
      code: 'TITLE_LENGTH',
      path: [...path, 'title'],
      params: { min: TITLE_MIN, max: TITLE_MAX },
    };
  }
  if (!isIsoDate(stage.plannedStart)) return { code: 'DATES_INVALID', path: [...path, 'plannedStart'] };
  const ordered = isIsoDate(stage.plannedEnd) && stage.plannedEnd >= stage.plannedStart;
  return ordered ? null : { code: 'DATES_INVALID', path: [...path, 'plannedEnd'] };
}

function reportRefusal(state: ProjectState, input: ReportInput): Refusal {
  const stage = state.stages.find((one) => one.code === input.stage);
  if (!stage) return { code: 'STAGE_UNKNOWN', path: ['stage'] };
  if (stage.finished) return { code: 'STAGE_FINISHED', path: ['stage'] };
  if (!hasLength(input.text, TEXT_MIN, TEXT_MAX)) {
    return { code: 'TEXT_LENGTH', path: ['text'], params: { min: TEXT_MIN, max: TEXT_MAX } };
  }
  const before = percentOf(state);
  const fits = Number.isInteger(input.percent) && input.percent >= before && input.percent <= 100;
  return fits ? null : { code: 'PERCENT_INVALID', path: ['percent'], params: { min: before } };
}

/** The amounts in canonical order, or why they do not fit the plan. */
function checkSpent(
  state: ProjectState,
  spent: ReportInput['spent'],
): { amounts: SourceAmount[] } | Rejection<ProjectCode> {
  const amounts: SourceAmount[] = [];
  const before = spentOf(state);
  for (const [index, { source, amount }] of spent.entries()) {
    const path = ['spent', String(index)];
    if (!isSource(source) || amounts.some((one) => one.source === source)) {
      return { code: 'SOURCE_INVALID', path: [...path, 'source'] };
    }
    if (amount < 0n) return { code: 'AMOUNT_INVALID', path: [...path, 'amount'] };
    if (amountOf(before, source) + amount > amountOf(state.facts?.plan ?? [], source)) {
      return { code: 'OVERSPENT', path: [...path, 'amount'] };
    }
    amounts.push({ source, amount });
  }
  return { amounts: sumBySource(amounts) };
}

function hasLength(text: string, min: number, max: number): boolean {
  const { length } = text.trim();
  return length >= min && length <= max;
}
