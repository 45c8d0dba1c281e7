import { newId } from '@veche/kit';
import { JOIN, SHEET, admitted, expert, mutation, organiser, published, type Setup } from './setup.ts';

export const EXPERT = 'expert { person { id } state competences organisationInn territories consentedAt }';
export const INVITE = mutation('inviteExpert', 'InviteExpertInput', EXPERT);
export const LEAVE = mutation('leaveExpertPool', 'LeaveExpertPoolInput', EXPERT);
export const RULES = mutation(
  'setAssessmentRules',
  'SetAssessmentRulesInput',
  'rules { blind ownTerritoryBarred lateHours minSheets }',
);
export const DISTRIBUTION =
  'id madeAt rule seed perApplication experts applications missing { application { id } missing } inputHash resultHash reproduced';
export const DISTRIBUTE = mutation(
  'distributeApplications',
  'DistributeApplicationsInput',
  `distribution { ${DISTRIBUTION} }`,
);
export const BY_HAND = mutation('assignExpertByHand', 'AssignExpertByHandInput', `sheet { ${SHEET} }`);
export const REPLACE = mutation('replaceExpert', 'ReplaceExpertInput', `sheets { ${SHEET} late }`);
export const ABSENCES = mutation('recordAbsences', 'RecordAbsencesInput', `sheets { ${SHEET} late }`);
export const ALL = `query ($id: ID!) { scoreSheets(contestId: $id) { ${SHEET} late } }`;
export const INN = '7707083893';

/** A published contest with admitted applications 1, 2, ... and experts of the pool, without sheets. */
export async function scene(
  setup: Setup,
  {
    applications = 1,
    experts: count = 1,
    contest = {},
  }: { applications?: number; experts?: number; contest?: object } = {},
) {
  const contestId = newId();
  const applicationIds = Array.from({ length: applications }, () => newId());
  const experts = Array.from({ length: count }, expert);
  await setup.bus.deliver(published(contestId, contest));
  for (const [index, applicationId] of applicationIds.entries())
    await setup.bus.deliver(admitted(contestId, { applicationId, number: String(index + 1) }));
  for (const one of experts) await setup.ask(JOIN, { competences: [] }, one);
  return { contestId, applicationIds, experts, expertIds: experts.map(({ sub }) => sub) };
}

export const sheetsOf = async (setup: Setup, contestId: string): Promise<any[]> =>
  (await setup.gql(ALL, { id: contestId }, organiser)).data.scoreSheets;
export const codeOf = ({ rejection }: any): string | undefined => rejection?.code;
