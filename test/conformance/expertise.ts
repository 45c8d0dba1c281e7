import { randomUUID } from 'node:crypto';
import type { Row, Valid } from './bad-input.ts';
import type { Change, Reused } from './bad-input-tables.ts';
import { newComposition } from './expertise-world.ts';
import type { World } from './world.ts';

const contest = (w: World) => ({ contestId: w.contestId });
const session = (w: World) => ({ sessionId: w.commissionSessionId });
const reason = 'По итогам рейтинга и обсуждения';
const seed = 'seed of the day';

/** Mutations of the pool, of assignment and of the rules of an assessment. */
export const EXPERTISE_VALID: Record<string, Valid> = {
  inviteExpert: { as: 'organiser', input: (w) => ({ ...contest(w), personId: randomUUID(), competences: ['PARK'] }) },
  leaveExpertPool: { as: 'expert', input: () => ({}) },
  setAssessmentRules: { as: 'organiser', input: contest },
  distributeApplications: {
    as: 'organiser',
    input: (w) => ({ ...contest(w), rule: 'RANDOM', seed, expertIds: [w.expertId], perApplication: 1 }),
  },
  assignExpertByHand: {
    as: 'organiser',
    input: (w) => ({ ...contest(w), applicationId: w.admittedId, expertId: w.expertId }),
  },
  replaceExpert: {
    as: 'organiser',
    input: (w) => ({
      ...contest(w),
      expertId: w.expertId,
      successorId: randomUUID(),
      reason: 'Заболел до конца этапа',
    }),
  },
  recordAbsences: { as: 'organiser', input: contest },
  formCommission: { as: 'organiser', input: (w) => ({ ...contest(w), ...newComposition() }) },
  openCommissionSession: {
    as: 'commission',
    input: (w) => ({ ...contest(w), form: 'IN_PERSON', place: 'ул. Ленина, 1' }),
  },
  noteCommissionPresence: { as: 'commission', input: (w) => ({ ...session(w), present: [w.chairId] }) },
  putCommissionQuestion: {
    as: 'commission',
    input: (w) => ({
      ...session(w),
      text: 'Об итогах конкурсного отбора',
      proposals: [{ applicationId: w.admittedId, outcome: 'WINNER', reason }],
    }),
  },
  castCommissionVote: { as: 'commission', input: (w) => ({ ...session(w), question: 1, choice: 'AGAINST' }) },
  recuseFromQuestion: { as: 'commission', input: (w) => ({ ...session(w), question: 1, reason }) },
  giveMinorityOpinion: { as: 'commission', input: (w) => ({ ...session(w), question: 1, text: reason }) },
  closeCommissionSession: { as: 'commission', input: session },
  signCommissionMinutes: { as: 'commission', input: (w) => ({ ...session(w), hash: 'f'.repeat(64) }) },
  fileAppeal: { as: 'lead', input: (w) => ({ applicationId: w.admittedId, text: reason }) },
  decideAppeal: {
    as: 'commission',
    absent: true,
    input: () => ({ appealId: randomUUID(), upheld: true, answer: reason }),
  },
};

/** Mutations of the public jury; the contest of this world has none, what they need is made by the tests of the service. */
const absentSheet = () => ({ sheetId: randomUUID() });
export const JURY_VALID: Record<string, Valid> = {
  applyForPublicJury: { as: 'lead', input: contest },
  decideJuror: { as: 'organiser', absent: true, input: () => ({ jurorId: randomUUID(), admitted: true, reason }) },
  appealJurorRefusal: { as: 'lead', input: (w) => ({ ...contest(w), text: reason }) },
  decideJurorAppeal: {
    as: 'organiser',
    absent: true,
    input: () => ({ jurorId: randomUUID(), upheld: true, answer: reason }),
  },
  drawPublicJury: { as: 'organiser', input: (w) => ({ ...contest(w), seed }) },
  takeJurySheet: { as: 'lead', input: (w) => ({ applicationId: w.admittedId }) },
  saveJurySheet: { as: 'lead', absent: true, input: () => ({ ...absentSheet(), expectedVersion: 1, marks: [] }) },
  finaliseJurySheet: { as: 'lead', absent: true, input: absentSheet },
  declareJuryConflict: { as: 'lead', absent: true, input: () => ({ ...absentSheet(), reason }) },
};

