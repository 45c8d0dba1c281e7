import { badInput, commandOf, forbidden, payload, type Aggregate, type Context, type Outcome } from '@veche/kit';
import type { Decision } from '@veche/kit/domain/decision';
import type { Application, ApplicationCode, ApplicationEvent } from '../domain/application.ts';
import {
  admitApplication,
  draftApplication,
  refuseApplication,
  returnApplication,
  saveApplication,
  submitApplication,
  withdrawApplication,
} from '../domain/application-steps.ts';
import { answersProblem } from '../domain/answers.ts';
import { oversized, type ContentDraft } from '../domain/content.ts';
import type { Contest } from '../domain/contest.ts';
import type { FieldError } from '../domain/field-error.ts';
import type { InitiativeGroup } from '../domain/group.ts';
import { applicationToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { forget } from '../loaders.ts';
import { messages } from '../messages.ts';
import { isLead, isMember, mayOrganise, maySeeApplication } from '../policy.ts';
import { withNumbers } from '../store.ts';
import { applicationView, type ViewParts } from '../views.ts';
import { withSentences } from './field-errors.ts';

type ApplicationMutations = Pick<
  MutationResolvers,
  | 'draftApplication'
  | 'saveApplication'
  | 'submitApplication'
  | 'withdrawApplication'
  | 'returnApplication'
  | 'admitApplication'
  | 'refuseApplication'
>;

interface Existing {
  idempotencyKey: string;
  applicationId: string;
  expectedVersion?: number | null;
}

/** An application with what surrounds it. */
interface Surroundings {
  application: Aggregate<Application>;
  contest: Contest;
  group: InitiativeGroup | null;
}

type Decide = (
  state: Application,
  around: Surroundings,
) => Decision<Application, ApplicationEvent, ApplicationCode> & { fieldErrors?: readonly FieldError[] };
type Right = (context: Context, around: Surroundings) => boolean;

/** Only the lead of its group acts for an application, and only the organiser decides about it. */
const byLead: Right = (context, { group }) => isLead(context.requireCaller(), group);
const byOrganiser: Right = (context, { contest }) => mayOrganise(context.requireCaller(), contest.oktmo);

export function applicationMutations(parts: ViewParts): ApplicationMutations {
  const { clock } = parts;
  const change = (context: Context, name: string, input: Existing, right: Right, decide: Decide) =>
    changeApplication(parts, { context, name, input, right }, decide);
  return {
    draftApplication: (_source, { input }, context) => begin(parts, context, input as Beginning),
    saveApplication: (_source, { input }, context) => {
      const content = contentOf(input);
      return change(context, 'saveApplication', input, byLead, (state) => saveApplication(state, content));
    },
    submitApplication: (_source, { input }, context) => submit(parts, context, input),
    withdrawApplication: (_source, { input }, context) =>
      change(context, 'withdrawApplication', input, byLead, (state, { contest }) =>
        withdrawApplication(state, contest, clock.now()),
      ),
    returnApplication: (_source, { input }, context) =>
      change(context, 'returnApplication', input, byOrganiser, (state) =>
        returnApplication(state, input.remarks, input.answerBy, clock.now()),
      ),
    admitApplication: (_source, { input }, context) =>
      change(context, 'admitApplication', input, byOrganiser, (state, { contest, group }) =>
        admitApplication(state, contest, group?.memberIds ?? [], clock.now()),
      ),
    refuseApplication: (_source, { input }, context) =>
      change(context, 'refuseApplication', input, byOrganiser, (state) =>
        refuseApplication(state, input.ground, input.reason, clock.now()),
      ),
  };
}

const contentOf = ({ content }: { content: object }): ContentDraft => {
  const draft = content as ContentDraft;
  const problem = draft.answers === undefined || draft.answers === null ? null : answersProblem(draft.answers);
  if (problem) throw badInput(problem, ['content', 'answers']);
  const large = oversized(draft);
  if (large) throw badInput(`${large} is too large for a draft`, ['content', large]);
  return draft;
};

/**
 * A number is taken only by an application that is about to be filed for the first time. Where the trial takes none, the submission is
 * bound to the version that was tried, so that nothing that became complete meanwhile is filed without a number.
 */
async function submit(parts: ViewParts, context: Context, input: Existing) {
  const around = await surroundings(parts.stores, input.applicationId);
  const now = parts.clock.now();
  const uploads = await parts.stores.uploads.of([input.applicationId]);
  const judged = ({ contest, group }: Surroundings, number: string) => ({
    contest,
    members: group?.memberIds.length ?? 0,
    number,
    uploads,
    now,
  });
  const state = around?.application.state;
  const first = around !== null && state!.number === null;
  const passes = first && byLead(context, around) && submitApplication(state!, judged(around, '0')).ok;
  const number = passes ? await freeNumber(parts, state!.contestId) : '';
  const bound = first && !passes ? { expectedVersion: input.expectedVersion ?? around.application.version } : {};
  const request = { context, name: 'submitApplication', input, right: byLead, number, ...bound };
  return changeApplication(parts, request, (application) => submitApplication(application, judged(around!, number)));
}

/** The next number that no application has; imported ones bring numbers of their own. */
async function freeNumber({ stores }: ViewParts, contestId: string): Promise<string> {
  for (;;) {
    const number = await stores.numbers.next(contestId);
    if ((await withNumbers(stores.applications, contestId, [number])).length === 0) return number;
  }
}

async function surroundings(stores: ViewParts['stores'], applicationId: string): Promise<Surroundings | null> {
  const application = await stores.applications.load(applicationId);
  if (!application) return null;
  const { contestId, groupId } = application.state;
  const [contest, group] = await Promise.all([
    stores.contests.load(contestId),
    groupId ? stores.groups.load(groupId) : null,
  ]);
  return { application, contest: contest!.state, group: group?.state ?? null };
}

interface Beginning {
  contestId: string;
  groupId: string;
  idempotencyKey: string;
  content: ContentDraft;
}

async function begin(parts: ViewParts, context: Context, input: Beginning) {
  const { stores, clock } = parts;
  const command = commandOf(context, 'draftApplication', input);
  const content = contentOf(input);
  const { contestId, groupId } = input;
  const [contest, group] = await Promise.all([stores.contests.load(contestId), stores.groups.load(groupId)]);
  if (!contest || contest.state.status === 'DRAFT') return answer(parts, context, notFound('contestId'), []);
  if (group?.state.contestId !== contestId || !isMember(context.caller, group.state))
    return answer(parts, context, notFound('groupId'), []);
  if (!isLead(context.requireCaller(), group.state)) throw forbidden();
  const decide = () => draftApplication(contest.state, { contestId, groupId }, content, clock.now());
  return answer(parts, context, await stores.applications.create({ command, events, decide }), []);
}

interface Request {
  context: Context;
  name: string;
  input: Existing;
  right: Right;
  /** Instead of the version that the caller named. */
  expectedVersion?: number;
  number?: string;
}

async function changeApplication(parts: ViewParts, request: Request, decide: Decide) {
  const { context, name, input, right } = request;
  const command = commandOf(context, name, input);
  const around = await surroundings(parts.stores, input.applicationId);
  if (!around || !allowed(context, around, right)) return answer(parts, context, notFound('applicationId'), []);
  let fieldErrors: readonly FieldError[] = [];
  const outcome = await parts.stores.applications.change<ApplicationEvent, ApplicationCode>({
    id: input.applicationId,
    command,
    expectedVersion: request.expectedVersion ?? input.expectedVersion ?? undefined,
    events: (happened, id, application) => events(happened, id, application, around.contest),
    decide: (state) => {
      const decision = decide(state, around);
      fieldErrors = decision.fieldErrors ?? [];
      return decision;
    },
    onDuplicate: () => ({ code: 'NUMBER_TAKEN', params: { number: request.number ?? '' } }),
  });
  return answer(parts, context, outcome, fieldErrors);
}

/** Whether the caller may take the step; FORBIDDEN for who sees the application without this right, false for who may not see it. */
function allowed(context: Context, around: Surroundings, right: Right): boolean {
  if (right(context, around)) return true;
  const { application, contest, group } = around;
  if (maySeeApplication(context.caller, application.state, contest, group)) throw forbidden();
  return false;
}

const notFound = (path: string): Outcome<Application, ApplicationCode> => ({
  aggregate: null,
  rejection: { code: 'NOT_FOUND', path: [path] },
});

function answer(
  parts: ViewParts,
  context: Context,
  outcome: Outcome<Application, ApplicationCode>,
  fieldErrors: readonly FieldError[],
) {
  forget(context);
  const shown = payload(outcome, messages, (application) => ({ application: applicationView(parts, application) }));
  return { ...shown, fieldErrors: withSentences(fieldErrors) } as never;
}
