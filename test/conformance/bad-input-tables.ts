import { randomUUID } from 'node:crypto';
import type { Who } from './bad-input.ts';
import { EXPERTISE_NESTED_TOO_LONG, EXPERTISE_REUSED, EXPERTISE_TOO_MANY } from './expertise.ts';
import { COMMUNITY_NESTED_TOO_LONG, COMMUNITY_REUSED, COMMUNITY_TOO_MANY } from './community-rows.ts';
import { KEYS_TRIED_BY_TIERS, TIERS_NESTED_TOO_LONG, TIERS_REUSED } from './tier-rows.ts';
import type { World } from './world.ts';

/** The same role with its rights in another territory. The importer and the auditor act everywhere. */
export const ELSEWHERE: Partial<Record<Who, Who>> = {
  organiser: 'stranger',
  expert: 'foreignExpert',
  official: 'foreignOfficial',
  finance: 'foreignFinance',
  commission: 'foreignCommission',
  operator: 'foreignOperator',
};

/** The code for a text of 20,000 characters in each text of an item of a list or of an object in the input. */
export const NESTED_TOO_LONG: Record<string, Record<string, string>> = {
  ...EXPERTISE_NESTED_TOO_LONG,
  noteTerritories: {
    'territories.oktmo': 'OKTMO_INVALID',
    'territories.name': 'TERRITORY_NAME_LENGTH',
    'territories.parent': 'PARENT_UNKNOWN',
  },
  createContest: {
    'legalBasis.title': 'LEGAL_BASIS_TOO_LONG',
    'legalBasis.number': 'LEGAL_BASIS_TOO_LONG',
    'legalBasis.date': 'LEGAL_BASIS_TOO_LONG',
    'legalBasis.article': 'LEGAL_BASIS_TOO_LONG',
    'applicants.ageOn': 'APPLICANTS_INVALID',
    'eligibility.ageOn': 'ELIGIBILITY_INVALID',
    'tier.contestIds': 'TIER_INVALID',
    'divisions.code': 'DIVISION_INVALID',
    'divisions.title': 'DIVISION_INVALID',
    'divisions.passingScore': 'DIVISION_INVALID',
    'regionalHolidays.date': 'HOLIDAY_INVALID',
    'regionalHolidays.title': 'HOLIDAY_INVALID',
  },
  updateContest: {
    'legalBasis.title': 'LEGAL_BASIS_TOO_LONG',
    'legalBasis.number': 'LEGAL_BASIS_TOO_LONG',
    'legalBasis.date': 'LEGAL_BASIS_TOO_LONG',
    'legalBasis.article': 'LEGAL_BASIS_TOO_LONG',
    'applicants.ageOn': 'APPLICANTS_INVALID',
    'eligibility.ageOn': 'ELIGIBILITY_INVALID',
    'tier.contestIds': 'TIER_INVALID',
    'divisions.code': 'DIVISION_INVALID',
    'divisions.title': 'DIVISION_INVALID',
    'divisions.passingScore': 'DIVISION_INVALID',
    'regionalHolidays.date': 'HOLIDAY_INVALID',
    'regionalHolidays.title': 'HOLIDAY_INVALID',
  },
  amendContest: {
    'legalBasis.title': 'LEGAL_BASIS_TOO_LONG',
    'legalBasis.number': 'LEGAL_BASIS_TOO_LONG',
    'legalBasis.date': 'LEGAL_BASIS_TOO_LONG',
    'legalBasis.article': 'LEGAL_BASIS_TOO_LONG',
    'eligibility.ageOn': 'RULE_FIXED',
    'tier.contestIds': 'RULE_FIXED',
    'divisions.code': 'RULE_FIXED',
    'divisions.title': 'RULE_FIXED',
    'divisions.passingScore': 'RULE_FIXED',
    'regionalHolidays.date': 'RULE_FIXED',
    'regionalHolidays.title': 'RULE_FIXED',
    'criteria.code': 'RULE_FIXED',
    'criteria.title': 'RULE_FIXED',
    'criteria.maxPoints': 'RULE_FIXED',
    'criteria.weight': 'RULE_FIXED',
    'criteria.group': 'RULE_FIXED',
    'criteria.least': 'RULE_FIXED',
    'scoring.weightSum': 'RULE_FIXED',
    'scoring.threshold': 'RULE_FIXED',
    'scoring.groupBy': 'RULE_FIXED',
  },
  setContestCriteria: {
    'criteria.code': 'CRITERIA_INVALID',
    'criteria.title': 'CRITERIA_INVALID',
    'criteria.maxPoints': 'CRITERIA_INVALID',
    'criteria.weight': 'CRITERIA_INVALID',
    'criteria.group': 'CRITERIA_INVALID',
    'criteria.least': 'CRITERIA_INVALID',
    'scoring.weightSum': 'CRITERIA_INVALID',
    'scoring.threshold': 'CRITERIA_INVALID',
    'scoring.groupBy': 'CRITERIA_INVALID',
  },
  draftApplication: {
    'content.title': 'BAD_USER_INPUT',
    'content.category': 'BAD_USER_INPUT',
    'content.divisions': 'BAD_USER_INPUT',
  },
  fileSimpleInitiative: {
    'content.title': 'BAD_USER_INPUT',
    'content.category': 'BAD_USER_INPUT',
    'content.divisions': 'BAD_USER_INPUT',
  },
  saveApplication: {
    'content.title': 'BAD_USER_INPUT',
    'content.category': 'BAD_USER_INPUT',
    'content.divisions': 'BAD_USER_INPUT',
  },
  editApplication: {
    'content.title': 'BAD_USER_INPUT',
    'content.category': 'BAD_USER_INPUT',
    'content.divisions': 'BAD_USER_INPUT',
  },
  returnApplication: { 'remarks.field': 'REMARKS_REQUIRED', 'remarks.text': 'REMARKS_REQUIRED' },
  decideApplications: { 'remarks.field': 'REMARKS_REQUIRED', 'remarks.text': 'REMARKS_REQUIRED' },
  importApplications: {
    'applications.number': 'BAD_USER_INPUT',
    'applications.title': 'BAD_USER_INPUT',
    'applications.category': 'BAD_USER_INPUT',
  },
  castBallot: { 'choices.project': 'VOTING_NOT_OPEN' },
  openPaperBatch: {
    'document.number': 'DOCUMENT_INVALID',
    'document.date': 'DOCUMENT_INVALID',
    'document.sha256': 'DOCUMENT_INVALID',
  },
  enterPaperBallot: { 'choices.project': 'VOTING_NOT_OPEN' },
  castBoothBallot: { 'choices.project': 'BALLOT_CODE_UNKNOWN' },
  saveBasket: { 'choices.project': 'VOTING_NOT_OPEN' },
  castBallots: { 'ballots.voterKey': 'BAD_USER_INPUT' },
  saveScoreSheet: { 'marks.criterion': 'CRITERION_UNKNOWN', 'marks.comment': 'BAD_USER_INPUT' },
  planImplementation: {
    'stages.code': 'STAGE_CODE_INVALID',
    'stages.title': 'TITLE_LENGTH',
    'stages.plannedStart': 'DATES_INVALID',
    'stages.plannedEnd': 'DATES_INVALID',
  },
  reportProgress: { 'spent.source': 'STAGE_UNKNOWN' },
  ...COMMUNITY_NESTED_TOO_LONG,
  ...TIERS_NESTED_TOO_LONG,
};

