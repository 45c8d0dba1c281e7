import { forget, commandOf, forbidden, payload, type Context, type Outcome } from '@veche/kit';
import type { Decision } from '@veche/kit/domain/decision';
import { acceptLead, offerLead, type GroupCode, type GroupEvent, type InitiativeGroup } from '../domain/group.ts';
import { groupToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { isLead, isMember } from '../policy.ts';
import { groupView, type ViewParts } from '../views.ts';

interface Existing {
  idempotencyKey: string;
  groupId: string;
  expectedVersion?: number | null;
}

/** The lead of a group goes over by two consents: the lead's offer and the member's acceptance. */
export function groupLeadMutations(parts: ViewParts): Pick<MutationResolvers, 'offerGroupLead' | 'acceptGroupLead'> {
  return {
    offerGroupLead: (_source, { input }, context) =>
      change(parts, context, 'offerGroupLead', input, (group) => {
        if (!isLead(context.requireCaller(), group)) throw forbidden();
        return offerLead(group, input.personId);
      }),
    acceptGroupLead: (_source, { input }, context) =>
      change(parts, context, 'acceptGroupLead', input, (group) => acceptLead(group, context.requireCaller().personId)),
  };
}

async function change(
  parts: ViewParts,
  context: Context,
  name: string,
  input: Existing,
  decide: (group: InitiativeGroup) => Decision<InitiativeGroup, GroupEvent, GroupCode>,
) {
  const { groups } = parts.stores;
  const command = commandOf(context, name, input);
  const group = await groups.load(input.groupId);
  const answer = (outcome: Outcome<InitiativeGroup, GroupCode>) => {
    forget(context);
    return payload(outcome, messages, (one) => ({ group: groupView(parts, context, one) })) as never;
  };
  if (!group || !isMember(context.caller, group.state))
    return answer({ aggregate: null, rejection: { code: 'NOT_FOUND', path: ['groupId'] } });
  const expectedVersion = input.expectedVersion ?? undefined;
  return answer(await groups.change({ id: group.id, command, expectedVersion, events, decide }));
}
