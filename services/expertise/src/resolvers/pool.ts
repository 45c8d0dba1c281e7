import { badInput, commandOf, payload } from '@veche/kit';
import { inviteToPool, joinPool, leavePool, NEWCOMER } from '../domain/pool.ts';
import { expertToOutbox } from '../events.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { expertView } from '../views.ts';
import { contestFor, refusal, type ResolverParts } from './parts.ts';

const POOL_PAGE = 1000;
const LIST_MAX = 100;
const ID_MAX = 64;

function bounded(list: readonly string[] | null | undefined, field: string): void {
  if (list && list.length > LIST_MAX) throw badInput(`At most ${LIST_MAX} ${field}`, [field]);
}

export function poolQueries({ stores }: ResolverParts): Pick<QueryResolvers, 'expertPool'> {
  return {
    expertPool: async () =>
      (await stores.experts.find({}, { sort: { createdAt: 1 }, limit: POOL_PAGE })).map(expertView) as never,
  };
}

export function poolMutations(
  parts: ResolverParts,
): Pick<MutationResolvers, 'joinExpertPool' | 'inviteExpert' | 'leaveExpertPool'> {
  const { stores, clock } = parts;
  return {
    joinExpertPool: async (_source, { input }, context) => {
      const command = commandOf(context, 'joinExpertPool', input);
      bounded(input.competences, 'competences');
      bounded(input.territories, 'territories');
      const outcome = await stores.experts.upsert({
        id: context.requireCaller().personId,
        command,
        events: expertToOutbox,
        initial: () => NEWCOMER,
        decide: (expert) => joinPool(expert, input, clock.now()),
      });
      return payload(outcome, messages, (expert) => ({ expert: expertView(expert) })) as never;
    },
    inviteExpert: async (_source, { input }, context) => {
      const command = commandOf(context, 'inviteExpert', input);
      bounded(input.competences, 'competences');
      if (input.personId.length > ID_MAX) throw badInput('No id of a person', ['personId']);
      if (!(await contestFor(parts, context, input.contestId)))
        return refusal('expert', { code: 'NOT_FOUND', path: ['contestId'] });
      const outcome = await stores.experts.upsert({
        id: input.personId,
        command,
        events: expertToOutbox,
        initial: () => NEWCOMER,
        decide: (expert, { version }) => inviteToPool(expert, input.competences, version === 0),
      });
      return payload(outcome, messages, (expert) => ({ expert: expertView(expert) })) as never;
    },
    leaveExpertPool: async (_source, { input }, context) => {
      const command = commandOf(context, 'leaveExpertPool', input);
      const outcome = await stores.experts.change({
        id: context.requireCaller().personId,
        command,
        events: expertToOutbox,
        decide: leavePool,
      });
      return payload(outcome, messages, (expert) => ({ expert: expertView(expert) })) as never;
    },
  };
}
