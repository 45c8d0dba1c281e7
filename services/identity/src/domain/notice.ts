import { formatInstant } from '@veche/kit/domain/calendar';
import { GROUND_WORDS } from '@veche/kit/domain/refusal-grounds';

/** What a notice may be about, with what people call it. */
export const NOTICE_KINDS = {
  APPLICATION_SUBMITTED: 'Заявка подана',
  APPLICATION_RETURNED: 'Заявка возвращена с замечаниями',
  REWORK_OFFERED: 'Предложена совместная доработка',
  APPLICATION_PUBLISHED: 'Заявка опубликована',
  APPLICATION_ADMITTED: 'Заявка допущена',
  APPLICATION_REFUSED: 'В рассмотрении заявки отказано',
  APPLICATION_REOPENED: 'Отказ отменён',
  APPLICATION_WITHDRAWN: 'Заявка отозвана',
  APPLICATION_DECIDED: 'Принято решение по заявке',
  APPEAL_DECIDED: 'Рассмотрена жалоба',
  MEETING_ANNOUNCED: 'Назначено собрание',
  MEETING_CANCELLED: 'Собрание отменено',
  MEETING_HELD: 'Готов протокол собрания',
  CONTEST_RESCHEDULED: 'Изменены сроки конкурса',
  CONTEST_AMENDED: 'Изменены правила конкурса',
  EXPERT_INVITED: 'Приглашение в состав экспертов',
  SHEET_ASSIGNED: 'Назначена оценка заявки',
  SHEET_VOIDED: 'Оценка заявки больше не нужна',
  JUROR_DECIDED: 'Общественное жюри: решение о вас',
  JURY_SHEET_ASSIGNED: 'Общественное жюри: назначена оценка заявки',
  IDEA_PUBLISHED: 'Идея опубликована',
  IDEA_HIDDEN: 'Идея скрыта модератором',
  IDEA_MERGED: 'Идея объединена с похожей',
  IDEA_ANSWERED: 'Ответ на идею',
  IDEA_BECAME_PROJECT: 'По идее подана заявка',
  APPLICATION_RECEIVED: 'Поступила заявка',
  APPEAL_RECEIVED: 'Поступила жалоба',
  COMMISSION_APPLICATION_RECEIVED: 'Комиссии: поступила заявка',
  COMMISSION_SESSION_OPENED: 'Комиссии: открыто заседание',
} as const;
export type NoticeKind = keyof typeof NOTICE_KINDS;

/** To whom a notice is told: whoever proposed an idea, is of the group of an application, of a group of a contest, of its commission or staff, or one person. */
export const audience = {
  application: (id: string): string => `application:${id}`,
  idea: (id: string): string => `idea:${id}`,
  contest: (id: string): string => `contest:${id}`,
  commission: (contestId: string): string => `commission:${contestId}`,
  officials: (contestId: string): string => `officials:${contestId}`,
  person: (id: string): string => `person:${id}`,
};

export interface Notice {
  audience: string;
  kind: NoticeKind;
  /** When it came into the inbox. */
  at: Date;
  /** When it happened. */
  happenedAt: Date;
  contestId?: string | null;
  applicationId?: string | null;
  meetingId?: string | null;
  ideaId?: string | null;
  /** The term that runs, or the beginning of a meeting. */
  until?: Date | null;
  ground?: string | null;
  outcome?: string | null;
  /** Points as shown. */
  score?: string | null;
  place?: number | null;
  upheld?: boolean | null;
  /** Published reason of a change of the contest. */
  reason?: string | null;
}

/** What is known of the subjects of a notice; absent until their own events have come. */
export interface Subjects {
  application: { title: string; number: string } | null;
  contest: { title: string; timeZone: string } | null;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  WINNER: 'проект признан победителем',
  RESERVE: 'проект в резерве',
  NOT_SELECTED: 'проект не прошёл отбор',
};

/** The sentence of a notice in Russian; times are wall time of the contest. */
export function sentenceOf(notice: Notice, subjects: Subjects): string {
  const words = [subjectOf(notice, subjects), said(notice, subjects)];
  return words.filter(Boolean).join(' ');
}

function subjectOf({ applicationId }: Notice, { application, contest }: Subjects): string {
  const number = application?.number ? ` № ${application.number}` : '';
  if (applicationId) return application ? `Заявка${number} «${application.title}».` : 'Заявка.';
  return contest ? `Конкурс «${contest.title}».` : '';
}

type Say = (notice: Notice, when: string) => string;

