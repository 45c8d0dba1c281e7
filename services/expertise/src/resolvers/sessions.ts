import { badInput, commandOf, payload, sha256Hex, type Context } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { CONFLICT_REASONS } from '../domain/conflict.ts';
import { signMinutes } from '../domain/minutes.ts';
import {
  castVote,
  giveOpinion,
  memberOf,
  notePresence,
  openSession,
  recuse,
  type Recusal,
  type Session,
  type SessionCode,
  type SessionEvent,
  type SessionResult,
} from '../domain/session.ts';
import { closeWithin, putWithin } from '../domain/winners.ts';
import { sessionToOutbox } from '../events.ts';
import type { MutationResolvers, PutCommissionQuestionInput } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { sessionView } from '../session-views.ts';
import { conflictWith } from '../sheet-giving.ts';
import { countSessions, openSessionsOf } from '../store/commissions.ts';
import type { ContestFacts, StoredApplication, Stores } from '../store.ts';
import { gatesAgainst, winnersKnown } from '../winner-bounds.ts';
import { boundedText, refusal, type ResolverParts } from './parts.ts';

const ITEMS_MAX = 500;
const PRESENT_MAX = 100;

type Running = 'openCommissionSession' | 'noteCommissionPresence' | 'putCommissionQuestion' | 'closeCommissionSession';
type Acting = 'castCommissionVote' | 'recuseFromQuestion' | 'giveMinorityOpinion' | 'signCommissionMinutes';

export const sessionMutations = (parts: ResolverParts): Pick<MutationResolvers, Running | Acting> => ({
  ...opening(parts),
  ...running(parts),
  ...acting(parts),
});

const answered = (stores: Stores, outcome: Parameters<typeof payload<Session, SessionCode, object>>[0]) =>
  payload(outcome, messages, (session) => ({ session: sessionView(stores, session) })) as never;

function opening(parts: ResolverParts): Pick<MutationResolvers, 'openCommissionSession'> {
  const { stores, clock } = parts;
  return {
    openCommissionSession: async (_source, { input }, context) => {
      const command = commandOf(context, 'openCommissionSession', input);
      const { contestId, form, place, votesUntil } = input;
      boundedText(place, ['place']);
      const by = context.requireCaller().personId;
      const commission = await stores.commissions.load(contestId);
      // To others there is no such commission, as there is no session of it.
      if (!commission || !memberOf(commission.state.members, by))
        return refusal('session', { code: 'NOT_FOUND', path: ['contestId'] });
      const [before, open, ranking] = await Promise.all([
        countSessions(stores, contestId),
        openSessionsOf(stores, contestId),
        stores.rankings.load(contestId),
      ]);
      const lines = (ranking?.state.lines ?? []).map(({ applicationId, place: at, score, exclusions }) => ({
        applicationId,
        place: at,
        score,
        exclusions: exclusions ?? [],
      }));
      const told = {
        by,
        contestId,
        number: before + 1,
        form,
        place: place ?? '',
        votesUntil: votesUntil ?? null,
        ranking: lines,
        rankingEdition: ranking?.state.edition ?? 0,
      };
      const outcome = await stores.sessions.create<SessionEvent, SessionCode>({
        command,
        events: sessionToOutbox,
        onDuplicate: () => ({ code: 'SESSION_OPEN' }),
        decide: () => openSession(commission.state, told, open, clock.now()),
      });
      return answered(stores, outcome);
    },
  };
}

interface SessionInput {
  idempotencyKey: string;
  sessionId: string;
  expectedVersion?: number | null;
}

interface Asked {
  context: Context;
  name: string;
  input: SessionInput;
}

/** A session as a member of its commission finds it, and its contest. */
interface Seated extends Pick<Asked, 'input'> {
  command: ReturnType<typeof commandOf>;
  by: string;
  session: Session;
  contest: ContestFacts | null;
}

/** Null for others: sessions of commissions of which the caller is no member are not there. */
async function seatedIn({ stores }: ResolverParts, { context, name, input }: Asked): Promise<Seated | null> {
  const command = commandOf(context, name, input);
  const by = context.requireCaller().personId;
  const session = (await stores.sessions.load(input.sessionId))?.state;
  if (!session || !memberOf(session.commission.members, by)) return null;
  return { input, command, by, session, contest: await stores.contests.get(session.contestId) };
}

const noSession = () => refusal('session', { code: 'NOT_FOUND', path: ['sessionId'] });

type Decide = (session: Session, by: string) => SessionResult;

async function changeSeated({ stores }: ResolverParts, { input, command, by, contest }: Seated, decide: Decide) {
  const { sessionId: id, expectedVersion } = input;
  const outcome = await stores.sessions.change<SessionEvent, SessionCode>({
    id,
    command,
    ...(expectedVersion == null ? {} : { expectedVersion }),
    events: (happened, about, state) => sessionToOutbox(happened, about, state, contest?.timeZone || 'UTC'),
    decide: (state) => decide(state, by),
  });
  return answered(stores, outcome);
}

