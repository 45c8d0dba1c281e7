import { commandOf, forbidden, type Aggregate, type Caller, type Context, type Outcome } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { isSnils } from '@veche/kit/domain/requisites';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import { announced, refusal } from '../box/admission.ts';
import { faultAtDesk, keyAtDesk, type DeskParts } from '../box/desk.ts';
import { checkBallot, type RecordedChoices } from '../domain/ballot.ts';
import {
  differing,
  enteredOnce,
  enterSheet,
  openBatch,
  signBatch,
  type PaperBatch,
  type PaperCode,
} from '../domain/paper-batch.ts';
import { intake, listOf } from '../domain/voting.ts';
import type { EnterPaperBallotInput, MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import type { Code } from '../messages.ts';
import { include, type PaperDesk } from './paper-desk.ts';
import { mayCollectAt, mayReadPaper } from '../policy.ts';
import type { ViewParts } from '../views.ts';

export interface PaperParts extends ViewParts, PaperDesk, DeskParts {}

type Batch = Aggregate<PaperBatch>;

const refused = (rejection: Rejection<Code>) => ({ batch: null, rejection: refusal(rejection) }) as never;
const answer = ({ aggregate, rejection }: Outcome<PaperBatch, PaperCode>) =>
  rejection ? refused(rejection) : ({ batch: viewOf(aggregate), rejection: null } as never);

/** Never what a sheet says: before the close that would be a tally. */
function viewOf({ id, version, state }: Batch) {
  const { contestId, status, ballots, signatures, document, ...rest } = state;
  const outcomes = ballots.flatMap(({ number, outcome }) => (outcome ? [{ number, outcome }] : []));
  return {
    ...rest,
    id,
    version,
    contest: { id: contestId },
    state: status,
    documentNumber: document.number,
    documentDate: document.date,
    documentSha256: document.sha256,
    vouched: state.vouched ?? false,
    entered: ballots.length,
    enteredOnce: enteredOnce(state),
    differing: differing(state),
    signatures: signatures.length,
    accepted: outcomes.filter(({ outcome }) => outcome === 'ACCEPTED').length,
    refused: outcomes
      .filter(({ outcome }) => outcome !== 'ACCEPTED')
      .map(({ number, outcome }) => ({ number, reason: refusal({ code: outcome as Code }) })),
  };
}

export const paperBatches =
  ({ stores }: PaperParts): NonNullable<QueryResolvers['paperBatches']> =>
  async (_source, { contestId }, context) => {
    const caller = context.requireCaller();
    const found = await stores.paperBatches.find({ contestId }, { sort: { createdAt: 1 }, limit: 1000 });
    return found.filter(({ state }) => mayReadPaper(caller, state.oktmo)).map(viewOf) as never;
  };

/** The batch if its place is one of the caller; of others it is not told that it exists. */
async function batchOf({ stores }: PaperParts, caller: Caller, id: string): Promise<Batch | null> {
  const batch = await stores.paperBatches.load(id);
  return batch && mayActIn(caller, batch.state.oktmo) ? batch : null;
}

export function paperMutations(
  parts: PaperParts,
): Pick<MutationResolvers, 'openPaperBatch' | 'enterPaperBallot' | 'closePaperBatch'> {
  const { stores, clock } = parts;
  return {
    openPaperBatch: async (_source, { input }, context) => {
      const command = commandOf(context, 'openPaperBatch', input);
      const { idempotencyKey: _key, ...batch } = input;
      const voting = await announced(parts, input.contestId);
      if (!voting) return refused({ code: 'NOT_FOUND' });
      if (!mayCollectAt(context.requireCaller(), voting, batch.oktmo)) throw forbidden();
      return answer(await stores.paperBatches.create({ command, events: () => [], decide: () => openBatch(batch) }));
    },
    enterPaperBallot: async (_source, { input }, context) => enter(parts, input, context),
    closePaperBatch: async (_source, { input }, context) => {
      const command = commandOf(context, 'closePaperBatch', input);
      const { personId, ...caller } = context.requireCaller();
      const batch = await batchOf(parts, { personId, ...caller }, input.batchId);
      if (!batch) return refused({ code: 'NOT_FOUND' });
      const { batchId: id, expectedVersion } = input;
      const sign = (state: PaperBatch) => signBatch(state, personId, clock.now());
      const outcome = await stores.paperBatches.change({
        id,
        command,
        expectedVersion,
        events: () => [],
        decide: sign,
      });
      if (outcome.rejection || outcome.aggregate.state.status !== 'SIGNED') return answer(outcome);
      await include(parts, outcome.aggregate);
      return answer({ aggregate: (await stores.paperBatches.load(id))!, rejection: null });
    },
  };
}

async function enter(parts: PaperParts, input: EnterPaperBallotInput, context: Context) {
  const { batchId: id, number, snils, birthDate, residence, choices } = input;
  const caller = context.requireCaller();
  commandOf(context, 'enterPaperBallot', { idempotencyKey: input.idempotencyKey });
  const batch = await batchOf(parts, caller, id);
  if (!batch) return refused({ code: 'NOT_FOUND' });
  if (!isSnils(snils)) return refused({ code: 'SNILS_INVALID', path: ['snils'] });
  const { contestId, vouched } = batch.state;
  const voting = (await announced(parts, contestId))!;
  const open = intake(voting, parts.clock.now());
  if (!open.ok) return refused({ code: open.code });
  const checked = checkBallot(voting.announcement!.rule.ballot, listOf(voting), choices);
  if (checked.rejection) return refused(checked.rejection);
  const fault = vouched ? null : faultAtDesk(voting, { birthDate, residence }, parts.clock.now());
  if (fault) return refused(fault);
  const asked = await keyAtDesk(parts, snils, 'paper-ballot');
  if (asked.rejection) return refused(asked.rejection);
  const tag = await parts.box.tag(contestId, asked.voterKey);
  return answer(await keep(parts, { id, number, tag, choices: checked.choices }, context, input.idempotencyKey));
}

interface Read {
  id: string;
  number: number;
  tag: string;
  choices: RecordedChoices;
}

/** The command is remembered by a hash over the tag: over the number of the person it could be tried out. */
function keep({ stores }: PaperParts, read: Read, context: Context, idempotencyKey: string) {
  const { id, number, tag, choices } = read;
  const command = commandOf(context, 'enterPaperBallot', { idempotencyKey, ...read });
  const entry = { by: context.requireCaller().personId, tag, choices };
  const decide = (batch: PaperBatch) => enterSheet(batch, number, entry);
  return stores.paperBatches.change({ id, command, events: () => [], decide });
}
