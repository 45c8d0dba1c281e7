import { writtenRule } from './passport.ts';
import {
  changeSentence,
  oneOf,
  percent,
  plainValue,
  roubles,
  STAGE_NAMES,
  wallTime,
  type Label,
} from './passport-words.ts';

/** A rule that two passports state differently: where it stands, and a Russian sentence without full stop. */
export interface RuleDifference {
  path: readonly string[];
  sentence: string;
}

type Json = unknown;
type Tree = Record<string, Json>;

const REGIMES = {
  RU_131FZ_26_1: 'статья 26.1 Закона № 131-ФЗ',
  RU_33FZ_49: 'статья 49 Закона № 33-ФЗ',
  RU_REGIONAL: 'региональный акт',
};
const LEVELS = { REGION: 'регион', MUNICIPALITY: 'муниципальное образование', DISTRICT: 'район города' };
const ASSIGNMENTS = { OPEN: 'по выбору члена жюри', RANDOM: 'по жребию' };
const SHEET_SIGNATURES = { SIMPLE: 'простая', ENHANCED: 'с сертификатом' };
const DECIDERS = { VOTE: 'голосование', COMMISSION: 'комиссия' };
const VISIBILITY = { LIVE: 'всегда', HIDDEN_UNTIL_END: 'после окончания' };

/** Rules that are one value. */
const VALUES: Readonly<Record<string, Label>> = {
  title: { text: 'название конкурса', gender: 'n' },
  oktmo: { text: 'территория', gender: 'f' },
  timeZone: { text: 'часовой пояс', gender: 'm' },
  template: { text: 'шаблон', gender: 'm' },
  level: { text: 'уровень', gender: 'm', show: oneOf(LEVELS) },
  practice: { text: 'практика', gender: 'f' },
  legalRegime: { text: 'правовой режим', gender: 'm', show: oneOf(REGIMES) },
  budgetKopecks: { text: 'бюджет конкурса', gender: 'm', show: roubles },
  maxPerProjectKopecks: { text: 'предел средств на один проект', gender: 'm', show: roubles },
  minOwnShare: { text: 'минимальная доля софинансирования', gender: 'f', show: percent },
  groupMinimum: { text: 'минимальная численность инициативной группы', gender: 'f' },
  resultsVisibility: { text: 'видимость хода голосования', gender: 'f', show: oneOf(VISIBILITY) },
  winnersBy: { text: 'определение победителей', gender: 'n', show: oneOf(DECIDERS) },
  graceSeconds: { text: 'задержка окончания приёма голосов в секундах', gender: 'f' },
};

/** Rules that are a tree of values, with the labels of those that people speak of. */
const TREES: Readonly<Record<string, { text: string; labels: Readonly<Record<string, Label>> }>> = {
  eligibility: {
    text: 'право голоса',
    labels: {
      minAge: { text: 'наименьший возраст голосующего', gender: 'm' },
      ageOn: { text: 'дата, на которую считается возраст', gender: 'f', show: wallTime },
      residence: { text: 'территория проживания голосующего', gender: 'f' },
    },
  },
  applicants: {
    text: 'право подать заявку',
    labels: {
      minAge: { text: 'наименьший возраст заявителя', gender: 'm' },
      ageOn: { text: 'дата, на которую считается возраст заявителя', gender: 'f', show: wallTime },
      residence: { text: 'территория проживания заявителя', gender: 'f' },
    },
  },
  votingRule: {
    text: 'правило голосования',
    labels: {
      'ballot.minLen': { text: 'наименьшее число проектов в бюллетене', gender: 'n' },
      'ballot.maxLen': { text: 'наибольшее число проектов в бюллетене', gender: 'n' },
    },
  },
  scoring: {
    text: 'подсчёт баллов',
    labels: {
      threshold: { text: 'проходной балл', gender: 'm' },
      'publicJury.assignment': {
        text: 'распределение заявок общественному жюри',
        gender: 'n',
        show: oneOf(ASSIGNMENTS),
      },
      'publicJury.seats': { text: 'число мест в общественном жюри', gender: 'n' },
      'publicJury.perApplication': { text: 'число членов общественного жюри на заявку', gender: 'n' },
      'publicJury.minAge': { text: 'наименьший возраст члена общественного жюри', gender: 'm' },
      'publicJury.residentsOnly': { text: 'общественное жюри только из жителей', gender: 'n' },
      'virtualCapital.endowment': { text: 'число баллов у каждого жителя', gender: 'n' },
      'virtualCapital.perApplication': { text: 'предел баллов от одного жителя одной заявке', gender: 'm' },
      'virtualCapital.residence': { text: 'территория, жители которой отдают баллы', gender: 'f' },
      'virtualCapital.progress': { text: 'видимость хода поддержки', gender: 'f', show: oneOf(VISIBILITY) },
      sheetSignature: { text: 'подпись оценочного листа', gender: 'f', show: oneOf(SHEET_SIGNATURES) },
      documentSignature: { text: 'подпись документов', gender: 'f', show: oneOf(SHEET_SIGNATURES) },
    },
  },
  uiSchema: { text: 'вид формы', labels: {} },
  tier: {
    text: 'второй уровень отбора',
    labels: {
      perContest: { text: 'квота проектов от одного конкурса первого уровня', gender: 'f' },
      perMunicipality: { text: 'квота проектов от одного муниципального образования', gender: 'f' },
      outcomes: { text: 'решения первого уровня, с которыми проект проходит дальше', gender: 'p' },
      contestIds: { text: 'конкурсы первого уровня', gender: 'p' },
    },
  },
};

