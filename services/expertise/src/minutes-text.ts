import { formatInstant } from '@veche/kit/domain/calendar';
import type { Seat } from './domain/commission.ts';
import type { Minutes } from './domain/minutes.ts';
import type { Choice, Outcome } from './domain/session.ts';

export interface Section {
  heading: string;
  lines: string[];
}

export const SEATS: Readonly<Record<Seat, string>> = {
  CHAIR: 'председатель',
  DEPUTY: 'заместитель председателя',
  SECRETARY: 'секретарь',
  MEMBER: 'член комиссии',
};
export const OUTCOMES: Readonly<Record<Outcome, string>> = {
  WINNER: 'признать победителем',
  RESERVE: 'включить в резерв',
  NOT_SELECTED: 'считать не прошедшей отбор',
};
export const CHOICES: Readonly<Record<Choice, string>> = { FOR: 'за', AGAINST: 'против', ABSTAIN: 'воздержался' };

/**
 * The minutes as the text of a document. Members stand by their number in the list, so that whoever may see names can put them in;
 * `numberOf` gives the number of an application within the contest.
 */
export function sectionsOf(minutes: Minutes, timeZone: string, numberOf: (applicationId: string) => string): Section[] {
  const member = (personId: string): string => `№ ${minutes.members.findIndex((one) => one.personId === personId) + 1}`;
  return [
    { heading: `Протокол № ${minutes.number}`, lines: opening(minutes, timeZone) },
    {
      heading: 'Состав комиссии',
      lines: minutes.members.map(({ seat, byCouncil, votes, present }, index) =>
        [
          `${index + 1}. ${SEATS[seat]}`,
          ...(byCouncil ? ['по предложению представительного органа'] : []),
          ...(votes ? [] : ['без права голоса']),
          present ? 'участвует' : 'отсутствует',
        ].join(', '),
      ),
    },
    { heading: 'Кворум', lines: [quorumLine(minutes)] },
    ...minutes.questions.map((question) => questionSection(question, member, numberOf)),
    ...rankingSection(minutes, numberOf),
  ];
}

function opening({ form, place, openedAt, closedAt, commission }: Minutes, timeZone: string): string[] {
  const at = (instant: string): string => formatInstant(new Date(instant), timeZone);
  return [
    commission.title,
    `Комиссия образована: ${commission.act}`,
    form === 'IN_PERSON' ? `Очное заседание, место: ${place}` : 'Заочное заседание',
    `Начало: ${at(openedAt)}, окончание: ${at(closedAt)}`,
  ];
}

const quorumLine = ({ quorum: { present, needed, all } }: Minutes): string =>
  `Имеют право голоса ${all}, участвуют ${present}, для кворума нужно ${needed}. Кворум есть.`;

function questionSection(
  { number, text, proposals, votes, recused, opinions, count }: Minutes['questions'][number],
  member: (personId: string) => string,
  numberOf: (applicationId: string) => string,
): Section {
  const named = votes.map(({ personId, choice }) => `${member(personId)} — ${CHOICES[choice]}`).join('; ');
  const casting = count.casting ? ' Голоса разделились поровну, решил голос председательствующего.' : '';
  return {
    heading: `Вопрос ${number}`,
    lines: [
      `Слушали: ${text}`,
      ...recused.map(({ personId, reason }) => `Не участвует в решении ${member(personId)}: ${reason}`),
      `Голосовали: за — ${count.for}, против — ${count.against}, воздержались — ${count.abstained}.${casting}`,
      ...(named ? [`Поимённо: ${named}`] : []),
      count.adopted ? 'Решили: принять.' : 'Решили: отклонить.',
      ...(count.adopted ? proposals : []).map(
        ({ applicationId, outcome, reason }) => `Заявку № ${numberOf(applicationId)} ${OUTCOMES[outcome]}. ${reason}`,
      ),
      ...opinions.map(({ personId, text: said }) => `Особое мнение ${member(personId)}: ${said}`),
    ],
  };
}

const rankingSection = ({ ranking }: Minutes, numberOf: (applicationId: string) => string): Section[] =>
  ranking.lines.length === 0
    ? []
    : [
        {
          heading: `Рейтинг заявок (редакция ${ranking.edition})`,
          lines: ranking.lines.map(
            ({ applicationId, place, score }) => `${place}. Заявка № ${numberOf(applicationId)} — ${score}`,
          ),
        },
      ];