/** The code for 600 items in each list of the input. */
export const TOO_MANY: Record<string, Record<string, string>> = {
  markNoticesRead: { noticeIds: 'NOTICES_INVALID' },
  setNoticePreferences: { hidden: 'NOTICES_INVALID' },
  noteTerritories: { territories: 'TERRITORIES_INVALID' },
  ...EXPERTISE_TOO_MANY,
  createContest: {
    legalBasis: 'LEGAL_BASIS_TOO_LONG',
    stages: 'STAGES_INVALID',
    divisions: 'DIVISION_INVALID',
    regionalHolidays: 'HOLIDAY_INVALID',
  },
  updateContest: {
    legalBasis: 'LEGAL_BASIS_TOO_LONG',
    stages: 'STAGES_INVALID',
    divisions: 'DIVISION_INVALID',
    regionalHolidays: 'HOLIDAY_INVALID',
  },
  amendContest: {
    legalBasis: 'LEGAL_BASIS_TOO_LONG',
    divisions: 'RULE_FIXED',
    regionalHolidays: 'RULE_FIXED',
    criteria: 'RULE_FIXED',
  },
  setContestCriteria: { criteria: 'CRITERIA_INVALID' },
  returnApplication: { remarks: 'TOO_MANY_ITEMS' },
  postApplicationMessage: { files: 'FILES_UNKNOWN' },
  decideApplications: { applicationIds: 'TOO_MANY_ITEMS', remarks: 'TOO_MANY_ITEMS' },
  importApplications: { applications: 'TOO_MANY_ITEMS' },
  castBallot: { choices: 'VOTING_NOT_OPEN' },
  enterPaperBallot: { choices: 'VOTING_NOT_OPEN' },
  registerBooth: { operatorIds: 'OPERATORS_INVALID' },
  castBoothBallot: { choices: 'BALLOT_CODE_UNKNOWN' },
  saveBasket: { choices: 'VOTING_NOT_OPEN' },
  redetermineResult: {
    withdrawn: 'VOTING_NOT_CLOSED',
    decision: 'VOTING_NOT_CLOSED',
    excluded: 'VOTING_NOT_CLOSED',
  },
  castBallots: { ballots: 'TOO_MANY_ITEMS' },
  joinExpertPool: { competences: 'BAD_USER_INPUT', territories: 'BAD_USER_INPUT' },
  assignExperts: { expertIds: 'BAD_USER_INPUT' },
  saveScoreSheet: { marks: 'CRITERION_REPEATED' },
  planImplementation: { stages: 'TOO_MANY_STAGES' },
  reportProgress: { spent: 'STAGE_UNKNOWN' },
  ...COMMUNITY_TOO_MANY,
};

