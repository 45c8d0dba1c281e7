import type { Aggregate, AggregateStore, Context } from '@veche/kit';
import type { Block } from '@veche/kit/domain/blocks';
import { isOff, scopesWithout } from '../block-off.ts';
import type { Application } from '../domain/application.ts';
import type { Contest } from '../domain/contest.ts';
import { courseOf } from '../domain/course.ts';
import type { Meeting } from '../domain/meetings/meeting.ts';
import {
  byUrgency,
  leadOfferTask,
  leadTask,
  minutesTask,
  officialTask,
  waitingTask,
  type Task,
} from '../domain/tasks.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { loadContest, loadMeeting } from '../loaders.ts';
import { meetingView } from '../meeting-views.ts';
import { maySeeContest, overseenTerritories } from '../policy.ts';
import { firstUnassigned, ofAssignee, scopesIn } from '../store/application-queries.ts';
import { countToModerate } from '../store/community.ts';
import { meetingsOfContest, meetingsOfGroups } from '../store/meetings.ts';
import { decidedSince } from '../store.ts';
import { visibleApplication, visibleContest, visibleGroup, type ViewParts } from '../views.ts';

export function coordinationQueries(parts: ViewParts): Pick<QueryResolvers, 'contestTimeline' | 'myTasks'> {
  return {
    contestTimeline: async (_source, { contestId }, context) => (await timeline(parts, context, contestId)) as never,
    myTasks: async (_source, _args, context) => {
      const tasks = [...(await initiatorTasks(parts, context)), ...(await staffTasks(parts, context))];
      return byUrgency(tasks).map((task) => taskView(parts, context, task)) as never;
    },
  };
}

async function timeline(parts: ViewParts, context: Context, contestId: string) {
  const { stores, meetings, clock } = parts;
  const contest = await loadContest(stores, context, contestId);
  if (!contest || contest.state.status === 'DRAFT' || !maySeeContest(context.caller, contest.state)) return [];
  const off = await scopesWithout(parts, 'MEETINGS', contestId);
  const [held, decided] = await Promise.all([
    meetingsOfContest(meetings, contestId, off),
    decidedSince(stores.applications, contestId),
  ]);
  const byId = new Map(held.map((one) => [one.id, one]));
  return courseOf(contest.state, held, decided, clock.now()).map(({ meetingId, ...entry }) => ({
    ...entry,
    meeting: () => (meetingId ? meetingView(parts, context, byId.get(meetingId)!) : null),
  }));
}

/** Contests of some objects, by id. */
async function contestsOf(
  { stores }: ViewParts,
  context: Context,
  ids: readonly string[],
): Promise<Map<string, Contest>> {
  const found = await Promise.all([...new Set(ids)].map((id) => loadContest(stores, context, id)));
  return new Map(found.filter((one) => one !== null).map(({ id, state }) => [id, state]));
}

const GROUPS_MAX = 100;
const APPLICATIONS_MAX = 500;

async function initiatorTasks(parts: ViewParts, context: Context): Promise<(Task | null)[]> {
  const { stores, meetings, clock } = parts;
  const me = context.requireCaller().personId;
  const now = clock.now();
  const groups = await stores.groups.find({ memberIds: me }, { limit: GROUPS_MAX });
  const led = groups.filter(({ state }) => state.leadId === me).map(({ id }) => id);
  const offers = groups.filter(({ state }) => state.leadOfferedTo === me);
  if (led.length === 0) return offers.map(({ id, state }) => leadOfferTask(id, state));
  const [filed, held] = await Promise.all([
    stores.applications.find({ groupId: { $in: led } }, { sort: { createdAt: -1 }, limit: APPLICATIONS_MAX }),
    meetingsOfGroups(meetings, led),
  ]);
  const contests = await contestsOf(parts, context, contestIds(filed));
  return [
    ...offers.map(({ id, state }) => leadOfferTask(id, state)),
    ...filed.map((one) => leadTask(one, contests.get(one.state.contestId)!, now)),
    ...(await Promise.all(held.map((one) => minutesMissing(parts, context, one)))),
  ];
}

const minutesMissing = async (parts: ViewParts, context: Context, meeting: Aggregate<Meeting>): Promise<Task | null> =>
  (await isOff(parts, context, 'MEETINGS', meeting.state)) ? null : minutesTask(meeting, parts.clock.now());

const contestIds = (filed: readonly Aggregate<Application>[]): string[] => filed.map(({ state }) => state.contestId);

async function staffTasks(parts: ViewParts, context: Context): Promise<(Task | null)[]> {
  const { stores, community } = parts;
  const caller = context.requireCaller();
  const scopes = scopesIn(overseenTerritories(caller), null);
  if (scopes.length === 0 || !caller.roles.has('organiser')) return [];
  const toModerate = async (store: AggregateStore<any>, block: Block): Promise<number> =>
    countToModerate(store, caller.territories, await scopesWithout(parts, block));
  const [mine, free, ideas, comments] = await Promise.all([
    ofAssignee(stores.applications, scopes, caller.personId),
    firstUnassigned(stores.applications, scopes),
    toModerate(community.ideas, 'IDEAS'),
    toModerate(community.comments, 'COMMENTS'),
  ]);
  const contests = await contestsOf(parts, context, contestIds(mine));
  return [
    ...mine.map((one) => officialTask(one, contests.get(one.state.contestId)!)),
    waitingTask('TAKE_APPLICATIONS', free.count, free.dueAt),
    waitingTask('MODERATE_IDEAS', ideas, null),
    waitingTask('MODERATE_COMMENTS', comments, null),
  ];
}

function taskView(parts: ViewParts, context: Context, task: Task) {
  const { kind, text, dueAt, count, applicationId, contestId, meetingId, groupId } = task;
  return {
    kind,
    text,
    dueAt,
    count,
    overdue: dueAt !== null && dueAt <= parts.clock.now(),
    application: () => (applicationId ? visibleApplication(parts, context, applicationId) : null),
    contest: () => (contestId ? visibleContest(parts, context, contestId) : null),
    group: () => visibleGroup(parts, context, groupId ?? null),
    meeting: async () => {
      const found = await loadMeeting(parts.meetings, context, meetingId);
      return found && meetingView(parts, context, found);
    },
  };
}
