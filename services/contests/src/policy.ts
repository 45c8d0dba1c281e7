import type { Caller, Policy, Rule } from '@veche/kit';
import { prefixOf } from '@veche/kit/domain/oktmo';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import { applicationPolicy } from './application-policy.ts';
import type { Application } from './domain/application.ts';
import type { Contest } from './domain/contest.ts';
import type { InitiativeGroup } from './domain/group.ts';
import { communityPolicy } from './policies/community.ts';
import { tierPolicy } from './policies/tiers.ts';

/** An importer moves whole contests here, so it may do what an organiser may. */
const organisers: Rule = { anyRole: ['organiser', 'importer'] };
const citizens: Rule = { anyRole: ['citizen'] };
/** Members of a group, and staff of a municipality that files an application. */
const applicants: Rule = { anyRole: ['citizen', 'municipality'] };

export const policy: Policy = {
  Query: {
    contestTemplates: 'public',
    contest: 'public',
    contests: 'public',
    application: 'public',
    applications: 'public',
    myApplications: 'authenticated',
    initiativeGroup: 'authenticated',
    myInitiativeGroups: 'authenticated',
    dryRunStages: organisers,
    simulateContest: organisers,
    contestFile: 'public',
    ...applicationPolicy.Query,
    ...communityPolicy.Query,
    ...tierPolicy.Query,
  },
  Mutation: {
    createContest: organisers,
    updateContest: organisers,
    setContestCriteria: organisers,
    publishContest: organisers,
    amendContest: organisers,
    importContest: organisers,
    cloneContest: organisers,
    rescheduleStage: organisers,
    approveBallotList: organisers,
    formInitiativeGroup: citizens,
    joinInitiativeGroup: citizens,
    leaveInitiativeGroup: citizens,
    draftApplication: citizens,
    saveApplication: applicants,
    submitApplication: applicants,
    withdrawApplication: applicants,
    returnApplication: organisers,
    admitApplication: organisers,
    refuseApplication: organisers,
    importApplications: { anyRole: ['importer'] },
    ...applicationPolicy.Mutation,
    ...communityPolicy.Mutation,
    ...tierPolicy.Mutation,
  },
};

const ORGANISING = ['organiser', 'importer'] as const;
const OVERSEEING = ['organiser', 'importer', 'admin', 'auditor'] as const;

/** Territories whose drafts the caller may list. */
export const overseenTerritories = (caller: Caller | null): readonly string[] =>
  caller !== null && hasAny(caller, OVERSEEING) ? caller.territories : [];

const hasAny = (caller: Caller, roles: readonly string[]): boolean =>
  roles.some((role) => (caller.roles as ReadonlySet<string>).has(role));

/** The staff that runs contests of a territory. */
export const mayOrganise = (caller: Caller | null, oktmo: string): boolean =>
  caller !== null && hasAny(caller, ORGANISING) && mayActIn(caller, oktmo);

/** Those who may read what is not public yet: staff and auditors of the territory. */
export const mayOversee = (caller: Caller | null, oktmo: string): boolean =>
  caller !== null && hasAny(caller, OVERSEEING) && mayActIn(caller, oktmo);

export const maySeeContest = (caller: Caller | null, contest: Contest): boolean =>
  contest.status !== 'DRAFT' || mayOversee(caller, contest.oktmo);

/** States that anybody may see. */
export const PUBLIC_STATES: readonly Application['status'][] = ['ADMITTED', 'WINNER', 'RESERVE', 'NOT_SELECTED'];

/** States that everybody may see of an application that was published. */
export const PUBLISHED_STATES: readonly Application['status'][] = ['SUBMITTED', 'REFUSED'];

/** Whether everybody may see an application. */
export const isPublic = ({ status, publishedAt }: Application): boolean =>
  PUBLIC_STATES.includes(status) || (Boolean(publishedAt) && PUBLISHED_STATES.includes(status));

export const isMember = (caller: Caller | null, group: InitiativeGroup | null): boolean =>
  caller !== null && group !== null && group.memberIds.includes(caller.personId);

/**
 * An application is public from its publication on, or from its admission where nobody published it. While it is reworked or after a withdrawal
 * its group and the officials see it.
 */
export const maySeeApplication = (
  caller: Caller | null,
  application: Application,
  contest: Contest,
  group: InitiativeGroup | null,
): boolean => isPublic(application) || isApplicant(caller, application, group) || mayOversee(caller, contest.oktmo);

/** A lead who left the group, as its last member, leads nothing any more. */
export const isLead = (caller: Caller, group: InitiativeGroup | null): boolean =>
  group?.leadId === caller.personId && isMember(caller, group);

/** Staff of exactly this municipality: neither of the region above it nor of a settlement inside. */
export const isOfMunicipality = (caller: Caller | null, oktmo: string): boolean =>
  caller !== null &&
  caller.roles.has('municipality') &&
  caller.territories.some((scope) => prefixOf(scope) === prefixOf(oktmo));

/** Whoever prepares an application: the members of its group, or the staff of the municipality that files it. */
export const isApplicant = (
  caller: Caller | null,
  { municipality }: Application,
  group: InitiativeGroup | null,
): boolean => isMember(caller, group) || (Boolean(municipality) && isOfMunicipality(caller, municipality!));

/** Whoever acts for it: the lead of the group, or the staff of the municipality. */
export const mayActFor = (caller: Caller, { municipality }: Application, group: InitiativeGroup | null): boolean =>
  isLead(caller, group) || (Boolean(municipality) && isOfMunicipality(caller, municipality!));

/** The applicants and the officials of the territory: they see revisions, remarks and checks of an application. */
export const isInsider = (
  caller: Caller | null,
  application: Application,
  contest: Contest,
  group: InitiativeGroup | null,
): boolean => isApplicant(caller, application, group) || mayOversee(caller, contest.oktmo);
