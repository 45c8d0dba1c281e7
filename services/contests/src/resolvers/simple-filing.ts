import { commandOf, type Command, type Context, type Outcome } from '@veche/kit';
import type { Application, ApplicationCode, ApplicationEvent } from '../domain/application.ts';
import type { ContentDraft } from '../domain/content.ts';
import type { Contest } from '../domain/contest.ts';
import { formGroup, type GroupCode, type GroupEvent } from '../domain/group.ts';
import { attributed } from '../domain/history.ts';
import { fileAtOnce, mayFileAtOnce } from '../domain/simple-filing.ts';
import { derivedId } from '../derived-id.ts';
import { applicationToOutbox, groupToOutbox } from '../events.ts';
import { freeNumber } from '../application-number.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import type { Code } from '../messages.ts';
import type { ViewParts } from '../views.ts';
import { answer, contentOf, notFound } from './application-change.ts';
import { initiatorOf, initiatorRule, newInvitationCode } from './groups.ts';

export const simpleFilingMutation = (parts: ViewParts): Pick<MutationResolvers, 'fileSimpleInitiative'> => ({
  fileSimpleInitiative: (_source, { input }, context) => file(parts, context, input as SimpleInput),
});

interface SimpleInput {
  idempotencyKey: string;
  contestId: string;
  content: ContentDraft;
}

/** What a request asks for, with the ids that it has by itself. */
interface Wish {
  command: Command;
  contest: Contest;
  contestId: string;
  content: ContentDraft;
  id: string;
  groupId: string;
  now: Date;
}

async function file(parts: ViewParts, context: Context, input: SimpleInput) {
  const { stores, clock } = parts;
  const command = commandOf(context, 'fileSimpleInitiative', input);
  const content = contentOf(input);
  const { contestId } = input;
  const contest = (await stores.contests.load(contestId))?.state;
  if (!contest || contest.status === 'DRAFT') return answer(parts, context, notFound('contestId'));
  const id = derivedId(contestId, `${command.caller} ${command.key}`);
  const wish = { command, contest, contestId, content, id, groupId: derivedId(id, 'group'), now: clock.now() };
  // A repetition gets its answer whatever has become of the contest since.
  const known = (await stores.applications.load(id)) ?? (await stores.applications.isReused(command));
  if (known) return answer(parts, context, await writeApplication(parts, wish, ''));
  const group = groupOfOne(context, wish);
  const tried = fileAtOnce(contest, { ...wish, number: '0' }, content);
  const refused = mayFileAtOnce(contest) && !group.ok ? group : tried;
  if (refused.ok) return answer(parts, context, await write(parts, wish, group));
  const { rejection } = refused;
  return answer(parts, context, { aggregate: null, rejection }, tried.fieldErrors);
}

/**
 * Everything has been tried by now. The group is written first and the application, under an id of the request, after it: where the machine
 * falls between them the same request goes on, and the group of one does nothing until then.
 */
async function write(
  parts: ViewParts,
  wish: Wish,
  group: ReturnType<typeof formGroup>,
): Promise<Outcome<Application, Code>> {
  const { command, contestId, id, groupId } = wish;
  const { rejection } = await parts.stores.groups.create<GroupEvent, GroupCode>({
    id: groupId,
    command,
    events: groupToOutbox,
    decide: () => group,
  });
  if (rejection) return { aggregate: null, rejection };
  return writeApplication(parts, wish, await freeNumber(parts, contestId, id));
}

const writeApplication = ({ stores }: ViewParts, wish: Wish, number: string) =>
  stores.applications.create<ApplicationEvent, ApplicationCode>({
    id: wish.id,
    command: wish.command,
    events: applicationToOutbox,
    decide: () =>
      attributed(fileAtOnce(wish.contest, { ...wish, number }, wish.content), 0, {
        role: 'INITIATORS',
        personId: wish.command.caller,
      }),
    onDuplicate: () => ({ code: 'NUMBER_TAKEN', params: { number } }),
  });

/** A group is asked for by name; one of a single resident needs none of its own. */
const NAME = 'Инициатива жителя';

function groupOfOne(context: Context, { contest, contestId, now }: Wish) {
  const wish = { contestId, name: NAME, decided: contest.status === 'DECIDED' };
  return formGroup(wish, initiatorOf(context.requireCaller()), newInvitationCode(), initiatorRule(contest, now));
}
