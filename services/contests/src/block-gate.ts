import type { BlockGate, Context } from '@veche/kit';
import type { Block, BlockPlace } from '@veche/kit/domain/blocks';
import { isOff } from './block-off.ts';
import { loadApplication, loadComment, loadContest, loadIdea, loadLink, loadMeeting, loadPoll } from './loaders.ts';
import { placeOfProblem } from './problem-views.ts';
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
    const place = await placeOf(parts, context, block, args);
    return place !== null && isOff(parts, context, block, place);
  };

async function placeOf(parts: Parts, context: Context, block: Block, args: Args): Promise<BlockPlace | null> {
  const subject = SUBJECTS[block]?.(parts, context, args);
  if (subject) return (await subject)?.state ?? null;
  const { oktmo = null, contestId = null } = args['filter'] ?? args;
  return oktmo ? { oktmo, contestId } : contestPlace(parts, context, contestId);
}

/** The object that a request is about, read once for the gate and for the answer; null where it names none. */
const SUBJECTS: Partial<Record<Block, (parts: Parts, context: Context, args: Args) => Promise<Found | null> | null>> = {
  IDEAS: ({ community }, context, { id, ideaId = id }) => (ideaId ? loadIdea(community, context, ideaId) : null),
  MEETINGS: ({ meetings }, context, { id, meetingId = id }) =>
    meetingId ? loadMeeting(meetings, context, meetingId) : null,
  PROBLEMS: ({ problems }, context, { id, pollId = id, problemId }) => {
    const poll = problemId ? placeOfProblem(problemId)?.pollId : pollId;
    return poll ? loadPoll(problems, context, poll) : null;
  },
  COMMENTS: discussed,
  AMBASSADORS: (parts, context, { code }) => (code ? linked(parts, context, code) : null),
};

/** What is talked about, or the comment itself. */
function discussed({ community, stores }: Parts, context: Context, args: Args): Promise<Found | null> | null {
  const { subject, subjectId = args['id'], id } = args;
  if (subject === 'IDEA') return loadIdea(community, context, subjectId);
  if (subject === 'APPLICATION')
    return loadApplication(stores, context, subjectId).then(
      (found) => found && { state: { oktmo: found.state.content.oktmo, contestId: found.state.contestId } },
    );
  return id ? loadComment(community, context, id) : null;
}

async function linked(parts: Parts, context: Context, code: string): Promise<Found | null> {
  const found = await loadLink(parts.ambassadors, context, code);
  const state = found && (await contestPlace(parts, context, found.state.contestId));
  return state && { state };
}

async function contestPlace({ stores }: Parts, context: Context, contestId: string | null): Promise<BlockPlace | null> {
  const contest = await loadContest(stores, context, contestId);
  return contest && { oktmo: contest.state.oktmo, contestId };
}
