import { commandOf, forbidden, payload, type Context, type Outcome } from '@veche/kit';
import type { Decision } from '@veche/kit/domain/decision';
import {
  declareConflict,
  finaliseSheet,
  saveSheet,
  type ScoreSheet,
  type SheetCode,
  type SheetEvent,
} from '../domain/sheet.ts';
import { phaseOf, type Phase } from '../domain/stage.ts';
import { sheetToOutbox } from '../events.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { mayOrganise } from '../policy.ts';
import { hashOf } from '../sheet-hash.ts';
import { panelRules, sheetsOf, type ContestFacts, type Stores } from '../store.ts';
import { sheetView } from '../views.ts';
import { boundedText, ownSheet, refusal, seenSheet, type ResolverParts } from './parts.ts';

type Queries = Pick<QueryResolvers, 'mySheets' | 'scoreSheet' | 'scoreSheets'>;

export function sheetQueries({ stores }: ResolverParts): Queries {
  return {
    mySheets: async (_source, { contestId }, context) => {
      const mine = { expertId: context.requireCaller().personId, ...(contestId ? { contestId } : {}) };
      return (await stores.sheets.find(mine, { sort: { createdAt: -1 }, limit: 1000 })).map((sheet) =>
        sheetView(stores, sheet),
      ) as never;
    },
    scoreSheet: async (_source, { id }, context) => {
      context.requireCaller();
      const sheet = await seenSheet(stores, context, id);
      return (sheet && sheetView(stores, sheet)) as never;
    },
    scoreSheets: async (_source, { contestId }, context) => {
      const contest = await stores.contests.get(contestId);
      if (!contest) return [];
      if (!mayOrganise(context.requireCaller(), contest.oktmo)) throw forbidden();
      return (await sheetsOf(stores, contestId)).map((sheet) => sheetView(stores, sheet)) as never;
    },
  };
}

export interface SheetInput {
  idempotencyKey: string;
  sheetId: string;
  expectedVersion?: number | null;
}

/** What a decision on a sheet needs to know of its contest. */
export interface Around {
  criteria: ContestFacts['criteria'];
  phase: Phase;
}

export type Decide = (sheet: ScoreSheet, around: Around) => Decision<ScoreSheet, SheetEvent, SheetCode>;

/** What is done with a sheet, an expert's or a juror's: marks are saved, it becomes final, a conflict of interest is declared. */
export const sheetSteps = {
  save: (marks: readonly GivenMark[]): Decide => {
    for (const [index, { comment }] of marks.entries()) boundedText(comment, ['marks', String(index), 'comment']);
    return (sheet, { criteria, phase }) => saveSheet(sheet, marks, criteria, phase);
  },
  finalise:
    (): Decide =>
    (sheet, { criteria, phase }) =>
      finaliseSheet(sheet, criteria, phase, hashOf),
  declare: (reason: string): Decide => {
    boundedText(reason, ['reason']);
    return (sheet, { phase }) => declareConflict(sheet, reason, phase);
  },
};

type GivenMark = Parameters<typeof saveSheet>[1][number];

export function sheetMutations(
  parts: ResolverParts,
): Pick<MutationResolvers, 'declareConflict' | 'saveScoreSheet' | 'finaliseScoreSheet'> {
  const change = (context: Context, name: string, input: SheetInput, decide: Decide) =>
    changeSheet(parts, { context, name, input }, decide);
  return {
    declareConflict: (_source, { input }, context) =>
      change(context, 'declareConflict', input, sheetSteps.declare(input.reason)),
    saveScoreSheet: (_source, { input }, context) =>
      change(context, 'saveScoreSheet', input, sheetSteps.save(input.marks)),
    finaliseScoreSheet: (_source, { input }, context) =>
      change(context, 'finaliseScoreSheet', input, sheetSteps.finalise()),
  };
}

async function changeSheet(
  parts: ResolverParts,
  { context, name, input }: { context: Context; name: string; input: SheetInput },
  decide: Decide,
) {
  const command = commandOf(context, name, input);
  const { stores, clock } = parts;
  const sheet = await ownSheet(parts, context, input.sheetId);
  if (!sheet) return refusal('sheet', { code: 'NOT_FOUND', path: ['sheetId'] });
  const { contestId } = sheet.state;
  const [contest, window, rules] = await Promise.all([
    stores.contests.get(contestId),
    stores.windows.get(contestId),
    panelRules(stores, contestId),
  ]);
  const around: Around = { criteria: contest?.criteria ?? [], phase: phaseOf(window, clock.now(), rules.lateHours) };
  const expectedVersion = input.expectedVersion ?? undefined;
  return answer(
    stores,
    await stores.sheets.change({
      id: input.sheetId,
      command,
      expectedVersion,
      events: sheetToOutbox,
      decide: (state) => decide(state, around),
    }),
  );
}

const answer = (stores: Stores, outcome: Outcome<ScoreSheet, SheetCode>) =>
  payload(outcome, messages, (sheet) => ({ sheet: sheetView(stores, sheet) })) as never;
