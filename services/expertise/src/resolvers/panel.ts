import { commandOf, payload, type Aggregate } from '@veche/kit';
import { accept } from '@veche/kit/domain/decision';
import { NO_PANEL, replaceExpert, rulesOf, setRules, type PanelCode } from '../domain/panel.ts';
import { recordAbsence, replaceSheet, type ScoreSheet } from '../domain/sheet.ts';
import { phaseOf } from '../domain/stage.ts';
import { sheetToOutbox } from '../events.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { stopOf } from '../jury-gate.ts';
import { activeExperts, conflictWith, giveSheet, giveSheets, type Pooled } from '../sheet-giving.ts';
import { panelRules, sheetsOf, type Stores } from '../store.ts';
import { sheetView } from '../views.ts';
import { boundedText, contestFor, refusal, type ResolverParts } from './parts.ts';

export function panelQueries({ stores }: ResolverParts): Pick<QueryResolvers, 'assessmentRules'> {
  return { assessmentRules: (_source, { contestId }) => panelRules(stores, contestId) };
}

type Names = 'setAssessmentRules' | 'assignExpertByHand' | 'replaceExpert' | 'recordAbsences';

export function panelMutations(parts: ResolverParts): Pick<MutationResolvers, Names> {
  return { ...rulesMutation(parts), ...byHand(parts), ...replacement(parts), ...absences(parts) };
}

function rulesMutation(parts: ResolverParts): Pick<MutationResolvers, 'setAssessmentRules'> {
  const { stores } = parts;
  return {
    setAssessmentRules: async (_source, { input }, context) => {
      const command = commandOf(context, 'setAssessmentRules', input);
      const { contestId, blind = false, ownTerritoryBarred = false, lateHours = 0, minSheets = 1 } = input;
      if (!(await contestFor(parts, context, contestId)))
        return refusal('rules', { code: 'NOT_FOUND', path: ['contestId'] });
      const given = await stores.sheets.count({ contestId });
      const outcome = await stores.panels.upsert<never, PanelCode>({
        id: contestId,
        command,
        events: () => [],
        initial: () => NO_PANEL,
        decide: (panel) => setRules(panel, { blind, ownTerritoryBarred, lateHours, minSheets }, given),
      });
      return payload(outcome, messages, ({ state }) => ({ rules: rulesOf(state) })) as never;
    },
  };
}

// A used key is told before anything that depends on the rest of the request.
function byHand(parts: ResolverParts): Pick<MutationResolvers, 'assignExpertByHand'> {
  const { stores } = parts;
  return {
    assignExpertByHand: async (_source, { input }, context) => {
      const command = commandOf(context, 'assignExpertByHand', input);
      const { contestId, applicationId, expertId } = input;
      if (await stores.panels.isReused(command)) return refusal('sheet', { code: 'IDEMPOTENCY_KEY_REUSED' });
      if (!(await contestFor(parts, context, contestId)))
        return refusal('sheet', { code: 'NOT_FOUND', path: ['contestId'] });
      const application = await stores.applications.get(applicationId);
      if (!application?.admitted || application.contestId !== contestId)
        return refusal('sheet', { code: 'NOT_FOUND', path: ['applicationId'] });
      const stopped = await stopOf(stores, parts.clock, contestId, applicationId);
      if (stopped) return refusal('sheet', stopped);
      const expert = (await activeExperts(stores, [expertId])).get(expertId);
      if (!expert) return refusal('sheet', { code: 'NOT_IN_POOL', path: ['expertId'] });
      const stored = { ...application, id: applicationId };
      if (conflictWith(expert, stored, await panelRules(stores, contestId)))
        return refusal('sheet', { code: 'CONFLICT_OF_INTEREST', path: ['expertId'] });
      const { rejection } = await stores.panels.upsert<never, PanelCode>({
        id: contestId,
        command,
        events: () => [],
        initial: () => NO_PANEL,
        decide: (panel) => accept({ ...panel, expertIds: [...new Set([...panel.expertIds, expertId])] }),
      });
      if (rejection) return refusal('sheet', rejection);
      return payload(await giveSheet(stores, stored, expertId, null), messages, (sheet) => ({
        sheet: sheetView(stores, sheet),
      })) as never;
    },
  };
}

