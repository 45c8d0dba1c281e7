import {
  forget,
  commandOf,
  forbidden,
  mapConnection,
  payload,
  type Aggregate,
  type Context,
  type Outcome,
} from '@veche/kit';
import { covers } from '@veche/kit/domain/oktmo';
import { reject, type Decision } from '@veche/kit/domain/decision';
import { scopesWithout } from '../block-off.ts';
import { communityMessages, type CommunityCode } from '../community-messages.ts';
import {
  decideProblem,
  nameProblem,
  openPoll,
  orderProblems,
  recordHands,
  type PollCode,
  type ProblemPoll,
} from '../domain/problems/poll.ts';
import type { MutationResolvers, OpenProblemPollInput, QueryResolvers, RankProblemsInput } from '../gen/graphql.ts';
import { loadPoll } from '../loaders.ts';
import { mayOrganise } from '../policy.ts';
import { placeOfProblem, pollView } from '../problem-views.ts';
import { participantOf, sceneOf } from '../scene.ts';
import { orderId, pageOfPolls } from '../store/problems.ts';
import type { ViewParts } from '../views.ts';

type PollOutcome = Outcome<ProblemPoll, CommunityCode>;
type Decide = (state: ProblemPoll) => Decision<ProblemPoll, never, PollCode>;

export function problemQueries(parts: ViewParts): Pick<QueryResolvers, 'problemPoll' | 'problemPolls'> {
  return {
    problemPoll: async (_source, { id }, context) => {
      const found = await loadPoll(parts.problems, context, id);
      return found && (pollView(parts, context, found) as never);
    },
    problemPolls: async (_source, { oktmo, contestId, ...args }, context) => {
      const off = await scopesWithout(parts, 'PROBLEMS', contestId);
      const page = await pageOfPolls(parts.problems, { oktmo, contestId }, off, args);
      return mapConnection(page, (one) => pollView(parts, context, one)) as never;
    },
  };
}

type PollMutations = Pick<
  MutationResolvers,
  'openProblemPoll' | 'nameProblem' | 'decideProblem' | 'rankProblems' | 'recordProblemVotes'
>;

export function problemMutations(parts: ViewParts): PollMutations {
  const { clock } = parts;
  return {
    openProblemPoll: (_source, { input }, context) => open(parts, context, input),
    nameProblem: async (_source, { input }, context) =>
      change(parts, context, { name: 'nameProblem', input, pollId: input.pollId }, async ({ state }) => {
        const caller = context.requireCaller();
        const scene = await sceneOf(parts, state);
        const naming = { text: input.text, category: input.category, staff: mayOrganise(caller, state.oktmo) };
        return (poll) => nameProblem(poll, naming, participantOf(caller), scene);
      }),
    decideProblem: async (_source, { input }, context) => {
      const place = placeOfProblem(input.problemId);
      const about = { name: 'decideProblem', input, pollId: place?.pollId ?? '', path: 'problemId', staff: true };
      return change(parts, context, about, async () => {
        const verdict = { problemId: place!.number, listed: input.listed, reason: input.reason ?? null };
        return (poll) => decideProblem(poll, verdict, clock.now());
      });
    },
    rankProblems: (_source, { input }, context) => order(parts, context, input),
    recordProblemVotes: async (_source, { input }, context) => {
      const about = { name: 'recordProblemVotes', input, pollId: input.pollId, staff: true };
      return change(parts, context, about, async ({ id, state }) => {
        const meeting = await parts.meetings.meetings.load(input.meetingId);
        const hands = input.votes.map(({ problemId, votes }) => ({ problemId: numberIn(id, problemId), votes }));
        if (!meeting || !covers(state.oktmo, meeting.state.oktmo))
          return () => reject('MEETING_NOT_BEGUN', ['meetingId']);
        return (poll) => recordHands(poll, meeting.id, meeting.state, hands);
      });
    },
  };
}

/** Number of a problem within a poll; the empty text, which no problem has, for one of another poll. */
function numberIn(pollId: string, id: string): string {
  const place = placeOfProblem(id);
  return place?.pollId === pollId ? place.number : '';
}

function answer(parts: ViewParts, context: Context, outcome: PollOutcome) {
  forget(context);
  return payload(outcome, communityMessages, (poll) => ({ poll: pollView(parts, context, poll) })) as never;
}

const notFound = (path: string): PollOutcome => ({ aggregate: null, rejection: { code: 'NOT_FOUND', path: [path] } });

async function open(parts: ViewParts, context: Context, input: OpenProblemPollInput) {
  const command = commandOf(context, 'openProblemPoll', input);
  const { oktmo, title, closesAt, contestId = null } = input;
  const caller = context.requireCaller();
  if (!mayOrganise(caller, oktmo)) throw forbidden();
  const contest = contestId ? await parts.stores.contests.load(contestId) : null;
  if (contestId && (!contest || !covers(contest.state.oktmo, oktmo)))
    return answer(parts, context, notFound('contestId'));
  const opening = {
    title,
    oktmo,
    contestId,
    closesAt,
    authorId: caller.personId,
    source: input.source ?? ('POLL' as const),
    rule: input.rule ?? ('BORDA' as const),
    choices: input.choices ?? 3,
  };
  const decide = () => openPoll(opening, parts.clock.now());
  return answer(parts, context, await parts.problems.polls.create({ command, events: () => [], decide }));
}

interface About {
  name: string;
  input: { idempotencyKey: string };
  pollId: string;
  /** Input field that names the poll. */
  path?: string;
  /** Only for staff of the territory. */
  staff?: boolean;
}

async function change(
  parts: ViewParts,
  context: Context,
  { name, input, pollId, path = 'pollId', staff = false }: About,
  prepare: (poll: Aggregate<ProblemPoll>) => Promise<Decide>,
) {
  const command = commandOf(context, name, input);
  const poll = await parts.problems.polls.load(pollId);
  if (!poll) return answer(parts, context, notFound(path));
  if (staff && !mayOrganise(context.requireCaller(), poll.state.oktmo)) throw forbidden();
  const decide = await prepare(poll);
  const outcome = await parts.problems.polls.change<never, PollCode>({ id: pollId, command, events: () => [], decide });
  return answer(parts, context, outcome);
}

async function order(parts: ViewParts, context: Context, input: RankProblemsInput) {
  const { problems } = parts;
  const command = commandOf(context, 'rankProblems', input);
  const { pollId } = input;
  const poll = await problems.polls.load(pollId);
  if (!poll) return answer(parts, context, notFound('pollId'));
  const caller = context.requireCaller();
  const scene = await sceneOf(parts, poll.state);
  const wanted = input.order.map((id) => numberIn(pollId, id));
  const outcome = await problems.orders.upsert<never, PollCode>({
    id: orderId(pollId, caller.personId),
    command,
    events: () => [],
    initial: () => ({ pollId, personId: caller.personId, order: [] }),
    decide: (mine) => orderProblems(mine, poll.state, wanted, participantOf(caller), scene),
  });
  const { rejection } = outcome;
  return answer(parts, context, rejection ? { aggregate: null, rejection } : { aggregate: poll, rejection: null });
}
