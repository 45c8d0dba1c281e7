import type { ApplicationData } from '@veche/kit/documents/shapes';
import { localTimeOf } from '@veche/kit/domain/calendar';
import { STATE_NAMES } from './domain/application-states.ts';
import type { Application } from './domain/application.ts';
import { PLAIN_FIELDS, valuesOf } from './domain/content-values.ts';
import type { Contest } from './domain/contest.ts';
import { fieldTitle, shownValue, SOURCE_NAMES } from './domain/field-words.ts';
import { wallTime } from './domain/passport-words.ts';

/** Sums have a table of their own in the document. */
const IN_TABLE: readonly string[] = ['totalCost', 'funding'];

/** What the document of an application says: every field by the title that the form gives it. */
export function applicationData({ content, ...state }: Application, contest: Contest): ApplicationData {
  const { form, timeZone, legalBasis, title } = contest;
  const values = valuesOf(content);
  const asked = Object.keys((form as { properties?: object }).properties ?? {}).map((name) => `answers.${name}`);
  const given = PLAIN_FIELDS.filter(
    (name) => !IN_TABLE.includes(name) && (name !== 'divisions' || content.divisions?.length),
  );
  return {
    number: state.number ?? 'без номера',
    contest: title,
    basis: legalBasis
      .map(({ title: act, number, date, article }) => `${act}, № ${number} от ${wallTime(date)}, ${article}`)
      .join('; '),
    fields: [...given, ...asked.filter((name) => values.has(name))].map((field) => ({
      name: fieldTitle(form, field),
      value: shownValue(form, field, values.get(field)),
    })),
    funding: content.funding.map(({ source, amount }) => ({ source: SOURCE_NAMES[source], amount })),
    total: content.totalCost,
    state: STATE_NAMES[state.status],
    submitted: state.submittedAt ? wallTime(localTimeOf(state.submittedAt, timeZone)) : 'не подавалась',
    revision: state.revision,
  };
}
