import type { ApplicationData, ApplicationTable } from '@veche/kit/documents/shapes';
import { localTimeOf } from '@veche/kit/domain/calendar';
import { STATE_NAMES } from './domain/application-states.ts';
import type { Application, Content } from './domain/application.ts';
import { PLAIN_FIELDS, valuesOf } from './domain/content-values.ts';
import type { Contest } from './domain/contest.ts';
import { fieldTitle, printedValue } from './domain/field-words.ts';
import { formFields } from './domain/form-fields.ts';
import { isEmpty, shownTable } from './domain/form-words.ts';
import { SOURCE_NAMES } from './domain/funding-words.ts';
import { wallTime } from './domain/passport-words.ts';

/** Sums have a table of their own in the document. */
const IN_TABLE: readonly string[] = ['totalCost', 'funding'];

/** What the document of an application says: every field by the title that the form gives it, tables as tables. */
export function applicationData({ content, ...state }: Application, contest: Contest): ApplicationData {
  const { timeZone, legalBasis, title } = contest;
  return {
    number: state.number ?? 'без номера',
    contest: title,
    basis: legalBasis
      .map(({ title: act, number, date, article }) => `${act}, № ${number} от ${wallTime(date)}, ${article}`)
      .join('; '),
    ...printed(content, contest),
    funding: content.funding.map(({ source, amount }) => ({ source: SOURCE_NAMES[source], amount })),
    total: content.totalCost,
    state: STATE_NAMES[state.status],
    submitted: state.submittedAt ? wallTime(localTimeOf(state.submittedAt, timeZone)) : 'не подавалась',
    revision: state.revision,
  };
}

/** The fields with what was filled in; a field that is a table says which table below has it. */
function printed(content: Content, contest: Contest): Pick<ApplicationData, 'fields' | 'tables'> {
  const values = valuesOf(content);
  const given = PLAIN_FIELDS.filter(
    (name) => !IN_TABLE.includes(name) && (name !== 'divisions' || content.divisions?.length),
  );
  const answered = formFields(contest).filter(
    ({ name, view }) => !isEmpty(content.answers[name]) && view.widget !== 'hidden',
  );
  const tables: ApplicationTable[] = [];
  const answers = answered.map(({ name, title }) => {
    const [field, value] = [`answers.${name}`, content.answers[name]];
    const table = shownTable(contest, field, value);
    if (!table) return { name: title, value: printedValue(contest, field, value) };
    tables.push({ caption: `Таблица ${tables.length + 1}. ${title}`, ...table });
    return { name: title, value: `таблица ${tables.length}` };
  });
  const plain = given.map((field) => ({
    name: fieldTitle(contest.form, field),
    value: printedValue(contest, field, values.get(field)),
  }));
  return { fields: [...plain, ...answers], tables };
}