export type Change = Record<string, unknown> | ((w: World) => Record<string, unknown>);

/**
 * Mutations that the main job does not send: the first request is done, the second under its key must be refused. Where the first takes
 * nothing that could be changed, the second is another mutation.
 */
export type Reused = [mutation: string, first: Change, second: Change, secondMutation?: string];

export const REUSED: Reused[] = [
  ...EXPERTISE_REUSED,
  ['updateContest', {}, { title: 'Ещё одно название конкурса' }],
  ['amendContest', {}, { reason: 'Другая причина изменения' }],
  ['setContestCriteria', {}, { scoring: { threshold: '1' } }],
  ['importContest', {}, { oktmo: '71876000101' }],
  ['cloneContest', {}, { years: 2 }],
  ['leaveInitiativeGroup', (w) => ({ groupId: w.leavableId }), () => ({ groupId: randomUUID() })],
  ['assignApplication', {}, { assigneeId: randomUUID() }],
  ['publishApplication', {}, { expectedVersion: 99 }],
  ['offerJointRework', {}, { text: 'Предлагаем иначе устроить этот проект.' }],
  ['declineJointRework', {}, { reason: 'Собрание группы решило оставить проект.' }],
  ['postApplicationMessage', {}, { text: 'Другой вопрос' }],
  ['addApplicationNote', {}, { text: 'Другая заметка' }],
  ['decideApplications', { action: 'ASSIGN' }, { action: 'PUBLISH' }],
  ['revokeStatusLink', {}, { expectedVersion: 99 }],
  ['renewStatusLink', {}, { expectedVersion: 99 }],
  ['withdrawApplication', (w) => ({ applicationId: w.draftedId }), { expectedVersion: 99 }],
  ['updateMyContacts', { email: 'one@example.ru' }, { email: 'two@example.ru' }],
  ['giveConsent', (w) => ({ textVersion: w.consentText }), { purpose: 'PAYMENTS' }],
  ['withdrawConsent', { purpose: 'NOTIFICATIONS' }, { purpose: 'PAYMENTS' }],
  ['registerMe', {}, {}, 'withdrawConsent'],
  ['updateMyContacts', { email: 'one@example.ru' }, {}, 'registerMe'],
  ['updateMyContacts', { email: 'two@example.ru' }, {}, 'eraseMe'],
  ['noteTerritories', {}, { territories: [{ oktmo: '71800000', name: 'Другое имя', parent: null }] }],
  ['markAllNoticesRead', {}, { until: '2026-03-02T00:00:00.000Z' }],
  ['setNoticePreferences', {}, { hidden: [] }],
  ['setNoticePreferences', {}, {}, 'markNoticesRead'],
  ['openPaperBatch', {}, { place: 'Другой пункт голосования' }],
  ['registerBooth', {}, { place: 'Другой пункт голосования' }],
  ...COMMUNITY_REUSED,
  ...TIERS_REUSED,
  ['importApplications', {}, { applications: [{ number: 'B', title: 'Сквер', category: 'PARK', totalCost: '2.00' }] }],
];

/** They need an open or a closed vote, or what a running one brings forth: their keys are tried by the story of the vote and by the tests of the voting service. */
export const KEYS_TRIED_BY_THE_VOTE = [
  'castBallot',
  'castBallots',
  'saveBasket',
  'clearBasket',
  'redetermineResult',
  'enterPaperBallot',
  'closePaperBatch',
  'decideSuspiciousPattern',
  'endBooth',
  'issueBallotCode',
  'castBoothBallot',
  // Minutes come after a notice of days, documents out of a slow converter; the tests of contests make them.
  'recordMeeting',
  'recordProblemVotes',
  // No contest of this world has points; the tests of crowdfunding give them.
  'giveVirtualPoints',
  // Its code is drawn with the appointment; the tests of contests use it.
  'countAmbassadorLink',
  'generateApplicationDocument',
  'generateApplicationNotice',
  'signDocument',
  // It wants a contest of its own, with an open intake and a short form.
  'fileSimpleInitiative',
  ...KEYS_TRIED_BY_TIERS,
];
