import DataLoader from 'dataloader';
import { loaderOf, type Aggregate, type Context } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { appealEnd } from './domain/appeal-term.ts';
import type { Commission, Member } from './domain/commission.ts';
import { decisionsOf, minutesOf, participants, quorumOfSession, signersOf } from './domain/minutes.ts';
import type { Proposal, Question, Session } from './domain/session.ts';
import { sectionsOf } from './minutes-text.ts';
import { decidingSessions } from './store/commissions.ts';
import type { Stores } from './store.ts';
import { applicationFacts, contestFacts } from './views.ts';

const person = (id: string) => ({ id });
const memberView = ({ personId, ...rest }: Member) => ({ person: person(personId), ...rest });

export const commissionView = ({ id, version, state }: Aggregate<Commission>) => ({
  contest: { id },
  version,
  title: state.title,
  act: state.act,
  members: state.members.map(memberView),
  rules: state.rules,
});

const proposalView = ({ applicationId, outcome, reason }: Proposal) => ({
  application: { id: applicationId },
  outcome,
  reason,
});

const questionView = ({ number, text, proposals, votes, recused, opinions, count }: Question) => ({
  number,
  text,
  proposals: proposals.map(proposalView),
  votes: votes.map(({ personId, choice }) => ({ person: person(personId), choice })),
  recused: recused.map(({ personId, reason, how }) => ({
    person: person(personId),
    reason,
    detected: how === 'DETECTED',
  })),
  opinions: opinions.map(({ personId, text: said }) => ({ person: person(personId), text: said })),
  count,
});

export function sessionView(stores: Stores, { id, version, state }: Aggregate<Session>) {
  const { contestId, number, form, place, openedAt, votesUntil, commission, questions } = state;
  return {
    id,
    version,
    contest: { id: contestId },
    number,
    form,
    place,
    state: state.state,
    openedAt,
    votesUntil,
    members: commission.members.map(memberView),
    present: participants(state).map(person),
    quorum: quorumOfSession(state),
    questions: questions.map(questionView),
    minutes: (_args: object, context: Context) =>
      state.hash === null ? null : minutesView(stores, context, state, state.hash),
  };
}

async function minutesView(stores: Stores, context: Context, session: Session, hash: string) {
  const minutes = minutesOf(session);
  const contest = await contestFacts(stores, context, session.contestId);
  const named = session.questions.flatMap(({ proposals }) => proposals.map(({ applicationId }) => applicationId));
  const ranked = session.ranking.map(({ applicationId }) => applicationId);
  const ids = [...new Set([...named, ...ranked])];
  const found = await Promise.all(ids.map((id) => applicationFacts(stores, context, id)));
  const numbers = new Map(found.map((one) => [one?.id, one?.number]));
  return {
    hash,
    canonical: canonicalJson(minutes),
    sections: sectionsOf(minutes, contest?.timeZone || 'UTC', (applicationId) => numbers.get(applicationId) || '—'),
    signers: signersOf(session).map(person),
    signatures: session.signatures.map(({ personId, at }) => ({ person: person(personId), at })),
  };
}

/** Without who voted how and why somebody stood aside. */
export const publishedView = (session: Session) => ({
  number: session.number,
  form: session.form,
  openedAt: session.openedAt,
  signedAt: session.signedAt,
  hash: session.hash,
  quorum: quorumOfSession(session),
  questions: session.questions.map(({ text, count, proposals, recused }) => ({
    text,
    count,
    proposals: count?.adopted ? proposals.map(proposalView) : [],
    recused: recused.length,
  })),
});

/** The decision in force of an application with the session that made it. */
export interface Decided {
  proposal: Proposal;
  session: Session;
}

/** The decision in force of an application, out of the last session that decided of it; one query for all of an answer. */
export const decidedOf = (stores: Stores, context: Context, applicationId: string): Promise<Decided | null> =>
  loaderOf(
    context,
    'decisions',
    () =>
      new DataLoader<string, Decided | null>(async (ids) => {
        const decided = new Map<string, Decided>();
        for (const session of await decidingSessions(stores, ids))
          for (const proposal of decisionsOf(session)) decided.set(proposal.applicationId, { proposal, session });
        return ids.map((id) => decided.get(id) ?? null);
      }),
  ).load(applicationId);

/** What the applicant reads. */
export async function decisionView(stores: Stores, context: Context, applicationId: string) {
  const decided = await decidedOf(stores, context, applicationId);
  if (!decided) return null;
  const { proposal, session } = decided;
  const contest = await contestFacts(stores, context, session.contestId);
  const line = session.ranking.find((one) => one.applicationId === applicationId);
  return {
    applicationId,
    outcome: proposal.outcome,
    reason: proposal.reason,
    score: line?.score ?? null,
    place: line?.place ?? null,
    session: session.number,
    minutesHash: session.hash,
    decidedAt: session.signedAt,
    appealUntil: appealEnd(session.signedAt!, session.commission.rules.appealDays, contest?.timeZone || 'UTC'),
  };
}
