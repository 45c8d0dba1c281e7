import { commandOf, mapConnection, payload, type Clock, type Context, type Outcome } from '@veche/kit';
import { emptyInbox, hideKinds, markAllRead, markRead, type Inbox, type InboxCode } from './domain/inbox.ts';
import { NOTICE_KINDS, sentenceOf, type Notice, type NoticeKind } from './domain/notice.ts';
import type { MutationResolvers, QueryResolvers } from './gen/graphql.ts';
import { messages } from './messages.ts';
import { audiencesOf, inInbox, keepReadings, readAmong, unreadCount, type NoticeStores } from './notice-store.ts';

interface Parts {
  notices: NoticeStores;
  clock: Clock;
}

const KINDS = Object.keys(NOTICE_KINDS) as NoticeKind[];

/** The inbox of the caller as it stands. */
async function inboxOf({ notices }: Parts, context: Context) {
  const caller = context.requireCaller();
  const [kept, audiences] = await Promise.all([notices.inboxes.load(caller.personId), audiencesOf(notices, caller)]);
  const { hidden, readUntil } = kept?.state ?? emptyInbox();
  const kinds = KINDS.filter((kind) => !hidden.includes(kind));
  return { personId: caller.personId, audiences, hidden, readUntil: readUntil ?? null, kinds };
}

const view = (
  parts: Parts,
  { personId, audiences, hidden, readUntil, kinds }: Awaited<ReturnType<typeof inboxOf>>,
) => ({
  unread: () => unreadCount(parts.notices, personId, { audiences, kinds }, readUntil),
  preferences: KINDS.map((kind) => ({ kind, name: NOTICE_KINDS[kind], shown: !hidden.includes(kind) })),
});

export const noticeQueries = (parts: Parts): Pick<QueryResolvers, 'myNotices'> => ({
  myNotices: async (_source, { kinds, ...args }, context) => {
    const { notices } = parts;
    const inbox = await inboxOf(parts, context);
    const asked = kinds?.length ? inbox.kinds.filter((kind) => kinds.includes(kind)) : inbox.kinds;
    const filter = inInbox({ audiences: inbox.audiences, kinds: asked });
    const page = await notices.notices.page(filter, { at: -1, _id: -1 }, args);
    const shown = await shownOf(parts, page.nodes, inbox);
    return { ...mapConnection(page, shown), ...view(parts, inbox) } as never;
  },
});

/** How the notices of a page are shown: what they are about is read once for all of them. */
async function shownOf(
  { notices }: Parts,
  page: readonly (Notice & { id: string })[],
  { personId, readUntil }: { personId: string; readUntil: Date | null },
) {
  const ids = (of: (notice: Notice) => string | null | undefined): string[] => [
    ...new Set(page.map(of).filter((id) => id !== null && id !== undefined)),
  ];
  const [applications, contests, read] = await Promise.all([
    notices.applications.getMany(ids(({ applicationId }) => applicationId)),
    notices.contests.getMany(ids(({ contestId }) => contestId)),
    readAmong(
      notices,
      personId,
      page.map(({ id }) => id),
    ),
  ]);
  const applicationOf = new Map(applications.map((one) => [one.id, one]));
  const contestOf = new Map(contests.map((one) => [one.id, one]));
  const reference = (id: string | null | undefined) => (id ? { id } : null);
  return ({ id, ...notice }: Notice & { id: string }) => ({
    id,
    kind: notice.kind,
    at: notice.at,
    happenedAt: notice.happenedAt,
    title: NOTICE_KINDS[notice.kind],
    text: sentenceOf(notice, {
      application: applicationOf.get(notice.applicationId ?? '') ?? null,
      contest: contestOf.get(notice.contestId ?? '') ?? null,
    }),
    read: read.has(id) || (readUntil !== null && notice.at <= readUntil),
    until: notice.until ?? null,
    outcome: notice.outcome ?? null,
    score: notice.score ?? null,
    application: reference(notice.applicationId),
    contest: reference(notice.contestId),
    meeting: reference(notice.meetingId),
    idea: reference(notice.ideaId),
  });
}

type Mutations = Pick<MutationResolvers, 'markNoticesRead' | 'markAllNoticesRead' | 'setNoticePreferences'>;

export function noticeMutations(parts: Parts): Mutations {
  const { notices, clock } = parts;
  const change = async (
    context: Context,
    name: string,
    input: { idempotencyKey: string },
    decide: (inbox: Inbox) => ReturnType<typeof markRead>,
  ): Promise<Outcome<Inbox, InboxCode>> => {
    const { personId: id } = context.requireCaller();
    const command = commandOf(context, name, input);
    return notices.inboxes.upsert({ id, command, events: () => [], initial: emptyInbox, decide });
  };
  const answer = async (context: Context, outcome: Outcome<Inbox, InboxCode>) => {
    const inbox = outcome.rejection ? null : await inboxOf(parts, context);
    return payload(outcome, messages, () => ({ inbox: inbox && view(parts, inbox) })) as never;
  };
  return {
    markNoticesRead: async (_source, { input }, context) => {
      const { personId, audiences } = await inboxOf(parts, context);
      const wanted = [...new Set(input.noticeIds)];
      const found = wanted.length > 100 ? [] : await notices.notices.getMany(wanted);
      const mine = found.filter((notice) => audiences.includes(notice.audience));
      const seen = new Set(mine.map(({ id }) => id));
      const outcome = await change(context, 'markNoticesRead', input, (inbox) =>
        markRead(inbox, input.noticeIds, seen),
      );
      if (!outcome.rejection) await keepReadings(notices, personId, mine);
      return answer(context, outcome);
    },
    markAllNoticesRead: async (_source, { input }, context) =>
      answer(
        context,
        await change(context, 'markAllNoticesRead', input, (inbox) => markAllRead(inbox, input.until, clock.now())),
      ),
    setNoticePreferences: async (_source, { input }, context) =>
      answer(context, await change(context, 'setNoticePreferences', input, (inbox) => hideKinds(inbox, input.hidden))),
  };
}
