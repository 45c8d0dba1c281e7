import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
} from 'graphql';
import type { Policy, Role, Rule } from '@veche/kit';
import type { Ask } from '../journeys/platform.ts';
import type { Session } from '../login/driver.ts';

/** A visitor of the walk: a session with the roles that it is known to have. */
export interface Walker {
  name: string;
  session: Session | null;
  roles: Role[];
}

/** Ids of real objects by argument or input field name, so that a relation is decided and not an empty lookup. */
export type Objects = Record<string, string>;

export interface Step {
  field: string;
  walker: string;
  expected: string;
  got: string;
}

/** The public schema that the gateway serves. */
export const publicSchema = () =>
  buildSchema(readFileSync(new URL('../../gateway/public-schema.graphql', import.meta.url), 'utf8'));

/** Tries every root field as every walker and compares with the declared tables; gives each deviation. */
export async function walkPolicy(
  ask: Ask,
  policies: Policy[],
  walkers: Walker[],
  objects: Objects,
  spared: ReadonlySet<string> = new Set(),
): Promise<{ steps: number; deviations: Step[] }> {
  const rules = rulesOf(policies);
  const deviations: Step[] = [];
  let steps = 0;
  for (const { kind, field } of rootFields()) {
    const name = `${kind}.${field.name}`;
    if (spared.has(name)) continue;
    const rule = rules.get(name);
    if (!rule) {
      deviations.push({ field: name, walker: '-', expected: 'a rule in the policy table', got: 'none' });
      continue;
    }
    for (const walker of walkers) {
      steps += 1;
      const expected = verdict(rule, walker);
      const got = await attempt(ask, kind, field, walker, objects);
      if (!agrees(expected, got)) deviations.push({ field: name, walker: walker.name, expected, got });
    }
  }
  return { steps, deviations };
}

/** The rules of all services by kind and name of the field, e.g. Mutation.pledge. */
const rulesOf = (policies: Policy[]): Map<string, Rule> =>
  new Map(
    policies.flatMap((policy) =>
      Object.entries(policy).flatMap(([kind, table]) =>
        Object.entries(table).map(([name, rule]): [string, Rule] => [`${kind}.${name}`, rule as Rule]),
      ),
    ),
  );

/** Root fields of the graph in a stable order. */
export function rootFields(): { kind: 'Query' | 'Mutation'; field: GraphQLField<unknown, unknown> }[] {
  const schema = publicSchema();
  const all = (kind: 'Query' | 'Mutation') =>
    Object.values((kind === 'Query' ? schema.getQueryType() : schema.getMutationType())!.getFields()).map((field) => ({
      kind,
      field,
    }));
  return [...all('Query'), ...all('Mutation')];
}

function verdict(rule: Rule, walker: Walker): 'UNAUTHENTICATED' | 'FORBIDDEN' | 'PASSED' {
  if (rule === 'public') return 'PASSED';
  if (!walker.session) return 'UNAUTHENTICATED';
  if (rule === 'authenticated') return 'PASSED';
  return rule.anyRole.some((role) => walker.roles.includes(role)) ? 'PASSED' : 'FORBIDDEN';
}

/** A walker who passes the table may still be stopped by relation or content, but not as a stranger to the platform. */
const agrees = (expected: string, got: string): boolean =>
  expected === 'PASSED' ? got !== 'UNAUTHENTICATED' : got === expected;

/** Sends the field with well-typed arguments; gives the first error code, the rejection code, or DONE. */
export async function attempt(
  ask: Ask,
  kind: 'Query' | 'Mutation',
  field: GraphQLField<unknown, unknown>,
  walker: Walker,
  objects: Objects,
): Promise<string> {
  const args = field.args.filter(required);
  const variables = Object.fromEntries(args.map((arg) => [arg.name, example(arg, objects)]));
  const declared = inBrackets(args.map((arg) => `$${arg.name}: ${String(arg.type)}`));
  const used = inBrackets(args.map((arg) => `${arg.name}: $${arg.name}`));
  const document = `${kind.toLowerCase()} ${declared} { ${field.name}${used} ${selection(field.type)} }`;
  const answer = await ask<Record<string, { rejection?: { code: string } | null } | null>>(
    document,
    variables,
    walker.session,
  );
  const error = answer.errors?.[0]?.extensions.code;
  if (error) return error;
  const value = answer.data?.[field.name];
  return value === null ? 'NULL' : (value?.rejection?.code ?? 'DONE');
}

const inBrackets = (parts: string[]): string => (parts.length > 0 ? `(${parts.join(', ')})` : '');

const required = (arg: GraphQLArgument): boolean => isNonNullType(arg.type);

/** A well-typed value: known ids by name, otherwise the plainest value of the type. */
export function example(at: GraphQLArgument | GraphQLInputField, objects: Objects): unknown {
  return valueOf(at.type, at.name, objects);
}

function valueOf(type: GraphQLInputType, name: string, objects: Objects): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType as GraphQLInputType, name, objects);
  if (isListType(type)) return [valueOf(type.ofType as GraphQLInputType, name, objects)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) && field.defaultValue === undefined,
    );
    return Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type, field.name, objects)]));
  }
  return scalarOf(getNamedType(type).name, name, objects);
}

function scalarOf(type: string, name: string, objects: Objects): unknown {
  if (objects[name]) return objects[name];
  const plain: Record<string, unknown> = {
    ID: randomUUID(),
    Int: 1,
    Float: 1,
    Boolean: true,
    Money: '100.00',
    Oktmo: '71876000',
    DateTime: '2030-01-01T00:00:00.000Z',
    LocalDateTime: '2030-01-01T00:00:00',
    JSON: {},
  };
  return plain[type] ?? 'Проверка прав доступа';
}

function selection(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  return 'rejection' in named.getFields() ? '{ rejection { code } }' : '{ __typename }';
}
