import { forget, badInput, commandOf, forbidden, payload, type Context, type Outcome } from '@veche/kit';
import type { Decision } from '@veche/kit/domain/decision';
import { answersProblem } from '../domain/answers.ts';
import type { Actor, Application, ApplicationCode, ApplicationEvent } from '../domain/application.ts';
import { oversized, type ContentDraft } from '../domain/content.ts';
import type { FieldConflict } from '../domain/edit.ts';
import type { FieldError } from '../domain/field-error.ts';
import { attributed } from '../domain/history.ts';
import { applicationToOutbox as events } from '../events.ts';
import { aroundOf, type Surroundings } from '../loaders.ts';
import { messages, type Code } from '../messages.ts';
import { isApplicant, mayActFor, mayOrganise, maySeeApplication } from '../policy.ts';
import { applicationView, type ViewParts } from '../views.ts';
import { withSentences } from './field-errors.ts';

/** What every command on an application names. */
export interface Existing {
  idempotencyKey: string;
  applicationId: string;
  expectedVersion?: number | null;
}

/** What a refusal says beside its code. */
interface Details {
  fieldErrors?: readonly FieldError[];
  conflicts?: readonly FieldConflict[];
}

export type Decide = (
  state: Application,
  around: Surroundings,
  version: number,
) => Decision<Application, ApplicationEvent, ApplicationCode> & Details;
export type Right = (context: Context, around: Surroundings) => boolean;

/** Only the lead of its group acts for an application, or its municipality; the members edit it too, and only the organiser decides about it. */
export const byLead: Right = (context, { application, group }) =>
  mayActFor(context.requireCaller(), application.state, group);
export const byMember: Right = (context, { application, group }) =>
  isApplicant(context.requireCaller(), application.state, group);
export const byOrganiser: Right = (context, { contest }) => mayOrganise(context.requireCaller(), contest.oktmo);

/** The content of an input; throws BAD_USER_INPUT for what no form can need. */
export const contentOf = ({ content }: { content: object }): ContentDraft => {
  const draft = content as ContentDraft;
  const problem = draft.answers === undefined || draft.answers === null ? null : answersProblem(draft.answers);
  if (problem) throw badInput(problem, ['content', 'answers']);
  const large = oversized(draft);
  if (large) throw badInput(`${large} is too large for a draft`, ['content', large]);
  return draft;
};

export interface Request {
  context: Context;
  name: string;
  input: Existing;
  right: Right;
  /** Instead of the version that the caller named. */
  expectedVersion?: number;
  number?: string;
}

export type ApplicationOutcome = Outcome<Application, ApplicationCode>;

/** Changes an application when the caller may, and tells what came of it. Throws FORBIDDEN. */
export async function decideOn(
  { stores }: ViewParts,
  { context, name, input, right, expectedVersion, number = '' }: Request,
  decide: Decide,
): Promise<{ outcome: ApplicationOutcome; details: Details; around: Surroundings | null }> {
  const command = commandOf(context, name, input);
  const around = await aroundOf(stores, context, input.applicationId);
  let details: Details = {};
  const applicant = around?.application.state.municipality ? 'MUNICIPALITY' : 'INITIATORS';
  const role = right === byOrganiser ? 'ADMINISTRATION' : applicant;
  const actor: Actor = { role, personId: context.requireCaller().personId };
  if (!around || !allowed(context, around, right)) return { outcome: notFound('applicationId'), details, around: null };
  const outcome = await stores.applications.change<ApplicationEvent, ApplicationCode>({
    id: input.applicationId,
    command,
    expectedVersion: expectedVersion ?? input.expectedVersion ?? undefined,
    events: (happened, id, application) => events(happened, id, application, around.contest),
    decide: (state, { version }) => {
      const decision = attributed(decide(state, around, version), state.history.length, actor);
      details = decision;
      return decision;
    },
    onDuplicate: () => ({ code: 'NUMBER_TAKEN', params: { number } }),
  });
  return { outcome, details, around };
}

/** Changes an application and answers with an ApplicationPayload. */
export async function changeApplication(parts: ViewParts, request: Request, decide: Decide) {
  const { outcome, details } = await decideOn(parts, request, decide);
  return answer(parts, request.context, outcome, details.fieldErrors);
}

/** Whether the caller may take the step; FORBIDDEN for who sees the application without this right, false for who may not see it. */
function allowed(context: Context, around: Surroundings, right: Right): boolean {
  if (right(context, around)) return true;
  const { application, contest, group } = around;
  if (maySeeApplication(context.caller, application.state, contest, group)) throw forbidden();
  return false;
}

export const notFound = (path: string): ApplicationOutcome => ({
  aggregate: null,
  rejection: { code: 'NOT_FOUND', path: [path] },
});

export function answer(
  parts: ViewParts,
  context: Context,
  outcome: Outcome<Application, Code>,
  fieldErrors: readonly FieldError[] = [],
) {
  forget(context);
  const shown = payload(outcome, messages, (application) => ({ application: applicationView(parts, application) }));
  return { ...shown, fieldErrors: withSentences(fieldErrors) } as never;
}