function replacement(parts: ResolverParts): Pick<MutationResolvers, 'replaceExpert'> {
  const { stores, clock } = parts;
  return {
    replaceExpert: async (_source, { input }, context) => {
      const command = commandOf(context, 'replaceExpert', input);
      const { contestId, expertId, successorId, reason } = input;
      boundedText(reason, ['reason']);
      if (await stores.panels.isReused(command)) return refusal('sheets', { code: 'IDEMPOTENCY_KEY_REUSED' });
      if (!(await contestFor(parts, context, contestId)))
        return refusal('sheets', { code: 'NOT_FOUND', path: ['contestId'] });
      const [pool, sheets] = await Promise.all([activeExperts(stores, [successorId]), sheetsOf(stores, contestId)]);
      const theirs = sheets.filter(({ state }) => state.expertId === expertId && state.status !== 'REPLACED');
      const given = { expertId, successorId, reason, at: clock.now() };
      const standing = { assigned: theirs.length > 0, pool: new Set(pool.keys()) };
      const outcome = await stores.panels.upsert<never, PanelCode>({
        id: contestId,
        command,
        events: () => [],
        initial: () => NO_PANEL,
        decide: (panel) => replaceExpert(panel, given, standing),
      });
      if (outcome.rejection) return refusal('sheets', outcome.rejection);
      const open = theirs.filter(({ state }) => state.status === 'OPEN');
      const successor = pool.get(successorId);
      // A repetition may come after the successor has left.
      if (open.length > 0 && !successor) return refusal('sheets', { code: 'NOT_IN_POOL', path: ['successorId'] });
      if (successor) await handOver(stores, contestId, open, successor);
      return allSheets(parts, contestId);
    },
  };
}

/** The successor has the sheets before the one who goes loses them, so an attempt that broke off is finished by its repetition. */
async function handOver(
  stores: Stores,
  contestId: string,
  open: readonly Aggregate<ScoreSheet>[],
  successor: Pooled,
): Promise<void> {
  const applications = await stores.applications.getMany(open.map(({ state }) => state.applicationId));
  const wanted = applications
    .filter(({ admitted }) => admitted)
    .map((application) => ({ application, experts: [successor] }));
  await giveSheets(stores, contestId, wanted, await panelRules(stores, contestId));
  for (const { id } of open) await stores.sheets.change({ id, events: sheetToOutbox, decide: replaceSheet });
}

function absences(parts: ResolverParts): Pick<MutationResolvers, 'recordAbsences'> {
  const { stores, clock } = parts;
  return {
    recordAbsences: async (_source, { input }, context) => {
      const command = commandOf(context, 'recordAbsences', input);
      const { contestId } = input;
      if (await stores.panels.isReused(command)) return refusal('sheets', { code: 'IDEMPOTENCY_KEY_REUSED' });
      if (!(await contestFor(parts, context, contestId)))
        return refusal('sheets', { code: 'NOT_FOUND', path: ['contestId'] });
      const { lateHours } = await panelRules(stores, contestId);
      const phase = phaseOf(await stores.windows.get(contestId), clock.now(), lateHours);
      if (phase !== 'AFTER') return refusal('sheets', { code: 'STAGE_NOT_OVER' });
      const { rejection } = await stores.panels.upsert<never, never>({
        id: contestId,
        command,
        events: () => [],
        initial: () => NO_PANEL,
        decide: (panel) => accept(panel),
      });
      if (rejection) return refusal('sheets', rejection);
      for (const { id, state } of await sheetsOf(stores, contestId))
        if (state.status === 'OPEN')
          await stores.sheets.change({ id, events: sheetToOutbox, decide: (sheet) => recordAbsence(sheet, phase) });
      return allSheets(parts, contestId);
    },
  };
}

async function allSheets({ stores }: ResolverParts, contestId: string) {
  const sheets = (await sheetsOf(stores, contestId)).map((sheet) => sheetView(stores, sheet));
  return { sheets, rejection: null } as never;
}
