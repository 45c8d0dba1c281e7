import { randomBytes } from 'node:crypto';
import { forget, commandOf, payload, type Caller, type Context, type Outcome } from '@veche/kit';
import { localDateOf } from '@veche/kit/domain/calendar';
import type { Contest } from '../domain/contest.ts';
import {
  formGroup,
  joinGroup,
  leaveGroup,
  type GroupCode,
  type InitiativeGroup,
  type Initiator,
  type InitiatorRule,
} from '../domain/group.ts';
import { groupToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { groupView, type ViewParts } from '../views.ts';

type GroupMutations = Pick<MutationResolvers, 'formInitiativeGroup' | 'joinInitiativeGroup' | 'leaveInitiativeGroup'>;

const CODE_BYTES = 9;

export function groupMutations(parts: ViewParts): GroupMutations {
  const { stores, clock } = parts;
  const answer = (context: Context, outcome: Outcome<InitiativeGroup, GroupCode>) => {
    forget(context);
    return payload(outcome, messages, (group) => ({ group: groupView(parts, context, group) })) as never;
  };
  return {
    formInitiativeGroup: async (_source, { input }, context) => {
      const command = commandOf(context, 'formInitiativeGroup', input);
      const contest = (await stores.contests.load(input.contestId))?.state;
      if (!contest || contest.status === 'DRAFT')
        return answer(context, { aggregate: null, rejection: { code: 'NOT_FOUND', path: ['contestId'] } });
      const wish = { ...input, decided: contest.status === 'DECIDED' };
      const decide = () =>
        formGroup(wish, initiatorOf(context.requireCaller()), newInvitationCode(), initiatorRule(contest, clock.now()));
      return answer(context, await stores.groups.create({ command, events, decide }));
    },
    joinInitiativeGroup: async (_source, { input }, context) => {
      const command = commandOf(context, 'joinInitiativeGroup', input);
      const caller = initiatorOf(context.requireCaller());
      const group = await stores.groups.load(input.groupId);
      const contest = group ? (await stores.contests.load(group.state.contestId))?.state : undefined;
      const decide = (state: InitiativeGroup) =>
        joinGroup(state, caller, input.invitationCode, initiatorRule(contest, clock.now()));
      return answer(context, await stores.groups.change({ id: input.groupId, command, events, decide }));
    },
    leaveInitiativeGroup: async (_source, { input }, context) => {
      const command = commandOf(context, 'leaveInitiativeGroup', input);
      const { personId } = context.requireCaller();
      return answer(
        context,
        await stores.groups.change({
          id: input.groupId,
          command,
          events,
          decide: (state) => leaveGroup(state, personId),
        }),
      );
    },
  };
}

/** Who may be an initiator of a contest; without one the law alone. */
export const initiatorRule = (contest: Contest | undefined, now: Date): InitiatorRule => ({
  applicants: contest?.applicants ?? null,
  today: localDateOf(now, contest?.timeZone ?? 'UTC'),
});

export const newInvitationCode = (): string => randomBytes(CODE_BYTES).toString('base64url');

export const initiatorOf = ({ personId, assurance, birthdate, residence }: Caller): Initiator => ({
  personId,
  assurance,
  birthdate,
  residence,
});
