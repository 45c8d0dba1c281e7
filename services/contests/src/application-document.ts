import type { ApplicationData } from '@veche/kit/documents/shapes';
import { localTimeOf } from '@veche/kit/domain/calendar';
import type { Application, ApplicationStatus } from './domain/application.ts';
import type { Contest } from './domain/contest.ts';
import { fieldTitle, shownValue, SOURCE_NAMES } from './domain/field-words.ts';
import { wallTime } from './domain/passport-words.ts';

const STATES: Readonly<Record<ApplicationStatus, string>> = {
  DRAFT: 'черновик',
  SUBMITTED: 'подана',
  RETURNED: 'возвращена на доработку',
  ADMITTED: 'допущена',
  REFUSED: 'отклонена',
  WITHDRAWN: 'отозвана',
  WINNER: 'признана победителем',
  RESERVE: 'включена в резерв',
  NOT_SELECTED: 'не прошла отбор',
};

const PLAIN = ['title', 'oktmo', 'category', 'beneficiaries', 'population', 'divisions'] as const;

/** What the document of an application says: every field by the title that the form gives it. */
export function applicationData({ content, ...state }: Application, contest: Contest): ApplicationData {
  const { form, timeZone, legalBasis, title } = contest;
  const asked = Object.keys((form as { properties?: object }).properties ?? {});
  const answered = asked.filter((name) => content.answers[name] !== undefined).map((name) => `answers.${name}`);
  const given = PLAIN.filter((name) => name !== 'divisions' || (content.divisions ?? []).length > 0);
  const valueOf = (field: string): unknown =>
    field.startsWith('answers.')
      ? content.answers[field.slice('answers.'.length)]
      : content[field as keyof typeof content];
  return {
    number: state.number ?? 'без номера',
    contest: title,
    basis: legalBasis
      .map(({ title: act, number, date, article }) => `${act}, № ${number} от ${wallTime(date)}, ${article}`)
      .join('; '),
    fields: [...given, ...answered].map((field) => ({
      name: fieldTitle(form, field),
      value: shownValue(form, field, valueOf(field)),
    })),
    funding: content.funding.map(({ source, amount }) => ({ source: SOURCE_NAMES[source], amount })),
    total: content.totalCost,
    state: STATES[state.status],
    submitted: state.submittedAt ? wallTime(localTimeOf(state.submittedAt, timeZone)) : 'не подавалась',
    revision: state.revision,
  };
}
