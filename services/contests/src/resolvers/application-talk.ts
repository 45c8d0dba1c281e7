import {
  commandOf,
  forbidden,
  mapConnection,
  payload,
  rejectionOf,
  type Aggregate,
  type Context,
  type Outcome,
} from '@veche/kit';
import { readUntil, writeMessage, type Message, type Side, type TalkCode } from '../domain/talk.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { aroundOf } from '../loaders.ts';
import { messages } from '../messages.ts';
import { isApplicant, mayOrganise, mayOversee, maySeeApplication } from '../policy.ts';
import { pageOfMessages, readBy, readingId, unreadOf } from '../store/talk.ts';
import type { ViewParts } from '../views.ts';

type TalkMutations = Pick<
  MutationResolvers,
  'postApplicationMessage' | 'markApplicationThreadRead' | 'addApplicationNote'
>;

const events = (): [] => [];
const NOT_FOUND: Outcome<Message, TalkCode> = {
  aggregate: null,
  rejection: { code: 'NOT_FOUND', path: ['applicationId'] },
};

export function talkMutations(parts: ViewParts): TalkMutations {
  const { talk, uploads } = parts.stores;
  const write = async (context: Context, name: string, message: Omit<Message, 'authorId'>, input: Keyed) => {
    const command = commandOf(context, name, input);
    const known = message.files.length > 0 ? await uploads.of([message.applicationId]) : [];
    const written = { ...message, authorId: context.requireCaller().personId };
    const decide = () =>
      writeMessage(
        written,
        known.map(({ sha256 }) => sha256),
      );
    return talk.messages.create<never, TalkCode>({ command, events, decide });
  };
  return {
    postApplicationMessage: async (_source, { input }, context) => {
      const side = await writerSide(parts, context, input.applicationId);
      const { applicationId, text, files } = input;
      const message = { applicationId, text, side: side!, audience: 'ALL' as const, files: files ?? [] };
      const outcome = side ? await write(context, 'postApplicationMessage', message, input) : NOT_FOUND;
      return payload(outcome, messages, (one) => ({ message: messageView(one, side === 'OFFICIAL', null) })) as never;
    },
    addApplicationNote: async (_source, { input }, context) => {
      const side = await writerSide(parts, context, input.applicationId);
      const { applicationId, text } = input;
      const note = { applicationId, text, side: 'OFFICIAL', audience: 'OFFICIALS', files: [] } as const;
      const outcome = side === 'OFFICIAL' ? await write(context, 'addApplicationNote', note, input) : NOT_FOUND;
      return payload(outcome, messages, (one) => ({ note: noteView(one) })) as never;
    },
    markApplicationThreadRead: async (_source, { input }, context) => mark(parts, context, input) as never,
  };
}

interface Keyed {
  idempotencyKey: string;
}

async function mark(parts: ViewParts, context: Context, input: Keyed & { applicationId: string; messageId: string }) {
  const { talk } = parts.stores;
  const command = commandOf(context, 'markApplicationThreadRead', input);
  const refused = (code: 'NOT_FOUND' | 'IDEMPOTENCY_KEY_REUSED', path: string[] = []) => ({
    rejection: rejectionOf({ code, path }, messages),
  });
  const { applicationId, messageId } = input;
  const side = await writerSide(parts, context, applicationId);
  if (!side) return refused('NOT_FOUND', ['applicationId']);
  if (await talk.readings.isReused(command)) return refused('IDEMPOTENCY_KEY_REUSED');
  const message = await talk.messages.load(messageId);
  if (message?.state.applicationId !== applicationId || message.state.audience !== 'ALL')
    return refused('NOT_FOUND', ['messageId']);
  const { personId } = context.requireCaller();
  const { rejection } = await talk.readings.upsert<never, never>({
    id: readingId(applicationId, personId),
    command,
    events,
    initial: () => ({ applicationId, personId, side, until: new Date(0) }),
    decide: (reading) => readUntil(reading, message.createdAt),
  });
  if (rejection) return { rejection: rejectionOf(rejection, messages) };
  return { unread: await unreadOf(talk, applicationId, personId), rejection: null };
}

/** For whom the caller writes; null for who may not see the application. Throws FORBIDDEN for who sees it and is of no side. */
async function writerSide(parts: ViewParts, context: Context, applicationId: string): Promise<Side | null> {
  const around = await aroundOf(parts.stores, context, applicationId);
  if (!around) return null;
  const { application, contest, group } = around;
  if (isApplicant(context.caller, application.state, group)) return 'APPLICANT';
  if (mayOrganise(context.caller, contest.oktmo)) return 'OFFICIAL';
  if (maySeeApplication(context.caller, application.state, contest, group)) throw forbidden();
  return null;
}

export function talkQueries(parts: ViewParts): Pick<QueryResolvers, 'applicationThread' | 'applicationNotes'> {
  const { talk } = parts.stores;
  return {
    applicationThread: async (_source, { applicationId, ...args }, context) => {
      const around = await aroundOf(parts.stores, context, applicationId);
      const official = around !== null && mayOversee(context.caller, around.contest.oktmo);
      const mine = around !== null && isApplicant(context.caller, around.application.state, around.group);
      if (!around || (!official && !mine)) return null;
      const { personId } = context.requireCaller();
      const [page, byApplicants, byOfficials] = await Promise.all([
        pageOfMessages(talk, applicationId, 'ALL', args),
        readBy(talk, applicationId, 'APPLICANT'),
        readBy(talk, applicationId, 'OFFICIAL'),
      ]);
      return {
        ...mapConnection(page, (one) =>
          messageView(one, official, one.state.side === 'OFFICIAL' ? byApplicants : byOfficials),
        ),
        unread: () => unreadOf(talk, applicationId, personId),
        readByOthersUntil: mine ? byOfficials : byApplicants,
      } as never;
    },
    applicationNotes: async (_source, { applicationId, ...args }, context) => {
      const around = await aroundOf(parts.stores, context, applicationId);
      if (!around || !mayOversee(context.caller, around.contest.oktmo)) return null;
      return mapConnection(await pageOfMessages(talk, applicationId, 'OFFICIALS', args), noteView) as never;
    },
  };
}

/** Officials answer for their administration: applicants do not see which of them wrote. `readUntilAt`: how far the other side has read. */
function messageView({ id, createdAt, state }: Aggregate<Message>, official: boolean, readUntilAt: Date | null) {
  const { side, authorId, text, files } = state;
  const author = official || side === 'APPLICANT' ? { id: authorId } : null;
  return { id, at: createdAt, side, author, text, files, read: readUntilAt !== null && createdAt <= readUntilAt };
}

const noteView = ({ id, createdAt, state }: Aggregate<Message>) => ({
  id,
  at: createdAt,
  author: { id: state.authorId },
  text: state.text,
});
