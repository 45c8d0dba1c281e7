import type { Caller, Role } from '@veche/kit';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import { menuOf } from '../domain/community/menu.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { rulesFor } from '../store/community.ts';
import type { ViewParts } from '../views.ts';
import { scopeOf } from './settings.ts';

export const menuQueries = (parts: ViewParts): Pick<QueryResolvers, 'menu'> => ({
  menu: async (_source, args, context) => {
    const scope = await scopeOf(parts, context, args);
    if (!scope) return [];
    const rules = await rulesFor(parts.community, scope, parts.clock.now());
    return menuOf(rules, (roles) => opens(context.caller, scope.oktmo, roles)) as never;
  },
});

/** Staff acts in its territories only; residents' rights are decided by each part itself. */
function opens(caller: Caller | null, oktmo: string, roles: readonly string[]): boolean {
  if (caller === null) return false;
  const held = roles.filter((role) => caller.roles.has(role as Role));
  return held.includes('citizen') || (held.length > 0 && mayActIn(caller, oktmo));
}