const SENTENCES: Record<NoticeKind, Say> = {
  APPLICATION_SUBMITTED: () => 'Заявка принята, сообщим о каждом решении по ней.',
  APPLICATION_RETURNED: (_notice, when) => `Есть замечания. Ответьте на них до ${when}.`,
  REWORK_OFFERED: (_notice, when) => `Администрация предлагает доработать проект вместе. Ответьте до ${when}.`,
  APPLICATION_PUBLISHED: () => 'Заявка опубликована: её видят все, жители могут высказаться.',
  APPLICATION_ADMITTED: () => 'Проверка пройдена, заявка допущена к отбору.',
  APPLICATION_REFUSED: ({ ground }) =>
    `Основание: ${GROUND_WORDS[ground ?? ''] ?? 'указано в заявке'}. Пояснение — в заявке.`,
  APPLICATION_REOPENED: () => 'Отказ отменён, заявка рассматривается снова. Причина — в заявке.',
  APPLICATION_WITHDRAWN: () => 'Инициаторы отозвали заявку.',
  APPLICATION_DECIDED: decided,
  APPEAL_DECIDED: ({ upheld }) =>
    upheld
      ? 'Жалоба удовлетворена: комиссия примет решение заново. Ответ — в заявке.'
      : 'Жалоба отклонена. Ответ с обоснованием — в заявке.',
  MEETING_ANNOUNCED: (_notice, when) => `Проект в повестке собрания жителей: ${when}.`,
  MEETING_CANCELLED: (_notice, when) => `Собрание жителей, назначенное на ${when}, отменено.`,
  MEETING_HELD: () => 'Собрание прошло, протокол внесён.',
  CONTEST_RESCHEDULED: ({ reason }) => `Сроки изменены. Причина: ${reason ?? ''}`,
  CONTEST_AMENDED: ({ reason }) => `Правила изменены. Причина: ${reason ?? ''}`,
  EXPERT_INVITED: () => 'Вас приглашают в состав экспертов. Примите приглашение или откажитесь.',
  SHEET_ASSIGNED: () => 'Вам поручено оценить заявку.',
  SHEET_VOIDED: ({ outcome }) =>
    outcome === 'ABSENT' ? 'Срок прошёл, лист закрыт без оценки.' : 'Оценку поручили другому эксперту.',
  JUROR_DECIDED: ({ outcome, upheld }) =>
    (upheld === false && 'Жалоба отклонена. Обоснование — в вашей заявке в жюри.') || (JUROR[outcome ?? ''] ?? ''),
  JURY_SHEET_ASSIGNED: (_notice, when) => `Жребий поручил вам оценить заявку.${when ? ` Оцените её до ${when}.` : ''}`,
  IDEA_PUBLISHED: () => 'Модератор проверил вашу идею: её видят все, жители могут её поддержать.',
  IDEA_HIDDEN: () => 'Модератор скрыл вашу идею. Причина указана в ней; исправьте текст, и его рассмотрят снова.',
  IDEA_MERGED: () => 'Вашу идею объединили с похожей. Причина и ссылка указаны в ней.',
  IDEA_ANSWERED: () => 'Администрация ответила в обсуждении вашей идеи.',
  IDEA_BECAME_PROJECT: () => 'Заявка подана по вашей идее.',
  APPLICATION_RECEIVED: () => 'Заявка ждёт проверки.',
  APPEAL_RECEIVED: () => 'Заявитель обжалует решение комиссии. Рассмотрите жалобу.',
  COMMISSION_APPLICATION_RECEIVED: () => 'Заявка поступила в вашу комиссию, она в списке комиссии.',
  COMMISSION_SESSION_OPENED: (_notice, when) =>
    when
      ? `Открыто заочное заседание вашей комиссии. Проголосуйте до ${when}.`
      : 'Открыто заседание вашей комиссии. Голосуйте по вопросам повестки.',
};

const JUROR: Readonly<Record<string, string>> = {
  ADMITTED: 'Вы допущены в общественное жюри.',
  REFUSED: 'Вам отказано в участии в общественном жюри. Причина — в вашей заявке в жюри, отказ можно обжаловать.',
  SEATED: 'Вы член общественного жюри.',
  RESERVE: 'Вы в резерве общественного жюри.',
};

const said = (notice: Notice, { contest }: Subjects): string =>
  SENTENCES[notice.kind](notice, notice.until ? formatInstant(notice.until, contest?.timeZone ?? 'UTC') : '');

function decided({ outcome, score, place }: Notice, until: string): string {
  const points = score ? `; баллов: ${score.replace('.', ',')}${place ? `, место ${place}` : ''}` : '';
  const appeal = until ? ` Решение можно обжаловать до ${until}.` : '';
  return `Итог: ${OUTCOMES[outcome ?? ''] ?? 'указан в заявке'}${points}. Обоснование — в заявке.${appeal}`;
}
