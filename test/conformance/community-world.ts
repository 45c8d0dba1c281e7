import { newPoll } from './problem-rows.ts';
import { formGroup } from '../journeys/story/applications.ts';
import { OKTMO, publishContest } from '../journeys/story/contest.ts';
import type { Platform } from '../journeys/platform.ts';
import type { Session } from '../login/driver.ts';

/** Ideas and what is said about them, in a known state. */
export interface Community {
  /** Published, of the lead. */
  ideaId: string;
  /** Another one, which can be merged into it. */
  similarId: string;
  /** Published, which nobody changes. */
  otherIdeaId: string;
  /** One that its author changes. */
  changingId: string;
  /** One that waits for a moderator. */
  waitingId: string;
  /** Of the member, about the first idea. */
  commentId: string;
  /** A contest that takes applications, with a group that the outsider leads. */
  openContestId: string;
  openGroupId: string;
  /** The member, who is in the outsider's group as well. */
  memberId: string;
  /** A meeting that the outsider called. */
  meetingId: string;
  /** A poll about problems, with one on its list and one that waits. */
  pollId: string;
  listedProblemId: string;
  namedProblemId: string;
}

export const newIdea = () => ({
  title: 'Детская площадка во дворе на улице Мира',
  text: 'Во дворе нет ни одной площадки, дети играют на проезжей части.',
  category: 'PLAYGROUND',
  oktmo: OKTMO,
});

export const newMeeting = (where: { contestId: string; groupId: string }) => ({
  ...where,
  kind: 'FINAL',
  oktmo: OKTMO,
  place: 'Школа № 1, актовый зал',
  startsLocal: '2040-01-10T18:00:00',
  agenda: [{ text: 'Выбор проекта для конкурса' }],
});

export async function buildCommunity(
  p: Platform,
  people: { organiser: Session; lead: Session; member: Session; outsider: Session },
): Promise<Community> {
  const { organiser, lead, member, outsider } = people;
  const propose = async (): Promise<string> => {
    const { idea } = await p.does<{ idea: { id: string } }>('proposeIdea', newIdea(), 'idea { id }', lead);
    return idea.id;
  };
  const published = async (): Promise<string> => {
    const id = await propose();
    await p.does('moderate', { of: 'IDEA', id, decision: 'PUBLISH' }, 'idea { state }', organiser);
    return id;
  };
  const ideaId = await published();
  const said = { subject: 'IDEA', subjectId: ideaId, text: 'Площадка нужна всему двору' };
  const { comment } = await p.does<{ comment: { id: string } }>('comment', said, 'comment { id }', member);
  const { person } = await p.does<{ person: { id: string } }>('registerMe', {}, 'person { id }', member);
  const { id: openContestId } = await publishContest(p, organiser, 'Конкурс с открытым приёмом заявок');
  const openGroupId = await formGroup(p, openContestId, [outsider, member], 'Группа с идеей');
  const notice = newMeeting({ contestId: openContestId, groupId: openGroupId });
  const { meeting } = await p.does<{ meeting: { id: string } }>('announceMeeting', notice, 'meeting { id }', outsider);
  const { poll } = await p.does<{ poll: { id: string } }>('openProblemPoll', newPoll(), 'poll { id }', organiser);
  const named = async (session: Session): Promise<string> => {
    const input = { pollId: poll.id, text: 'Нет тротуара у школы', category: 'ROAD' };
    const answer = await p.does<{ poll: { problems: { id: string }[] } }>(
      'nameProblem',
      input,
      'poll { problems { id } }',
      session,
    );
    return answer.poll.problems.at(-1)!.id;
  };
  return {
    pollId: poll.id,
    listedProblemId: await named(organiser),
    namedProblemId: await named(lead),
    memberId: person.id,
    meetingId: meeting.id,
    ideaId,
    similarId: await published(),
    otherIdeaId: await published(),
    changingId: await published(),
    waitingId: await propose(),
    commentId: comment.id,
    openContestId,
    openGroupId,
  };
}