interface ListRule {
  /** What tells the items apart. */
  key: (item: Tree) => string;
  name: (item: Tree) => string;
  added: string;
  removed: string;
  labels: Readonly<Record<string, Label>>;
}

const text = (value: Json): string => (typeof value === 'string' ? value : '');

/** Rules that are a list of things with names. */
const LISTS: Readonly<Record<string, ListRule>> = {
  legalBasis: {
    key: ({ number, date }) => `${text(number)} ${text(date)}`,
    name: ({ title, number, date }) => `акт «${text(title)}» от ${wallTime(date)} № ${text(number)}`,
    added: 'добавлен',
    removed: 'исключён',
    labels: { article: { text: 'статья', gender: 'f' }, title: { text: 'название', gender: 'n' } },
  },
  stages: {
    key: ({ type }) => text(type),
    name: ({ type }) => `этап «${STAGE_NAMES[text(type)] ?? text(type)}»`,
    added: 'добавлен',
    removed: 'исключён',
    labels: {
      opensLocal: { text: 'начало', gender: 'n', show: wallTime },
      closesLocal: { text: 'окончание', gender: 'n', show: wallTime },
      'term.amount': { text: 'срок в днях', gender: 'm' },
      'term.unit': {
        text: 'счёт дней',
        gender: 'm',
        show: oneOf({ WORKING_DAY: 'рабочие', CALENDAR_DAY: 'календарные' }),
      },
      follows: { text: 'начало сразу после предыдущего этапа', gender: 'n' },
    },
  },
  divisions: {
    key: ({ code }) => text(code),
    name: ({ kind, title }) => `${kind === 'GROUP' ? 'группа' : 'номинация'} «${text(title)}»`,
    added: 'добавлена',
    removed: 'исключена',
    labels: {
      title: { text: 'название', gender: 'n' },
      budgetKopecks: { text: 'бюджет', gender: 'm', show: roubles },
      passingScore: { text: 'проходной балл', gender: 'm' },
      winnersLimit: { text: 'предел числа победителей', gender: 'm' },
    },
  },
  regionalHolidays: {
    key: ({ date }) => text(date),
    name: ({ date, title }) => `праздник «${text(title)}» ${wallTime(date)}`,
    added: 'добавлен',
    removed: 'исключён',
    labels: { title: { text: 'название', gender: 'n' } },
  },
  criteria: {
    key: ({ code }) => text(code),
    name: ({ title }) => `критерий «${text(title)}»`,
    added: 'добавлен',
    removed: 'исключён',
    labels: {
      title: { text: 'название', gender: 'n' },
      maxPoints: { text: 'наибольший балл', gender: 'm' },
      weight: { text: 'вес', gender: 'm' },
    },
  },
  fields: {
    key: ({ name }) => text(name),
    name: ({ name, schema }) => `поле «${text((schema as Tree)['title']) || text(name)}»`,
    added: 'добавлено',
    removed: 'исключено',
    labels: {
      required: { text: 'обязательность', gender: 'f' },
      'schema.title': { text: 'название', gender: 'n' },
      'schema.minimum': { text: 'наименьшее значение', gender: 'n' },
      'schema.maximum': { text: 'наибольшее значение', gender: 'n' },
      'schema.minLength': { text: 'наименьшая длина', gender: 'f' },
      'schema.maxLength': { text: 'наибольшая длина', gender: 'f' },
      'schema.minItems': { text: 'наименьшее число строк', gender: 'n' },
      'schema.maxItems': { text: 'наибольшее число строк', gender: 'n' },
    },
  },
};

