import { commandOf, forbidden, type Context } from '@veche/kit';
import {
  draftApplication,
  refuseApplication,
  returnApplication,
  submitApplication,
  withdrawApplication,
} from '../domain/application-steps.ts';
import type { ContentDraft } from '../domain/content.ts';
import { attributed } from '../domain/history.ts';
import { saveApplication } from '../domain/edit.ts';
import { applicationToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { aroundOf, type Surroundings } from '../loaders.ts';
import { isLead, isMember } from '../policy.ts';
import { freeNumber } from '../application-number.ts';
import type { ViewParts } from '../views.ts';
import { admission, filing } from './tier-steps.ts';
import {
  answer,
  byLead,
  byOrganiser,
  changeApplication,
  contentOf,
  notFound,
  type Decide,
  type Existing,
  type Right,
} from './application-change.ts';

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

export function applicationMutations(parts: ViewParts): ApplicationMutations {
  const { clock } = parts;
  const change = (context: Context, name: string, input: Existing, right: Right, decide: Decide) =>
    changeApplication(parts, { context, name, input, right }, decide);
  return {
    draftApplication: (_source, { input }, context) => begin(parts, context, input as Beginning),
    saveApplication: (_source, { input }, context) => {
      const content = contentOf(input);
      return change(context, 'saveApplication', input, byLead, (state, _around, version) =>
        saveApplication(state, content, version),
      );
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
      change(context, 'admitApplication', input, byOrganiser, admission(clock)),
    refuseApplication: (_source, { input }, context) =>
      change(context, 'refuseApplication', input, byOrganiser, (state) =>
        refuseApplication(state, input.ground, input.reason, clock.now()),
      ),
  };
}

/**
 * A number is taken only by an application that is about to be filed for the first time. Where the trial takes none, the submission is
 * bound to the version that was tried, so that nothing that became complete meanwhile is filed without a number.
 */
async function submit(parts: ViewParts, context: Context, input: Existing) {
  const around = await aroundOf(parts.stores, context, input.applicationId);
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
  const tried = () => submitApplication(state!, judged(around!, '0'));
  const passes = first && byLead(context, around) && filing(state!, around, tried).ok;
  const number = passes ? await freeNumber(parts, state!.contestId, input.applicationId) : '';
  const bound = first && !passes ? { expectedVersion: input.expectedVersion ?? around.application.version } : {};
  const request = { context, name: 'submitApplication', input, right: byLead, number, ...bound };
  return changeApplication(parts, request, (application) =>
    filing(application, around!, () => submitApplication(application, judged(around!, number))),
  );
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
  if (!contest || contest.state.status === 'DRAFT') return answer(parts, context, notFound('contestId'));
  if (group?.state.contestId !== contestId || !isMember(context.caller, group.state))
    return answer(parts, context, notFound('groupId'));
  if (!isLead(context.requireCaller(), group.state)) throw forbidden();
  const actor = { role: 'INITIATORS', personId: context.requireCaller().personId } as const;
  const decide = () =>
    attributed(draftApplication(contest.state, { contestId, groupId }, content, clock.now()), 0, actor);
  return answer(parts, context, await stores.applications.create({ command, events, decide }));
}
