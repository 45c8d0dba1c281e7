import { forget, badInput, commandOf, rejectionOf, sha256Hex, type Context, type PayloadRejection } from '@veche/kit';
import { accept, type Rejection } from '@veche/kit/domain/decision';
import { remarksFault, returnApplication } from '../domain/application-steps.ts';
import { assignApplication, isAssignee, publishApplication } from '../domain/review.ts';
import type { DecideApplicationsInput, MutationResolvers } from '../gen/graphql.ts';
import { messages, type Code } from '../messages.ts';
import { applicationView, type ViewParts } from '../views.ts';
import { byOrganiser, decideOn, type Decide } from './application-change.ts';
import { admission } from './tier-steps.ts';

const MOST = 100;
const ID = /^[\w-]{1,64}$/;
/** Writes that are on their way at once. */
const AT_ONCE = 10;

/** One step with many applications: each is decided by itself, and a call that broke off goes on where it stopped. */
export function batchMutation(parts: ViewParts): Pick<MutationResolvers, 'decideApplications'> {
  return {
    decideApplications: async (_source, { input }, context) => {
      const command = commandOf(context, 'decideApplications', input);
      const fault = faultOf(input);
      if (fault) return refused(fault);
      const record = { action: input.action, count: input.applicationIds.length };
      const asked = await parts.stores.batches.create<never, never>({
        command,
        events: () => [],
        decide: () => accept(record),
      });
      if (asked.rejection) return refused(asked.rejection);
      const results: Result[] = [];
      for (let start = 0; start < input.applicationIds.length; start += AT_ONCE) {
        forget(context);
        const some = input.applicationIds.slice(start, start + AT_ONCE);
        results.push(...(await Promise.all(some.map((id) => decideOne(parts, context, input, id)))));
      }
      forget(context);
      return { results, rejection: strangers(results) } as never;
    },
  };
}

interface Result {
  rejection: PayloadRejection | null;
}

/** Who has no right to any of them is told so at once. */
const strangers = (results: readonly Result[]): PayloadRejection | null =>
  results.every(({ rejection }) => rejection?.code === 'NOT_FOUND')
    ? rejectionOf({ code: 'NOT_FOUND', path: ['applicationIds'] }, messages)
    : null;

const refused = (rejection: Rejection<Code>) => ({ results: [], rejection: rejectionOf(rejection, messages) }) as never;

/** What is wrong with the whole; throws BAD_USER_INPUT for what a form cannot have sent. */
function faultOf(input: DecideApplicationsInput): Rejection<Code> | null {
  const { applicationIds, action, remarks, assigneeId = null } = input;
  const path = ['applicationIds'];
  checkForm(input);
  if (applicationIds.length > MOST) return { code: 'TOO_MANY_ITEMS', path, params: { max: MOST } };
  if (new Set(applicationIds).size < applicationIds.length) return { code: 'ITEM_REPEATED', path };
  if (!isAssignee(assigneeId)) return { code: 'ASSIGNEE_INVALID', path: ['assigneeId'] };
  return action === 'RETURN' ? remarksFault(remarks ?? []) : null;
}

function checkForm({ applicationIds, action, answerBy }: DecideApplicationsInput): void {
  if (applicationIds.length === 0 || !applicationIds.every((id) => ID.test(id)))
    throw badInput('ids of applications are needed', ['applicationIds']);
  if (action === 'RETURN' && !answerBy) throw badInput('a return needs its term', ['answerBy']);
}

async function decideOne(
  parts: ViewParts,
  context: Context,
  input: DecideApplicationsInput,
  applicationId: string,
): Promise<Result & { applicationId: string; application: object | null }> {
  const { idempotencyKey, applicationIds: _all, ...rest } = input;
  const request = {
    context,
    name: 'decideApplications',
    // Each part is an act of its own: its key is that of the whole with the application.
    input: { ...rest, idempotencyKey: sha256Hex(`${idempotencyKey}:${applicationId}`), applicationId },
    right: byOrganiser,
  };
  try {
    const { outcome } = await decideOn(parts, request, stepOf(parts, input));
    const { aggregate, rejection } = outcome;
    return {
      applicationId,
      application: rejection ? null : applicationView(parts, aggregate),
      rejection: rejection && rejectionOf(rejection, messages),
    };
  } catch (error) {
    // One application that the caller may see and not decide must not hide what came of the others.
    if ((error as { extensions?: { code?: string } }).extensions?.code !== 'FORBIDDEN') throw error;
    return { applicationId, application: null, rejection: rejectionOf({ code: 'NOT_FOUND' }, messages) };
  }
}

function stepOf({ clock }: ViewParts, { action, remarks, answerBy, assigneeId }: DecideApplicationsInput): Decide {
  switch (action) {
    case 'ADMIT':
      return admission(clock);
    case 'RETURN':
      return (state) => returnApplication(state, remarks ?? [], answerBy!, clock.now());
    case 'ASSIGN':
      return (state) => assignApplication(state, assigneeId ?? null);
    case 'PUBLISH':
      return (state, { contest }) => publishApplication(state, contest, clock.now());
  }
}