export const EXPERTISE_WRONG: Row[] = [
  ['applyForPublicJury', 'the rules know no jury', {}, 'NO_PUBLIC_JURY'],
  ['applyForPublicJury', 'a wrong check number', { organisationInn: '7707083894' }, 'BAD_USER_INPUT'],
  ['applyForPublicJury', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['decideJuror', 'unknown juror', {}, 'NOT_FOUND'],
  ['appealJurorRefusal', 'never applied', {}, 'NOT_FOUND'],
  ['decideJurorAppeal', 'unknown juror', {}, 'NOT_FOUND'],
  ['drawPublicJury', 'the rules know no jury', {}, 'NO_PUBLIC_JURY'],
  ['drawPublicJury', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['takeJurySheet', 'no member', {}, 'NOT_A_JUROR'],
  ['saveJurySheet', 'unknown sheet', {}, 'NOT_FOUND'],
  ['finaliseJurySheet', 'unknown sheet', {}, 'NOT_FOUND'],
  ['declareJuryConflict', 'unknown sheet', {}, 'NOT_FOUND'],
  ['inviteExpert', 'unknown competence', { competences: ['MAGIC'] }, 'COMPETENCE_UNKNOWN'],
  ['inviteExpert', 'in the pool already', (w) => ({ personId: w.expertId }), 'ALREADY_IN_POOL'],
  ['inviteExpert', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['joinExpertPool', 'a wrong check number', { organisationInn: '7707083894' }, 'ORGANISATION_INVALID'],
  ['joinExpertPool', 'no code of a place', { territories: ['1'] }, 'TERRITORY_INVALID'],
  ['leaveExpertPool', 'never joined', {}, 'NOT_FOUND', 'foreignExpert'],
  ['setAssessmentRules', 'sheets were given', {}, 'RULES_FIXED'],
  ['setAssessmentRules', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['distributeApplications', 'a draw without seed', { seed: null }, 'SEED_REQUIRED'],
  ['distributeApplications', 'nobody', { expertIds: [] }, 'EXPERTS_REQUIRED'],
  ['distributeApplications', 'not in the pool', { expertIds: [randomUUID()] }, 'NOT_IN_POOL'],
  ['distributeApplications', 'no experts for each', { perApplication: 0 }, 'PER_APPLICATION_INVALID'],
  ['distributeApplications', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['assignExpertByHand', 'unknown application', { applicationId: randomUUID() }, 'NOT_FOUND'],
  ['assignExpertByHand', 'not in the pool', { expertId: randomUUID() }, 'NOT_IN_POOL'],
  ['replaceExpert', 'by nobody of the pool', {}, 'NOT_IN_POOL'],
  ['replaceExpert', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['recordAbsences', 'the stage goes on', {}, 'STAGE_NOT_OVER'],
  ['recordAbsences', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['formCommission', 'a session is open', {}, 'SESSION_OPEN'],
  ['formCommission', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['openCommissionSession', 'another is open', {}, 'SESSION_OPEN'],
  ['openCommissionSession', 'absentee', { form: 'ABSENTEE' }, 'SESSION_OPEN'],
  ['openCommissionSession', 'no commission', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['noteCommissionPresence', 'no member', { present: [randomUUID()] }, 'NOT_A_MEMBER'],
  ['putCommissionQuestion', 'too short', { text: 'Да?' }, 'QUESTION_INVALID'],
  [
    'putCommissionQuestion',
    'an application that is not admitted',
    (w) => ({ proposals: [{ applicationId: w.applicationId, outcome: 'WINNER', reason }] }),
    'APPLICATION_UNKNOWN',
  ],
  [
    'putCommissionQuestion',
    'no reason',
    (w) => ({ proposals: [{ applicationId: w.admittedId, outcome: 'WINNER', reason: 'да' }] }),
    'REASON_REQUIRED',
  ],
  ['castCommissionVote', 'not noted as present', {}, 'NOT_PRESENT'],
  ['castCommissionVote', 'unknown question', { question: 99 }, 'QUESTION_UNKNOWN'],
  ['castCommissionVote', 'unknown session', { sessionId: randomUUID() }, 'NOT_FOUND'],
  ['recuseFromQuestion', 'not noted as present', {}, 'NOT_PRESENT'],
  ['giveMinorityOpinion', 'never voted', {}, 'NOT_IN_MINORITY'],
  ['closeCommissionSession', 'nobody present', {}, 'QUORUM_MISSING'],
  ['signCommissionMinutes', 'not counted', {}, 'NOT_COUNTED'],
  ['fileAppeal', 'nothing was decided', {}, 'NOT_DECIDED'],
  ['fileAppeal', 'not of the group', {}, 'NOT_AN_APPLICANT', 'outsider'],
  ['decideAppeal', 'unknown appeal', {}, 'NOT_FOUND'],
];

export const EXPERTISE_TOO_LONG: Record<string, Record<string, string>> = {
  inviteExpert: { contestId: 'NOT_FOUND', personId: 'BAD_USER_INPUT', competences: 'COMPETENCE_UNKNOWN' },
  leaveExpertPool: {},
  setAssessmentRules: { contestId: 'NOT_FOUND' },
  distributeApplications: { contestId: 'NOT_FOUND', expertIds: 'NOT_IN_POOL', seed: 'SEED_REQUIRED' },
  assignExpertByHand: { contestId: 'NOT_FOUND', applicationId: 'NOT_FOUND', expertId: 'NOT_IN_POOL' },
  replaceExpert: {
    contestId: 'NOT_FOUND',
    expertId: 'NOT_IN_POOL',
    successorId: 'NOT_IN_POOL',
    reason: 'BAD_USER_INPUT',
  },
  recordAbsences: { contestId: 'NOT_FOUND' },
  formCommission: { contestId: 'NOT_FOUND', title: 'BAD_USER_INPUT', act: 'BAD_USER_INPUT' },
  openCommissionSession: { contestId: 'NOT_FOUND', place: 'BAD_USER_INPUT' },
  noteCommissionPresence: { sessionId: 'NOT_FOUND', present: 'NOT_A_MEMBER' },
  putCommissionQuestion: { sessionId: 'NOT_FOUND', text: 'BAD_USER_INPUT' },
  castCommissionVote: { sessionId: 'NOT_FOUND' },
  recuseFromQuestion: { sessionId: 'NOT_FOUND', reason: 'BAD_USER_INPUT' },
  giveMinorityOpinion: { sessionId: 'NOT_FOUND', text: 'BAD_USER_INPUT' },
  closeCommissionSession: { sessionId: 'NOT_FOUND' },
  signCommissionMinutes: { sessionId: 'NOT_FOUND', hash: 'NOT_COUNTED' },
  fileAppeal: { applicationId: 'NOT_FOUND', text: 'BAD_USER_INPUT' },
  decideAppeal: { appealId: 'NOT_FOUND', answer: 'BAD_USER_INPUT' },
  applyForPublicJury: { contestId: 'NOT_FOUND', organisationInn: 'BAD_USER_INPUT', territories: 'BAD_USER_INPUT' },
  decideJuror: { jurorId: 'NOT_FOUND', reason: 'BAD_USER_INPUT' },
  appealJurorRefusal: { contestId: 'NOT_FOUND', text: 'BAD_USER_INPUT' },
  decideJurorAppeal: { jurorId: 'NOT_FOUND', answer: 'BAD_USER_INPUT' },
  drawPublicJury: { contestId: 'NOT_FOUND', seed: 'NO_PUBLIC_JURY' },
  takeJurySheet: { applicationId: 'NOT_A_JUROR' },
  saveJurySheet: { sheetId: 'NOT_FOUND' },
  finaliseJurySheet: { sheetId: 'NOT_FOUND' },
  declareJuryConflict: { sheetId: 'NOT_FOUND', reason: 'BAD_USER_INPUT' },
  generateCommissionProtocol: { sessionId: 'NOT_FOUND' },
  generateDecisionLetter: { applicationId: 'NOT_FOUND' },
  generateRankingList: { contestId: 'NOT_FOUND' },
  generateMeetingMinutes: { meetingId: 'NOT_FOUND' },
};

export const EXPERTISE_NESTED_TOO_LONG: Record<string, Record<string, string>> = {
  saveJurySheet: { 'marks.criterion': 'NOT_FOUND', 'marks.comment': 'BAD_USER_INPUT' },
  formCommission: { 'members.personId': 'BAD_USER_INPUT' },
  putCommissionQuestion: { 'proposals.applicationId': 'APPLICATION_UNKNOWN', 'proposals.reason': 'BAD_USER_INPUT' },
};

export const EXPERTISE_TOO_MANY: Record<string, Record<string, string>> = {
  applyForPublicJury: { territories: 'BAD_USER_INPUT' },
  saveJurySheet: { marks: 'NOT_FOUND' },
  inviteExpert: { competences: 'BAD_USER_INPUT' },
  distributeApplications: { expertIds: 'BAD_USER_INPUT' },
  formCommission: { members: 'BAD_USER_INPUT' },
  noteCommissionPresence: { present: 'BAD_USER_INPUT' },
  putCommissionQuestion: { proposals: 'BAD_USER_INPUT' },
};

const anotherContest: Change = () => ({ contestId: randomUUID() });

export const EXPERTISE_REUSED: Reused[] = [
  ['inviteExpert', {}, { competences: [] }],
  ['distributeApplications', {}, { perApplication: 2 }],
  ['assignExpertByHand', {}, anotherContest],
  ['putCommissionQuestion', {}, { text: 'Совсем другой вопрос повестки' }],
  ['noteCommissionPresence', {}, { present: [] }],
  ['castCommissionVote', {}, { choice: 'FOR' }],
  ['giveMinorityOpinion', {}, { text: 'Совсем другое мнение о решении' }],
];

/** They need an expert who goes, or the end of a stage: their keys are tried by the tests of the service. */
export const KEYS_TRIED_BY_EXPERTISE = [
  'applyForPublicJury',
  'decideJuror',
  'appealJurorRefusal',
  'decideJurorAppeal',
  'drawPublicJury',
  'takeJurySheet',
  'saveJurySheet',
  'finaliseJurySheet',
  'declareJuryConflict',
  'generateScoreSheetDocument',
  'generateCommissionProtocol',
  'generateDecisionLetter',
  'generateRankingList',
  'signAssessmentDocument',
  'generateMeetingMinutes',
  'leaveExpertPool',
  'setAssessmentRules',
  'replaceExpert',
  'recordAbsences',
  'formCommission',
  'openCommissionSession',
  'recuseFromQuestion',
  'closeCommissionSession',
  'signCommissionMinutes',
  'fileAppeal',
  'decideAppeal',
  'signScoreSheet',
  'confirmScoreSheet',
];
