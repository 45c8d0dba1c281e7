import DataLoader from 'dataloader';
import { byId, loaderOf, type Aggregate, type AggregateStore, type Context } from '@veche/kit';
import type { Application } from './domain/application.ts';
import type { Contest } from './domain/contest.ts';
import type { InitiativeGroup } from './domain/group.ts';
import { signedHashOf } from './head-signatures.ts';
import { ambassadorsWith, type AmbassadorStores } from './store/ambassadors.ts';
import type { CommunityStores } from './store/community.ts';
import type { MeetingStores } from './store/meetings.ts';
import type { ProblemStores } from './store/problems.ts';
import { countByStatus, type Stores } from './store.ts';

/** An id that is absent names nothing. */
type Id = string | null | undefined;

const load = async <S>(context: Context, store: AggregateStore<S>, id: Id): Promise<Aggregate<S> | null> =>
  id ? byId<Aggregate<S>>(context, store.collection, (ids) => store.loadMany(ids)).load(id) : null;

export const loadContest = ({ contests }: Pick<Stores, 'contests'>, context: Context, id: Id) =>
  load(context, contests, id);
export const loadApplication = ({ applications }: Pick<Stores, 'applications'>, context: Context, id: Id) =>
  load(context, applications, id);
export const loadGroup = ({ groups }: Pick<Stores, 'groups'>, context: Context, id: Id) => load(context, groups, id);
export const loadIdea = ({ ideas }: Pick<CommunityStores, 'ideas'>, context: Context, id: Id) =>
  load(context, ideas, id);
export const loadComment = ({ comments }: Pick<CommunityStores, 'comments'>, context: Context, id: Id) =>
  load(context, comments, id);
export const loadMeeting = ({ meetings }: Pick<MeetingStores, 'meetings'>, context: Context, id: Id) =>
  load(context, meetings, id);
export const loadPoll = ({ polls }: Pick<ProblemStores, 'polls'>, context: Context, id: Id) => load(context, polls, id);

/** Whose link has a code. */
export const loadLink = (stores: AmbassadorStores, context: Context, code: string) =>
  loaderOf(
    context,
    'links',
    () =>
      new DataLoader(async (codes: readonly string[]) => {
        const found = new Map((await ambassadorsWith(stores, codes)).map((one) => [one.state.code, one]));
        return codes.map((one) => found.get(one) ?? null);
      }),
  ).load(code);

/** An application with what decides who may do what with it. */
export interface Surroundings {
  application: Aggregate<Application>;
  contest: Contest;
  group: InitiativeGroup | null;
  /** Application of the first tier that it came up from. */
  source: Application | null;
  /** Hash of the version that its head has signed; null: not the present one. */
  signedHash: string | null;
}

export async function aroundOf(stores: Stores, context: Context, applicationId: string): Promise<Surroundings | null> {
  const application = await loadApplication(stores, context, applicationId);
  if (!application) return null;
  const { contestId, groupId, sourceId } = application.state;
  const [contest, group, source, signedHash] = await Promise.all([
    loadContest(stores, context, contestId),
    loadGroup(stores, context, groupId),
    sourceId ? loadApplication(stores, context, sourceId) : null,
    signedHashOf(stores, application),
  ]);
  const around = { application, source: source?.state ?? null, signedHash };
  return contest && { ...around, contest: contest.state, group: group?.state ?? null };
}

/** Numbers of applications by state of a contest; one query for all contests of an answer. */
export const loadCounts = (stores: Stores, context: Context, contestId: string) =>
  loaderOf(
    context,
    'counts',
    () =>
      new DataLoader(async (ids: readonly string[]) => {
        const rows = await countByStatus(stores.applications, ids);
        return ids.map((id) => rows.filter((row) => row.contestId === id));
      }),
  ).load(contestId);
