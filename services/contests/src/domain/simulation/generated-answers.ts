import { formatMoney } from '@veche/kit/domain/money';
import { isInn, isOgrn, isOgrnip } from '@veche/kit/domain/requisites';
import type { Funding } from '../application.ts';
import { resolved, type FieldSchema } from '../form-fields.ts';
import { linearEngine } from '../linear-pattern.ts';
import { PROJECT_TYPES } from '../project-type.ts';
import type { Draws } from './draws.ts';

/** What a made-up answer is made with. */
export interface Made {
  form: object;
  draws: Draws;
  /** Of the application; each value is drawn by its place below it. */
  name: string;
  /** ОКТМО of the contest. */
  oktmo: string;
  /** Patterns that were compiled, which costs more than all else. */
  engines: Map<string, ReturnType<typeof linearEngine>>;
  /** What cost lines have to add up to. */
  funding: readonly Funding[];
}

/** A value that a schema of a form allows, as far as its bounds say; undefined where they say too little, as with a pattern of its own. */
export function madeAnswer(made: Made, place: string, given: FieldSchema): unknown {
  const schema = resolved(made.form, given);
  const options = optionsOf(schema);
  if (options.length > 0) return made.draws.one(nameOf(made, place), options);
  const type = Array.isArray(schema.type) ? (schema.type as unknown[])[0] : schema.type;
  return MAKERS[String(type)]?.(made, place, schema);
}

const nameOf = ({ name }: Made, place: string): string => `${name} ${place}`;

function optionsOf({ const: only, enum: options, oneOf, anyOf }: FieldSchema): readonly unknown[] {
  if (only !== undefined) return [only];
  if (options) return options;
  return [...(oneOf ?? []), ...(anyOf ?? [])].flatMap((one) => (one.const === undefined ? [] : [one.const]));
}

type Maker = (made: Made, place: string, schema: FieldSchema) => unknown;

const SPREAD = 1000;
const number: Maker = (made, place, { minimum, maximum }) => {
  const from = Math.ceil(minimum ?? Math.min(0, maximum ?? 0));
  return made.draws.whole(nameOf(made, place), from, Math.max(from, Math.floor(maximum ?? from + SPREAD)));
};

const MAKERS: Readonly<Record<string, Maker>> = {
  integer: number,
  number,
  boolean: (made, place) => made.draws.whole(nameOf(made, place), 0, 1) === 1,
  string: (made, place, schema) => textOf(made, place, schema),
  array: (made, place, schema) => listOf(made, place, schema),
  object: (made, place, schema) => objectOf(made, place, schema),
};

const FILLER = 'Показательный текст прогона. ';

function textOf(made: Made, place: string, { format, pattern, minLength = 0, maxLength }: FieldSchema): unknown {
  const name = nameOf(made, place);
  if (format !== undefined) return FORMATS[format]?.(made, name);
  if (pattern !== undefined) return fitting(made, name, pattern);
  const length = Math.max(minLength, Math.min(maxLength ?? FILLER.length - 1, FILLER.length - 1));
  return FILLER.repeat(Math.ceil(length / FILLER.length))
    .slice(0, length)
    .padEnd(length, '.');
}

/** Texts are not made from a pattern; what patterns usually mean is tried. */
function fitting({ draws, ...made }: Made, name: string, pattern: string): string | undefined {
  const number = draws.whole(name, 1, 999);
  const usual = [
    `${number}000.00`,
    `${number}`,
    FORMATS['date']!({ draws, ...made }, name),
    'Текст',
    'text',
    'A',
    '00:00',
  ];
  const engine = made.engines.get(pattern) ?? linearEngine(pattern);
  made.engines.set(pattern, engine);
  return usual.find((one) => engine.test(one));
}

const DAY = 86_400_000;
const FORMATS: Readonly<Record<string, (made: Made, name: string) => string>> = {
  date: ({ draws }, name) =>
    new Date(Date.UTC(2026, 0, 1) + draws.whole(name, 0, 364) * DAY).toISOString().slice(0, 10),
  oktmo: ({ oktmo }) => oktmo,
  inn: ({ draws }, name) => checked(String(draws.whole(name, 860_000_000, 869_999_999)), isInn),
  ogrn: ({ draws }, name) => checked(`1${draws.whole(name, 10_000_000_000, 10_999_999_999)}`, isOgrn),
  ogrnip: ({ draws }, name) => checked(`30${draws.whole(name, 0, 999_999_999)}`.padEnd(14, '0'), isOgrnip),
  'project-type': ({ draws }, name) => draws.one(name, PROJECT_TYPES),
  email: () => 'progon@example.org',
  phone: ({ draws }, name) => `+7${draws.whole(name, 900_000_000, 999_999_999)}0`,
};

/** A number with the check digit that it needs. */
const checked = (digits: string, sound: (text: string) => boolean): string =>
  Array.from({ length: 10 }, (_, digit) => `${digits}${digit}`).find(sound) ?? digits;

const MOST_ROWS = 3;

function listOf(made: Made, place: string, schema: FieldSchema): unknown[] {
  if (schema.costLines) return costLines(made, place, schema);
  const fewest = schema.minItems ?? 1;
  const most = Math.max(fewest, Math.min(schema.maxItems ?? MOST_ROWS, MOST_ROWS));
  const rows = made.draws.whole(nameOf(made, place), Math.min(fewest, most), most);
  return Array.from({ length: rows }, (_, row) => madeAnswer(made, `${place}.${row}`, schema.items ?? {}));
}

/** One line for each source, so that they add up. */
const costLines = (made: Made, place: string, { items }: FieldSchema): unknown[] =>
  made.funding.map(({ source, amount }, row) => ({
    ...(objectOf(made, `${place}.${row}`, resolved(made.form, items)) as object),
    source,
    amount: formatMoney(amount),
  }));

function objectOf(made: Made, place: string, schema: FieldSchema): unknown {
  if (schema.file) return { name: 'Образец', mediaType: schema.file.mediaTypes[0], bytes: 1, sha256: '0'.repeat(64) };
  if (schema.geometry) return placeOf(made, place, schema.geometry);
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const value = madeAnswer(made, `${place}.${name}`, member);
    return value === undefined ? [] : [[name, value] as const];
  });
  const { start, end, ...others } = Object.fromEntries(members);
  if (typeof start !== 'string' || typeof end !== 'string') return Object.fromEntries(members);
  const [first, last] = [start, end].toSorted() as [string, string];
  return { ...others, start: first, end: last };
}

function placeOf({ draws, name }: Made, place: string, kinds: readonly string[]): unknown {
  const [x, y] = [draws.whole(`${name} ${place} x`, 60, 80), draws.whole(`${name} ${place} y`, 55, 65)];
  if (kinds.includes('Point')) return { type: 'Point', coordinates: [x, y] };
  const ring = [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}
