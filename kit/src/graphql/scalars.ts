import type { ValueNode } from 'graphql';
import { GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';
import { formatMoney, parseMoney } from '../domain/money.ts';
import { isOktmo } from '../domain/oktmo.ts';
import { badInput } from './errors.ts';

interface Codec<T> {
  name: string;
  description: string;
  parse(text: string): T | null;
  serialize(value: unknown): string;
}

function textScalar<T>({ name, description, parse, serialize }: Codec<T>): GraphQLScalarType<T, string> {
  const read = (value: unknown): T => {
    const parsed = typeof value === 'string' ? parse(value) : null;
    if (parsed === null) throw badInput(`${name} is malformed`);
    return parsed;
  };
  return new GraphQLScalarType<T, string>({
    name,
    description,
    serialize,
    parseValue: read,
    parseLiteral: (node: ValueNode) => read(node.kind === Kind.STRING ? node.value : null),
  });
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

export const DateTimeScalar = textScalar<Date>({
  name: 'DateTime',
  description: 'An instant, ISO 8601 with a time zone; answers are in UTC.',
  parse: (text) => (INSTANT.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text) : null),
  serialize: (value) => new Date(value as Date | string).toISOString(),
});

export const LocalDateTimeScalar = textScalar<string>({
  name: 'LocalDateTime',
  description: 'Wall time of a named zone, "2026-03-01T09:00:00".',
  parse: (text) => (LOCAL.test(text) && isRealDate(text) ? text.padEnd(19, ':00') : null),
  serialize: String,
});

export const MoneyScalar = textScalar<bigint>({
  name: 'Money',
  description: 'Roubles and kopecks as a decimal string, "1234.56".',
  parse: (text) => {
    try {
      return parseMoney(text);
    } catch {
      return null;
    }
  },
  serialize: (value) => formatMoney(BigInt(value as bigint)),
});

export const OktmoScalar = textScalar<string>({
  name: 'Oktmo',
  description: 'ОКТМО code of a municipality, 8 digits, or of a settlement, 11 digits.',
  parse: (text) => (isOktmo(text) ? text : null),
  serialize: String,
});

export const JsonScalar = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

/** Added to the resolvers of a service for the scalars its SDL declares. */
export const SCALARS: Readonly<Record<string, GraphQLScalarType>> = {
  DateTime: DateTimeScalar,
  LocalDateTime: LocalDateTimeScalar,
  Money: MoneyScalar,
  Oktmo: OktmoScalar,
  JSON: JsonScalar,
};

// 2026-02-30 must not turn into March.
function isRealDate(text: string): boolean {
  const instant = new Date(`${text.padEnd(19, ':00')}Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text.slice(0, 16));
}
