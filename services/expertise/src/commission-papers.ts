import type { DecisionLetterData, RankingListData } from '@veche/kit/documents/letter-shapes';
import type { ProtocolData } from '@veche/kit/documents/shapes';
import { localDateOf, localTimeOf, shortDate } from '@veche/kit/domain/calendar';
import type { Quorum } from './domain/commission.ts';
import { decisionsOf, minutesOf, type Minutes } from './domain/minutes.ts';
import type { Ranking } from './domain/ranking.ts';
import type { Proposal, Session } from './domain/session.ts';
import { CHOICES, OUTCOMES, SEATS } from './minutes-text.ts';
import type { ApplicationFacts } from './store.ts';

const QUORUMS: Readonly<Record<Quorum, string>> = {
  HALF: 'более половины имеющих право голоса',
  TWO_THIRDS: 'не менее двух третей имеющих право голоса',
};

/** What a paper of a contest needs of its surroundings. */
export interface PaperScene {
  contest: string;
  timeZone: string;
  /** Facts of an application; of one that went before its admission was told there are none. */
  factsOf: (applicationId: string) => ApplicationFacts | null;
}

const NOT_KNOWN = '—';
const numberOf = ({ factsOf }: PaperScene, id: string): string => factsOf(id)?.number || NOT_KNOWN;
const titleOf = ({ factsOf }: PaperScene, id: string): string => factsOf(id)?.title || NOT_KNOWN;
const dayOf = (at: Date, { timeZone }: PaperScene): string => shortDate(localDateOf(at, timeZone));
const timeOf = (at: Date, { timeZone }: PaperScene): string => localTimeOf(at, timeZone).slice(11, 16);

/** "45.00" as a document writes it. */
const shownScore = (score: string): string => score.replace('.', ',');

/** Applications of which a session speaks. */
export const applicationsOf = ({ questions, ranking }: Session): string[] => [
  ...new Set([
    ...questions.flatMap(({ proposals }) => proposals.map(({ applicationId }) => applicationId)),
    ...ranking.map(({ applicationId }) => applicationId),
  ]),
];

/** What the protocol of a counted session says; the same minutes that are hashed and signed. */
export function protocolData(session: Session, scene: PaperScene): ProtocolData {
  const minutes = minutesOf(session);
  const { openedAt, closedAt, commission, hash } = session;
  return {
    number: String(minutes.number),
    contest: scene.contest,
    ...minutes.commission,
    commission: minutes.commission.title,
    place: session.place || 'заочно',
    date: dayOf(openedAt, scene),
    form: session.form === 'IN_PERSON' ? 'очная' : 'заочная',
    opened: timeOf(openedAt, scene),
    closed: `${dayOf(closedAt!, scene)} ${timeOf(closedAt!, scene)}`,
    members: minutes.members.map(({ personId, seat, present }) => ({ name: personId, role: SEATS[seat], present })),
    quorumRule: QUORUMS[commission.rules.quorum],
    quorum: minutes.quorum.present >= minutes.quorum.needed,
    questions: minutes.questions.map((question) => questionData(question, minutes, scene)),
    winners: winnersOf(session, scene),
    minutesSha256: hash ?? '',
    signatures: signaturesOf(session, scene),
  };
}

function questionData(
  { text, proposals, votes, recused, opinions, count }: Minutes['questions'][number],
  { members }: Minutes,
  scene: PaperScene,
): ProtocolData['questions'][number] {
  const member = (id: string): string => `№ ${members.findIndex(({ personId }) => personId === id) + 1}`;
  const proposed = proposals.map((one) => proposalText(one, scene)).join(' ');
  const adopted = proposed ? `принять предложенное. ${proposed}` : 'принять.';
  return {
    title: text,
    heard: proposed ? `предложено: ${proposed}` : text,
    decided: count.adopted ? adopted : 'предложенное отклонить.',
    for: count.for,
    against: count.against,
    abstained: count.abstained,
    castingVote: count.casting,
    votes: votes.map(({ personId, choice }) => `${member(personId)} — ${CHOICES[choice]}`).join('; '),
    recused: recused.map(({ personId, reason }) => `${member(personId)}: ${reason}`),
    opinions: opinions.map(({ personId, text: said }) => `${member(personId)}: ${said}`),
  };
}

const proposalText = ({ applicationId, outcome, reason }: Proposal, scene: PaperScene): string =>
  `Заявку № ${numberOf(scene, applicationId)} (${titleOf(scene, applicationId)}) ${OUTCOMES[outcome]}. ${reason}`;

const winnersOf = (session: Session, scene: PaperScene): ProtocolData['winners'] =>
  decisionsOf(session)
    .filter(({ outcome }) => outcome === 'WINNER')
    .map(({ applicationId }) => {
      const line = session.ranking.find((one) => one.applicationId === applicationId);
      return {
        place: line ? String(line.place) : NOT_KNOWN,
        number: numberOf(scene, applicationId),
        title: titleOf(scene, applicationId),
        score: line ? shownScore(line.score) : NOT_KNOWN,
        amount: scene.factsOf(applicationId)?.totalCost ?? 0n,
      };
    });

/** Nobody before the last has signed: until then it is signed by hand, or not at all. */
const signaturesOf = ({ signedAt, signatures, commission }: Session, scene: PaperScene): ProtocolData['signatures'] =>
  (signedAt ? signatures : []).map(({ personId, at }) => ({
    name: personId,
    role: SEATS[commission.members.find((one) => one.personId === personId)!.seat],
    at: `${dayOf(at, scene)} ${timeOf(at, scene)}`,
  }));

/** A decision in force as the applicant is told of it. */
export interface ToldDecision {
  applicationId: string;
  proposal: Proposal;
  session: Session;
  /** The first moment after the term of an appeal; null where there is none. */
  appealUntil: Date | null;
}

export function letterData(
  { applicationId, proposal, session, appealUntil }: ToldDecision,
  scene: PaperScene,
): DecisionLetterData {
  const line = session.ranking.find((one) => one.applicationId === applicationId);
  return {
    contest: scene.contest,
    commission: session.commission.title,
    applicationNumber: numberOf(scene, applicationId),
    application: titleOf(scene, applicationId),
    outcome: OUTCOMES[proposal.outcome],
    reason: proposal.reason,
    score: line ? shownScore(line.score) : '',
    place: line ? String(line.place) : '',
    session: String(session.number),
    decided: dayOf(session.signedAt!, scene),
    minutesSha256: session.hash!,
    appeal: appealText(appealUntil, scene),
  };
}

/** The term ends at midnight, so its last day is that of the moment before. */
const appealText = (until: Date | null, scene: PaperScene): string =>
  until
    ? `Решение можно обжаловать по ${dayOf(new Date(until.getTime() - 1), scene)} включительно: член инициативной группы подаёт жалобу на портале.`
    : 'Порядок работы комиссии не предусматривает обжалования в комиссию; решение можно обжаловать в суде.';

export const rankingData = ({ edition, determinedAt, lines }: Ranking, scene: PaperScene): RankingListData => ({
  contest: scene.contest,
  edition,
  determined: dayOf(determinedAt!, scene),
  lines: lines.map(({ applicationId, group, place, score, exclusions }) => ({
    group: group ?? '',
    place: String(place),
    number: numberOf(scene, applicationId),
    title: titleOf(scene, applicationId),
    score: shownScore(score),
    exclusions: (exclusions ?? []).join(' '),
  })),
});
