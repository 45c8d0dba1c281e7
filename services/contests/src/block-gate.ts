import type { BlockGate } from '@veche/kit';
import type { Block, BlockPlace } from '@veche/kit/domain/blocks';
import { isOff } from './block-off.ts';
import { placeOfProblem } from './problem-views.ts';
import { ambassadorOf } from './store/ambassadors.ts';
import type { ViewParts } from './views.ts';

type Parts = Pick<ViewParts, 'stores' | 'community' | 'meetings' | 'problems' | 'ambassadors' | 'clock'>;
type Args = Readonly<Record<string, any>>;
interface Found {
  state: BlockPlace;
}

/** Whether a part of the platform is off where a request acts: where its subject is, or in the territory or contest that it names. */
export const blockGate =
  (parts: Parts): BlockGate =>
  async (block, args, context) => {
    const place = await placeOf(parts, block, args);
    return place !== null && isOff(parts, context, block, place);
  };

async function placeOf(parts: Parts, block: Block, args: Args): Promise<BlockPlace | null> {
  const subject = SUBJECTS[block]?.(parts, args);
  if (subject) return (await subject)?.state ?? null;
  const { oktmo = null, contestId = null } = args['filter'] ?? args;
  return oktmo ? { oktmo, contestId } : contestPlace(parts, contestId);
}

/** The object that a request is about; null where it names none. */
const SUBJECTS: Partial<Record<Block, (parts: Parts, args: Args) => Promise<Found | null> | null>> = {
  IDEAS: ({ community }, { id, ideaId = id }) => (ideaId ? community.ideas.load(ideaId) : null),
  MEETINGS: ({ meetings }, { id, meetingId = id }) => (meetingId ? meetings.meetings.load(meetingId) : null),
  PROBLEMS: ({ problems }, { id, pollId = id, problemId }) => {
    const poll = problemId ? placeOfProblem(problemId)?.pollId : pollId;
    return poll ? problems.polls.load(poll) : null;
  },
  COMMENTS: discussed,
  AMBASSADORS: (parts, { code }) => (code ? linked(parts, code) : null),
};

/** What is talked about, or the comment itself. */
function discussed({ community, stores }: Parts, args: Args): Promise<Found | null> | null {
  const { subject, subjectId = args['id'], id } = args;
  if (subject === 'IDEA') return community.ideas.load(subjectId);
  if (subject === 'APPLICATION')
    return stores.applications
      .load(subjectId)
      .then((found) => found && { state: { oktmo: found.state.content.oktmo, contestId: found.state.contestId } });
  return id ? community.comments.load(id) : null;
}

async function linked(parts: Parts, code: string): Promise<Found | null> {
  const found = await ambassadorOf(parts.ambassadors, code);
  const state = found && (await contestPlace(parts, found.state.contestId));
  return state && { state };
}

async function contestPlace({ stores }: Parts, contestId: string | null): Promise<BlockPlace | null> {
  const contest = contestId ? await stores.contests.load(contestId) : null;
  return contest && { oktmo: contest.state.oktmo, contestId };
}
