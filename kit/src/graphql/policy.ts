import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import { defaultFieldResolver } from 'graphql';
import type { Role } from '../auth/caller.ts';
import type { Context } from './context.ts';
import { forbidden, unauthenticated } from './errors.ts';

/** Who may ask a root field at all; what the object itself allows is decided in the service's domain. */
export type Rule = 'public' | 'authenticated' | { anyRole: readonly Role[] };

export interface Policy {
  Query: Record<string, Rule>;
  Mutation: Record<string, Rule>;
}

// Federation's own fields: entities carry only what their field resolvers allow, the SDL is public.
const FEDERATION = new Set(['_entities', '_service']);

/**
 * Guards every root field of the schema in place. Throws when a field has no rule, no resolver, or a rule has no
 * field, so a service with a hole does not start.
 */
export function enforcePolicy(schema: GraphQLSchema, policy: Policy): void {
  const problems = [
    ...guard(schema.getQueryType(), policy.Query, 'Query'),
    ...guard(schema.getMutationType(), policy.Mutation, 'Mutation'),
  ];
  if (problems.length > 0) throw new Error(`policy does not fit the schema:\n${problems.join('\n')}`);
}

function guard(type: GraphQLObjectType | null | undefined, rules: Record<string, Rule>, name: string): string[] {
  const fields = type?.getFields() ?? {};
  const problems = Object.keys(rules)
    .filter((field) => !(field in fields))
    .map((field) => `${name}.${field} has a rule but is not in the schema`);
  for (const field of Object.values(fields)) {
    if (FEDERATION.has(field.name)) continue;
    const rule = rules[field.name];
    const { resolve } = field;
    if (!rule) problems.push(`${name}.${field.name} has no rule`);
    if (!resolve || resolve === defaultFieldResolver) {
      problems.push(`${name}.${field.name} has no resolver`);
    }
    if (!rule || !resolve) continue;
    field.resolve = (source, args, context: Context, info) => {
      admit(rule, context);
      return resolve(source, args, context, info);
    };
  }
  return problems;
}

/** Throws UNAUTHENTICATED or FORBIDDEN. */
export function admit(rule: Rule, context: Context): void {
  if (rule === 'public') return;
  const { caller } = context;
  if (!caller) throw unauthenticated();
  if (rule === 'authenticated') return;
  if (!rule.anyRole.some((role) => caller.roles.has(role))) throw forbidden();
}