async function changeSession(parts: ResolverParts, asked: Asked, decide: Decide) {
  const seated = await seatedIn(parts, asked);
  return seated ? changeSeated(parts, seated, decide) : noSession();
}

function running(parts: ResolverParts): Pick<MutationResolvers, Exclude<Running, 'openCommissionSession'>> {
  const { stores, clock } = parts;
  return {
    noteCommissionPresence: (_source, { input }, context) => {
      if (input.present.length > PRESENT_MAX) throw badInput(`At most ${PRESENT_MAX} members`, ['present']);
      return changeSession(parts, { context, name: 'noteCommissionPresence', input }, (session, by) =>
        notePresence(session, by, input.present),
      );
    },
    putCommissionQuestion: async (_source, { input }, context) => {
      boundQuestion(input);
      const { text, proposals } = input;
      const [seated, found] = await Promise.all([
        seatedIn(parts, { context, name: 'putCommissionQuestion', input }),
        stores.applications.getMany(proposals.map(({ applicationId }) => applicationId)),
      ]);
      if (!seated) return noSession();
      const { session, contest } = seated;
      const known = found.filter((one) => one.admitted && one.contestId === session.contestId);
      const ids = new Set(known.map(({ id }) => id));
      const unknown = proposals.findIndex(({ applicationId }) => !ids.has(applicationId));
      if (unknown >= 0)
        return refusal('session', {
          code: 'APPLICATION_UNKNOWN',
          path: ['proposals', String(unknown), 'applicationId'],
        });
      const [concerned, winners, gates] = await Promise.all([
        concernedMembers(stores, session, known),
        winnersKnown(stores, session.contestId, contest),
        gatesAgainst(stores, session.contestId, contest, known),
      ]);
      return changeSeated(parts, seated, (state, by) =>
        putWithin(winners, state, by, { text, proposals, concerned, gates }),
      );
    },
    closeCommissionSession: async (_source, { input }, context) => {
      const seated = await seatedIn(parts, { context, name: 'closeCommissionSession', input });
      if (!seated) return noSession();
      const winners = await winnersKnown(stores, seated.session.contestId, seated.contest);
      return changeSeated(parts, seated, (state, by) =>
        closeWithin(winners, state, by, { now: clock.now(), hash: (minutes) => sha256Hex(canonicalJson(minutes)) }),
      );
    },
  };
}

function boundQuestion({ text, proposals }: PutCommissionQuestionInput): void {
  boundedText(text, ['text']);
  if (proposals.length > ITEMS_MAX) throw badInput(`At most ${ITEMS_MAX} proposals`, ['proposals']);
  for (const [index, { reason }] of proposals.entries()) boundedText(reason, ['proposals', String(index), 'reason']);
}

/** Members of the commission who are of the initiative group, or whose organisation the application names. */
async function concernedMembers(
  stores: Stores,
  { commission }: Session,
  applications: readonly StoredApplication[],
): Promise<Recusal[]> {
  const experts = await stores.experts.loadMany(commission.members.map(({ personId }) => personId));
  const profiles = new Map(experts.map(({ id, state }) => [id, state]));
  return commission.members.flatMap(({ personId }): Recusal[] => {
    const organisationInn = profiles.get(personId)?.organisationInn ?? null;
    const member = { id: personId, organisationInn, territories: [] };
    const conflict = applications
      .map((application) => conflictWith(member, application, { ownTerritoryBarred: false }))
      .find((one) => one !== null);
    return conflict ? [{ personId, reason: CONFLICT_REASONS[conflict], how: 'DETECTED' }] : [];
  });
}

function acting(parts: ResolverParts): Pick<MutationResolvers, Acting> {
  const { clock } = parts;
  const act = (personId: string, number: number) => ({ personId, number, now: clock.now() });
  return {
    castCommissionVote: (_source, { input }, context) =>
      changeSession(parts, { context, name: 'castCommissionVote', input }, (session, by) =>
        castVote(session, act(by, input.question), input.choice),
      ),
    recuseFromQuestion: (_source, { input }, context) => {
      boundedText(input.reason, ['reason']);
      return changeSession(parts, { context, name: 'recuseFromQuestion', input }, (session, by) =>
        recuse(session, act(by, input.question), input.reason),
      );
    },
    giveMinorityOpinion: (_source, { input }, context) => {
      boundedText(input.text, ['text']);
      return changeSession(parts, { context, name: 'giveMinorityOpinion', input }, (session, by) =>
        giveOpinion(session, act(by, input.question), input.text),
      );
    },
    signCommissionMinutes: (_source, { input }, context) =>
      changeSession(parts, { context, name: 'signCommissionMinutes', input }, (session, by) =>
        signMinutes(session, by, input.hash, clock.now()),
      ),
  };
}