/** What the second of two passports (plain JSON) states otherwise than the first, in words. */
export function passportDifferences(before: Tree, after: Tree): RuleDifference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  // What groups and nominations give the rule of the vote is told of themselves.
  const told = (passport: Tree, key: string): Json =>
    key === 'votingRule' ? (writtenRule(passport) as Json) : passport[key];
  return keys.flatMap((key) => ruleDifferences(key, told(before, key), told(after, key)));
}

function ruleDifferences(key: string, before: Json, after: Json): RuleDifference[] {
  if (key === 'form') return formDifferences(asTree(before), asTree(after));
  const list = LISTS[key];
  if (list) return listDifferences([key], list, asList(before), asList(after));
  const { text: name, labels } = TREES[key] ?? { text: key, labels: VALUES };
  const prefix = TREES[key] ? [] : [key];
  return leafDifferences(before, after, prefix).map(({ path, from, to }) => {
    const label = labels[path.join('.')] ?? { text: `${name}, ${path.join('.')}:`, gender: 'n' as const };
    return { path: TREES[key] ? [key, ...path] : path, sentence: changeSentence(label, from, to) };
  });
}

function listDifferences(path: string[], rule: ListRule, before: Tree[], after: Tree[]): RuleDifference[] {
  const old = new Map(before.map((item) => [rule.key(item), item]));
  const kept = new Set(after.map(rule.key));
  const removed = before.filter((item) => !kept.has(rule.key(item)));
  return [
    ...removed.map((item) => ({ path: [...path, rule.key(item)], sentence: `${rule.name(item)} ${rule.removed}` })),
    ...after.flatMap((item) => {
      const known = old.get(rule.key(item));
      const at = [...path, rule.key(item)];
      return known
        ? itemDifferences(at, rule, known, item)
        : [{ path: at, sentence: `${rule.name(item)} ${rule.added}` }];
    }),
  ];
}

const itemDifferences = (at: string[], rule: ListRule, before: Tree, after: Tree): RuleDifference[] =>
  leafDifferences(before, after).map(({ path, from, to }) => {
    const label = rule.labels[path.join('.')] ?? { text: `«${path.join('.')}»`, gender: 'n' as const };
    return { path: [...at, ...path], sentence: `${rule.name(before)}: ${changeSentence(label, from, to)}` };
  });

/** Fields by name with their being required; what else the form says is compared as a tree. */
function formDifferences(before: Tree, after: Tree): RuleDifference[] {
  const { properties: _old, required: _wasRequired, ...restBefore } = before;
  const { properties: _new, required: _isRequired, ...restAfter } = after;
  return [
    ...listDifferences(['form', 'properties'], LISTS['fields']!, fieldsOf(before), fieldsOf(after)),
    ...leafDifferences(restBefore, restAfter).map(({ path, from, to }) => ({
      path: ['form', ...path],
      sentence: `форма, ${path.join('.')}: было ${plainValue(from ?? 'нет')}, стало ${plainValue(to ?? 'нет')}`,
    })),
  ];
}

const fieldsOf = ({ properties, required }: Tree): Tree[] =>
  Object.entries(asTree(properties)).map(([name, schema]) => ({
    name,
    schema: asTree(schema),
    required: Array.isArray(required) && required.includes(name),
  }));

interface Leaf {
  path: string[];
  from: Json;
  to: Json;
}

/** Values that differ; a list of values is one value. */
function leafDifferences(before: Json, after: Json, path: string[] = []): Leaf[] {
  if (isTree(before) || isTree(after)) {
    const [one, other] = [asTree(before), asTree(after)];
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.flatMap((key) => leafDifferences(one[key], other[key], [...path, key]));
  }
  const same = JSON.stringify(before ?? null) === JSON.stringify(after ?? null);
  return same ? [] : [{ path, from: before, to: after }];
}

const isTree = (value: Json): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const asTree = (value: Json): Tree => (isTree(value) ? value : {});
const asList = (value: Json): Tree[] => (Array.isArray(value) ? value.filter(isTree) : []);
