import type { Aggregate, Context } from '@veche/kit';
import { isOff } from './block-off.ts';
import { isClosed, listedOf, type Problem, type ProblemPoll } from './domain/problems/poll.ts';
import { rankedBy, talliesOf, type RankedLine } from './domain/problems/ranking.ts';
import { loadMeeting, loadPoll } from './loaders.ts';
import { shownMeeting } from './meeting-views.ts';
import { mayOversee } from './policy.ts';
import { orderId, ordersOf } from './store/problems.ts';
import { visibleContest, type ViewParts } from './views.ts';

/** Problems have ids of their poll and their number in it. */
export const problemId = (pollId: string, id: string): string => `${pollId}.${id}`;

/** Poll and number of a problem; null for what is no such id. */
export function placeOfProblem(id: string): { pollId: string; number: string } | null {
  const [pollId, number, ...rest] = id.split('.');
  return pollId && number && rest.length === 0 ? { pollId, number } : null;
}

/** The result of a poll that is over; what nobody had counted yet is counted now and kept. */
async function resultOf({ problems: stores, clock }: ViewParts, { id, state }: Aggregate<ProblemPoll>) {
  if (state.result || !isClosed(state, clock.now())) return state.result;
  if (state.source === 'MEETING') return null;
  const listed = listedOf(state).map((one) => one.id);
  const result = rankedBy(talliesOf(listed, await ordersOf(stores, id), state));
  await stores.polls.change<never, never>({
    id,
    events: () => [],
    decide: (poll) => ({ ok: true, state: poll.result ? poll : { ...poll, result }, events: [] }),
  });
  return result;
}

const shown = (
  pollId: string,
  { id, text, category, status, reason }: Problem,
  result: readonly RankedLine[] | null,
) => ({
  id: problemId(pollId, id),
  text,
  category,
  state: status,
  reason,
  place: result?.find((line) => line.problemId === id)?.place ?? null,
});

export function pollView(parts: ViewParts, context: Context, poll: Aggregate<ProblemPoll>) {
  const { id, version, state } = poll;
  const { problems, contestId, meetingId, result: _kept, authorId: _author, ...rest } = state;
  const { caller } = context;
  const seen = ({ status, authorId }: Problem): boolean =>
    status === 'LISTED' || authorId === caller?.personId || mayOversee(caller, state.oktmo);
  return {
    ...rest,
    id,
    version,
    closed: isClosed(state, parts.clock.now()),
    problems: async () => {
      const result = await resultOf(parts, poll);
      return problems.filter(seen).map((one) => shown(id, one, result));
    },
    ranking: async () => {
      const result = await resultOf(parts, poll);
      const named = new Map(problems.map((one) => [one.id, one]));
      return result?.map((line) => ({ ...line, problem: shown(id, named.get(line.problemId)!, result) })) ?? null;
    },
    participants: async () =>
      isClosed(state, parts.clock.now()) && state.source === 'POLL'
        ? Number(await parts.problems.orders.count({ pollId: id }))
        : null,
    myOrder: async () => {
      const mine = caller && (await parts.problems.orders.load(orderId(id, caller.personId)));
      return mine?.state.order.map((one) => problemId(id, one)) ?? null;
    },
    contest: () => (contestId ? visibleContest(parts, context, contestId) : null),
    meeting: async () => {
      const found = await loadMeeting(parts.meetings, context, meetingId);
      return found && shownMeeting(parts, context, found);
    },
  };
}

/** A problem on a list with its poll; null for any other, and where the place does without problems. */
export async function listedProblem(parts: ViewParts, context: Context, id: string) {
  const place = placeOfProblem(id);
  const poll = await loadPoll(parts.problems, context, place?.pollId);
  const found = poll && listedOf(poll.state).find((one) => one.id === place!.number);
  if (!found || (await isOff(parts, context, 'PROBLEMS', poll.state))) return null;
  return { poll, problem: found };
}

export async function problemView(parts: ViewParts, context: Context, id: string | null | undefined) {
  const found = id ? await listedProblem(parts, context, id) : null;
  return found && shown(found.poll.id, found.problem, await resultOf(parts, found.poll));
}
