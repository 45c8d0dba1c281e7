import type { Aggregate, Clock, Context, SigningKey } from '@veche/kit';
import { PLAIN_SCORING, type Criterion } from '@veche/kit/domain/criterion';
import type { SignatureVerifier } from '@veche/kit/signatures/verify';
import { answerTypes, FACTS } from '@veche/kit/domain/scoring/facts';
import type { Application } from './domain/application.ts';
import { currentStage, winnersOf, type Contest } from './domain/contest.ts';
import type { InitiativeGroup } from './domain/group.ts';
import { aroundOf, loadContest, loadCounts, loadGroup } from './loaders.ts';
import { isMember, mayOversee, maySeeApplication, maySeeContest, PUBLIC_STATES } from './policy.ts';
import type { AmbassadorStores } from './store/ambassadors.ts';
import type { AgendaStore } from './store/agenda.ts';
import type { CommunityStores } from './store/community.ts';
import type { MeetingStores } from './store/meetings.ts';
import type { SearchStores } from './store/search.ts';
import type { ProblemStores } from './store/problems.ts';
import type { WorksStore } from './store/works.ts';
import type { Stores } from './store.ts';
import { historyView, workOf } from './application-views.ts';
import { versionsOf } from './version-views.ts';
import { fillingOf, type Filling } from './domain/filling-time.ts';
import { organisationsNamed } from './domain/organisations.ts';
import { rolesOf } from './domain/roles.ts';
import { requestsToFile } from './domain/simple-filing.ts';
import { applicantKindOf } from './domain/tier/entry.ts';
import { TEMPLATES } from './domain/templates/index.ts';
import { transitionsOf } from './domain/transitions.ts';

/** The objects of this service as the schema shows them, and to whom. */
export interface ViewParts {
  stores: Stores;
  clock: Clock;
  /** Signs passports. */
  signer: SigningKey;
  /** Ideas and what is said about them. */
  community: CommunityStores;
  search: SearchStores;
  meetings: MeetingStores;
  /** Checks electronic signatures. */
  signatures: SignatureVerifier;
  agenda: AgendaStore;
  problems: ProblemStores;
  ambassadors: AmbassadorStores;
  /** Steps of the works that the register told. */
  works: WorksStore;
}

export const templates = () =>
  TEMPLATES.map((template) => ({
    ...template,
    criteria: template.criteria.map(criterionView),
    minutesToFill: () => fillingOf({ ...template, divisions: [] }).minutes,
  }));

const criterionView = (criterion: Criterion) => ({ group: null, round: null, least: null, ...criterion });

/** Everything that formulas of a contest may name, beside its derived fields. */
const formulaNames = (form: object) =>
  [...[...FACTS].map(([name, { type }]) => ({ name, ...type })), ...answerTypes(form)].map(
    ({ name, type, options }) => ({
      name,
      type,
      options: options?.filter((option) => option !== '') ?? null,
    }),
  );

export function contestView({ stores, clock }: ViewParts, { id, version, state }: Aggregate<Contest>) {
  const { status, ballot, ...rest } = state;
  let walked: Filling | undefined;
  const filling = (): Filling => (walked ??= fillingOf(state));
  return {
    ...rest,
    id,
    version,
    state: status,
    stages: state.stages.map((stage) => ({ ...stage, follows: stage.follows ?? false })),
    transitions: () => transitionsOf(state.stages, state, clock.now()),
    divisions: state.divisions ?? [],
    minOwnShare: state.minOwnShare ?? null,
    ...versionsOf(stores.passports, id, state),
    regionalHolidays: state.regionalHolidays ?? [],
    currentStage: () => currentStage(state, clock.now()),
    criteria: state.criteria.map(criterionView),
    winnersBy: winnersOf(state),
    scoring: state.scoring ?? PLAIN_SCORING,
    formulaNames: () => formulaNames(state.form),
    minutesToFill: () => filling().minutes,
    fieldsToFill: () => filling().fields,
    requestsToFile: () => requestsToFile(state, filling),
    ballotListApproved: ballot !== null && ballot !== undefined,
    applicationCounts: async (_args: object, context: Context) => {
      const counts = await loadCounts(stores, context, id);
      const all = mayOversee(context.caller, state.oktmo);
      return counts
        .filter(({ status: one }) => all || PUBLIC_STATES.includes(one))
        .map(({ status: one, count }) => ({ state: one, count }));
    },
  };
}

/** A contest as the caller may see it; null for a draft of others. */
export async function visibleContest(parts: ViewParts, context: Context, id: string) {
  const contest = await loadContest(parts.stores, context, id);
  return contest && maySeeContest(context.caller, contest.state) ? contestView(parts, contest) : null;
}

export function applicationView(parts: ViewParts, { id, version, state }: Aggregate<Application>) {
  const { contestId, groupId, status, content, refusal, number, revision, submittedAt, ...rest } = state;
  return {
    ...content,
    divisions: content.divisions ?? [],
    number,
    revision,
    submittedAt,
    ...workOf(parts, state),
    answerBy: rest.answerBy,
    ideaId: rest.ideaId ?? null,
    sourceId: rest.sourceId ?? null,
    municipality: rest.municipality ?? null,
    applicantKind: applicantKindOf(state),
    history: historyView(parts, state),
    id,
    version,
    state: status,
    refusalGround: refusal?.ground ?? null,
    refusalReason: refusal?.reason ?? null,
    contest: (_args: object, context: Context) => visibleContest(parts, context, contestId),
    group: (_args: object, context: Context) => visibleGroup(parts, context, groupId),
  };
}

/** An application as the caller may see it. */
export async function visibleApplication(parts: ViewParts, context: Context, id: string) {
  const around = await aroundOf(parts.stores, context, id);
  if (!around) return null;
  const { application, contest, group } = around;
  const visible = maySeeApplication(context.caller, application.state, contest, group);
  return visible ? applicationView(parts, application) : null;
}

export function groupView(parts: ViewParts, context: Context, { id, version, state }: Aggregate<InitiativeGroup>) {
  return {
    id,
    version,
    name: state.name,
    lead: { id: state.leadId },
    members: state.memberIds.map((member) => ({ id: member })),
    invitationCode: isMember(context.caller, state) ? state.invitationCode : null,
    leadOfferedTo: state.leadOfferedTo ? { id: state.leadOfferedTo } : null,
    complete: async () =>
      state.memberIds.length >= (await loadContest(parts.stores, context, state.contestId))!.state.groupMinimum,
    contest: () => visibleContest(parts, context, state.contestId),
    minimum: async () => (await loadContest(parts.stores, context, state.contestId))!.state.groupMinimum,
  };
}

/** A group is seen by its members and by the officials of its contest. */
export async function visibleGroup(parts: ViewParts, context: Context, id: string | null) {
  const group = await loadGroup(parts.stores, context, id);
  if (!group) return null;
  const contest = await loadContest(parts.stores, context, group.state.contestId);
  const visible =
    isMember(context.caller, group.state) || (contest !== null && mayOversee(context.caller, contest.state.oktmo));
  return visible ? groupView(parts, context, group) : null;
}

/** The parties to a project with what they give; people are counted and never named. */
export async function projectRoles({ stores }: ViewParts, context: Context, applicationId: string) {
  const { application, contest, group } = (await aroundOf(stores, context, applicationId))!;
  return rolesOf(application.state, {
    members: group?.memberIds.length ?? 0,
    organisations: organisationsNamed(contest.form, application.state.content.answers).length,
  });
}
