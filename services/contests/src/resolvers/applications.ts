import { commandOf, payload, type Aggregate, type Context, type Outcome } from '@veche/kit';
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
import type { ContentDraft } from '../domain/content.ts';
import type { Contest } from '../domain/contest.ts';
import type { FieldError } from '../domain/field-error.ts';
import type { InitiativeGroup } from '../domain/group.ts';
import { applicationToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { forget } from '../loaders.ts';
import { fieldMessages, messages } from '../messages.ts';
import { isLead, mayOrganise } from '../policy.ts';
import { applicationView, type ViewParts } from '../views.ts';

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

/** Of those who may see the application, only the lead of its group acts for it, and only the organiser decides about it. */
const byLead: Right = (context, { group }) => isLead(context.requireCaller(), group);
const byOrganiser: Right = (context, { contest }) => mayOrganise(context.requireCaller(), contest.oktmo);

export function applicationMutations(parts: ViewParts): ApplicationMutations {
  const { clock } = parts;
  const change = (context: Context, name: string, input: Existing, right: Right, decide: Decide) =>
    changeApplication(parts, { context, name, input, right }, decide);
  return {
    draftApplication: (_source, { input }, context) => begin(parts, context, input as never),
    saveApplication: (_source, { input }, context) =>
      change(context, 'saveApplication', input, byLead, (state) =>
        saveApplication(state, input.content as ContentDraft),
      ),
    submitApplication: async (_source, { input }, context) => {
      const number = await numberFor(parts, input.applicationId);
      return change(context, 'submitApplication', input, byLead, (state, { contest, group }) =>
        submitApplication(state, { contest, members: group?.memberIds.length ?? 0, number, now: clock.now() }),
      );
    },
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

/** A number is taken only by an application that is about to be filed for the first time. */
async function numberFor({ stores, clock }: ViewParts, applicationId: string): Promise<string> {
  const around = await surroundings(stores, applicationId);
  if (!around || around.application.state.number !== null) return '';
  const { application, contest, group } = around;
  const trial = submitApplication(application.state, {
    contest,
    members: group?.memberIds.length ?? 0,
    number: '0',
    now: clock.now(),
  });
  return trial.ok ? stores.numbers.next(application.state.contestId) : '';
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

async function begin(
  parts: ViewParts,
  context: Context,
  input: { contestId: string; groupId: string; idempotencyKey: string; content: ContentDraft },
) {
  const { stores, clock } = parts;
  const command = commandOf(context, 'draftApplication', input);
  const [contest, group] = await Promise.all([
    stores.contests.load(input.contestId),
    stores.groups.load(input.groupId),
  ]);
  const { contestId, groupId } = input;
  const lead = group !== null && group.state.contestId === contestId && isLead(context.requireCaller(), group.state);
  if (!contest || contest.state.status === 'DRAFT' || !lead)
    return answer(parts, context, notFound(contest && !lead ? 'groupId' : 'contestId'), []);
  const decide = () => draftApplication(contest.state, { contestId, groupId }, input.content, clock.now());
  return answer(parts, context, await stores.applications.create({ command, events, decide }), []);
}

interface Request {
  context: Context;
  name: string;
  input: Existing;
  right: Right;
}

async function changeApplication(parts: ViewParts, { context, name, input, right }: Request, decide: Decide) {
  const command = commandOf(context, name, input);
  const around = await surroundings(parts.stores, input.applicationId);
  if (!around || !right(context, around)) return answer(parts, context, notFound('applicationId'), []);
  let fieldErrors: readonly FieldError[] = [];
  const outcome = await parts.stores.applications.change<ApplicationEvent, ApplicationCode>({
    id: input.applicationId,
    command,
    expectedVersion: input.expectedVersion ?? undefined,
    events,
    decide: (state) => {
      const decision = decide(state, around);
      fieldErrors = decision.fieldErrors ?? [];
      return decision;
    },
  });
  return answer(parts, context, outcome, fieldErrors);
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
  return { ...shown, fieldErrors: fieldErrors.map(fieldErrorView) } as never;
}

const fieldErrorView = ({ path, code, params = {} }: FieldError) => ({
  path,
  code,
  userMessage: fieldMessages[code].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole)),
});
