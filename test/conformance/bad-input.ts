import { randomUUID } from 'node:crypto';
import { OKTMO } from '../journeys/story/contest.ts';
import { APPLICATIONS_VALID, APPLICATIONS_WRONG } from './application-rows.ts';
import { WRONG_CONTESTS } from './bad-contests.ts';
import { PAPERS, WRONG_PAPERS } from './paper-rows.ts';
import { EXPERTISE_VALID, EXPERTISE_WRONG, JURY_VALID } from './expertise.ts';
import { COMMUNITY_VALID, COMMUNITY_WRONG } from './community-rows.ts';
import { TIERS_VALID, TIERS_WRONG } from './tier-rows.ts';
import { fileOf, newBatch, newBooth, newContest, newCriterion, type World } from './world.ts';

export type Who = keyof World['people'];

/** A request that is right in form and right; wrong ones are made from it. */
export interface Valid {
  as: Who;
  input: (world: World) => Record<string, unknown>;
  /** Open to every signed-in person, so no role is wrong. */
  anyRole?: true;
  /** Open to everybody: what it asks for stands in the input. */
  open?: true;
  /** Names what this world cannot hold, here a flag that takes hours of votes; a stale version of one is tried in the service's own tests. */
  absent?: true;
}

const contest = (w: World) => ({ contestId: w.contestId });
const TERRITORY = { oktmo: '71800000', name: 'Югра', parent: null };
const stages = [{ code: 's1', title: 'Работы', plannedStart: '2027-01-01', plannedEnd: '2027-02-01' }];

/** Every mutation of the graph. */
export const VALID: Record<string, Valid> = {
  ...EXPERTISE_VALID,
  ...JURY_VALID,
  registerMe: { as: 'lead', input: () => ({}), anyRole: true },
  updateMyContacts: { as: 'lead', input: () => ({ email: 'name@example.ru' }), anyRole: true },
  giveConsent: { as: 'lead', input: () => ({ purpose: 'NOTIFICATIONS', textVersion: '0' }), anyRole: true },
  withdrawConsent: { as: 'lead', input: () => ({ purpose: 'PAYMENTS' }), anyRole: true },
  eraseMe: { as: 'lead', input: () => ({}), anyRole: true },
  markNoticesRead: { as: 'lead', input: () => ({ noticeIds: [randomUUID()] }), anyRole: true },
  markAllNoticesRead: { as: 'lead', input: () => ({ until: '2026-03-01T00:00:00.000Z' }), anyRole: true },
  noteTerritories: { as: 'admin', input: () => ({ territories: [TERRITORY] }) },
  setNoticePreferences: { as: 'lead', input: () => ({ hidden: ['MEETING_HELD'] }), anyRole: true },
  createContest: { as: 'organiser', input: () => newContest() },
  updateContest: {
    as: 'organiser',
    input: (w) => ({ contestId: w.draftId, expectedVersion: 1, title: 'Другое название конкурса' }),
  },
  setContestCriteria: {
    as: 'organiser',
    input: (w) => ({ contestId: w.criteriaDraftId, expectedVersion: 1, criteria: [newCriterion()], scoring: {} }),
  },
  publishContest: { as: 'organiser', input: (w) => ({ contestId: w.draftId }) },
  amendContest: {
    as: 'organiser',
    input: (w) => ({
      ...contest(w),
      reason: 'Принят акт об изменении порядка',
      legalBasis: [
        { title: 'О внесении изменений', number: randomUUID().slice(0, 8), date: '2026-01-02', article: '1' },
      ],
    }),
  },
  importContest: { as: 'organiser', input: () => ({ oktmo: '71876000', file: fileOf(newContest()) }) },
  cloneContest: { as: 'organiser', input: contest },
  rescheduleStage: {
    as: 'organiser',
    input: (w) => ({
      ...contest(w),
      stage: 'IMPLEMENTATION',
      closesLocal: '2035-01-01T00:00:00',
      reason: 'Продление по просьбам жителей',
    }),
  },
  approveBallotList: { as: 'organiser', input: contest },
  formInitiativeGroup: { as: 'lead', input: (w) => ({ ...contest(w), name: 'Соседи' }) },
  joinInitiativeGroup: { as: 'outsider', input: (w) => ({ groupId: w.groupId, invitationCode: 'code' }) },
  leaveInitiativeGroup: { as: 'outsider', input: (w) => ({ groupId: w.groupId }) },
  ...APPLICATIONS_VALID,
  importApplications: {
    as: 'importer',
    input: (w) => ({
      ...contest(w),
      applications: [{ number: 'A', title: 'Парк', category: 'PARK', totalCost: '1.00' }],
    }),
  },
  ...COMMUNITY_VALID,
  ...TIERS_VALID,
  castBallot: { as: 'lead', input: (w) => ({ ...contest(w), choices: [{ project: w.admittedId }] }) },
  castBallots: { as: 'importer', input: (w) => ({ ...contest(w), channel: 'paper', ballots: [] }) },
  openPaperBatch: { as: 'organiser', input: (w) => ({ ...contest(w), ...newBatch() }) },
  enterPaperBallot: {
    as: 'organiser',
    input: (w) => ({
      batchId: w.paperBatchId,
      number: 1,
      snils: '112-233-445 95',
      choices: [{ project: w.admittedId }],
    }),
  },
  closePaperBatch: { as: 'commission', input: (w) => ({ batchId: w.paperBatchId, expectedVersion: 1 }) },
  registerBooth: { as: 'organiser', input: (w) => ({ ...contest(w), ...newBooth(w.operatorId) }) },
  endBooth: { as: 'organiser', input: (w) => ({ boothId: w.boothId }) },
  issueBallotCode: {
    as: 'operator',
    input: (w) => ({ boothId: w.boothId, snils: '112-233-445 95', birthDate: '1990-01-01', residence: OKTMO }),
  },
  castBoothBallot: {
    as: 'operator',
    open: true,
    input: (w) => ({
      boothId: w.boothId,
      tabletKey: w.tabletKey,
      code: '0000-0000-0000',
      choices: [{ project: w.admittedId }],
    }),
  },
  saveBasket: { as: 'lead', input: (w) => ({ ...contest(w), choices: [{ project: w.admittedId }] }) },
  clearBasket: { as: 'lead', input: contest },
  redetermineResult: {
    as: 'commission',
    input: (w) => ({ ...contest(w), reason: 'Проект отозван инициативной группой', withdrawn: [w.admittedId] }),
  },
  decideSuspiciousPattern: {
    as: 'commission',
    absent: true,
    input: () => ({ patternId: randomUUID(), conclusion: 'REVIEWED', reason: 'Голосовал школьный класс' }),
  },
  joinExpertPool: { as: 'expert', input: () => ({ competences: ['PARK'] }) },
  assignExperts: { as: 'organiser', input: (w) => ({ ...contest(w), expertIds: [randomUUID()] }) },
  declareConflict: { as: 'expert', input: (w) => ({ sheetId: w.sheetId, reason: 'Родственник в группе' }) },
  saveScoreSheet: {
    as: 'expert',
    input: (w) => ({ sheetId: w.sheetId, expectedVersion: 1, marks: [{ criterion: 'relevance', points: 1 }] }),
  },
  finaliseScoreSheet: { as: 'expert', input: (w) => ({ sheetId: w.sheetId }) },
  ...PAPERS,
  determineRanking: { as: 'organiser', input: contest },
  planImplementation: { as: 'official', input: (w) => ({ projectId: w.projectId, stages }) },
  reportProgress: {
    as: 'official',
    input: (w) => ({
      projectId: w.projectId,
      stage: 's9',
      text: 'Отчёт о ходе работ за месяц.',
      percent: 1,
      spent: [],
      stageFinished: false,
    }),
  },
  completeProject: {
    as: 'official',
    input: (w) => ({ projectId: w.projectId, acceptedOn: '2026-01-01', actNumber: '1' }),
  },
  pledge: { as: 'lead', input: (w) => ({ projectId: w.projectId, amount: '10.00' }) },
  withdrawPledge: { as: 'lead', input: (w) => ({ pledgeId: w.pledgeId }) },
  confirmPayment: { as: 'finance', input: (w) => ({ pledgeId: w.pledgeId, amount: '100.00', documentNumber: 'ПП-1' }) },
  giveVirtualPoints: { as: 'lead', input: (w) => ({ applicationId: w.admittedId, points: 50 }) },
  summariseContest: { as: 'organiser', input: contest },
};

/** A wrong request of its own: mutation, what is wrong, the change, the code, and who asks if not the usual one. */
export type Row = [
  mutation: string,
  what: string,
  change: Record<string, unknown> | ((w: World) => Record<string, unknown>),
  code: string,
  as?: Who,
];

export const WRONG: Row[] = [
  ...WRONG_CONTESTS,
  ...WRONG_PAPERS,
  ...EXPERTISE_WRONG,
  ...COMMUNITY_WRONG,
  ...TIERS_WRONG,
  [
    'noteTerritories',
    'a parent that nobody entered',
    { territories: [{ oktmo: '65701000', name: 'Екатеринбург', parent: '65000000' }] },
    'PARENT_UNKNOWN',
  ],
  ['formInitiativeGroup', 'name too short', { name: 'я' }, 'NAME_LENGTH'],
  ['formInitiativeGroup', 'a draft contest', (w) => ({ contestId: w.draftId }), 'NOT_FOUND'],
  ['joinInitiativeGroup', 'wrong code', {}, 'INVITATION_INVALID'],
  ['joinInitiativeGroup', 'a member already', {}, 'ALREADY_MEMBER', 'member'],
  ['leaveInitiativeGroup', 'no member', {}, 'NOT_MEMBER'],
  ['leaveInitiativeGroup', 'the lead', {}, 'LEAD_CANNOT_LEAVE', 'lead'],
  ...APPLICATIONS_WRONG,
  ['importApplications', 'none', { applications: [] }, 'BAD_USER_INPUT'],
  [
    'importApplications',
    'too many',
    {
      applications: Array.from({ length: 501 }, (_, n) => ({
        number: `N${n}`,
        title: 'Парк',
        category: 'PARK',
        totalCost: '1.00',
      })),
    },
    'TOO_MANY_ITEMS',
  ],
  [
    'importApplications',
    'a number twice',
    { applications: [1, 2].map(() => ({ number: 'A', title: 'Парк', category: 'PARK', totalCost: '1.00' })) },
    'NUMBER_TAKEN',
  ],
  ['castBallot', 'before the opening', {}, 'VOTING_NOT_OPEN'],
  ['castBallot', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['castBallots', 'none', {}, 'TOO_MANY_ITEMS'],
  ['openPaperBatch', 'a place without a name', { place: 'я' }, 'PLACE_LENGTH'],
  ['openPaperBatch', 'a place of another territory', { oktmo: '71874000' }, 'FORBIDDEN'],
  ['openPaperBatch', 'no hash', { document: { number: '1', date: '2026-01-01', sha256: '' } }, 'DOCUMENT_INVALID'],
  ['openPaperBatch', 'no sheets', { sheets: 0 }, 'SHEETS_INVALID'],
  ['openPaperBatch', 'another territory', {}, 'FORBIDDEN', 'stranger'],
  ['enterPaperBallot', 'before the opening', {}, 'VOTING_NOT_OPEN'],
  ['enterPaperBallot', 'a wrong check number', { snils: '112-233-445 96' }, 'SNILS_INVALID'],
  ['enterPaperBallot', 'another territory', {}, 'NOT_FOUND', 'stranger'],
  ['decideSuspiciousPattern', 'an unknown pattern', {}, 'NOT_FOUND'],
  ['closePaperBatch', 'nothing entered', {}, 'SHEETS_MISSING'],
  ['closePaperBatch', 'another territory', {}, 'NOT_FOUND', 'foreignCommission'],
  ['closePaperBatch', 'the organiser', {}, 'FORBIDDEN', 'organiser'],
  ['registerBooth', 'a place without a name', { place: 'я' }, 'PLACE_LENGTH'],
  ['registerBooth', 'nobody at the desk', { operatorIds: [] }, 'OPERATORS_INVALID'],
  ['registerBooth', 'a term of nothing', { closesAt: '2020-01-01T00:00:00.000Z' }, 'BOOTH_TERM_INVALID'],
  ['registerBooth', 'a place of another territory', { oktmo: '71874000' }, 'FORBIDDEN'],
  ['registerBooth', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['registerBooth', 'another territory', {}, 'FORBIDDEN', 'stranger'],
  ['endBooth', 'unknown booth', { boothId: randomUUID() }, 'NOT_FOUND'],
  ['endBooth', 'another territory', {}, 'NOT_FOUND', 'stranger'],
  ['issueBallotCode', 'before the opening', {}, 'VOTING_NOT_OPEN'],
  ['issueBallotCode', 'not of this booth', {}, 'NOT_FOUND', 'foreignOperator'],
  ['castBoothBallot', 'a code that nobody gave', {}, 'BALLOT_CODE_UNKNOWN'],
  ['castBoothBallot', 'another tablet', { tabletKey: '0000-0000' }, 'NOT_FOUND'],
  ['saveBasket', 'before the opening', {}, 'VOTING_NOT_OPEN'],
  ['saveBasket', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['clearBasket', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['redetermineResult', 'no reason', { reason: 'так' }, 'REASON_REQUIRED'],
  ['redetermineResult', 'a vote that is not closed', {}, 'VOTING_NOT_CLOSED'],
  ['redetermineResult', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['redetermineResult', 'another territory', {}, 'FORBIDDEN', 'foreignCommission'],
  ['redetermineResult', 'the organiser', {}, 'FORBIDDEN', 'organiser'],
  ['joinExpertPool', 'unknown competence', { competences: ['MAGIC'] }, 'COMPETENCE_UNKNOWN'],
  ['assignExperts', 'nobody', { expertIds: [] }, 'EXPERTS_REQUIRED'],
  ['assignExperts', 'not in the pool', {}, 'NOT_IN_POOL'],
  ['assignExperts', 'another territory', {}, 'FORBIDDEN', 'stranger'],
  ['declareConflict', 'no reason', { reason: 'да' }, 'REASON_REQUIRED'],
  ['declareConflict', 'unknown sheet', { sheetId: randomUUID() }, 'NOT_FOUND'],
  ['saveScoreSheet', 'unknown criterion', { marks: [{ criterion: 'luck', points: 1 }] }, 'CRITERION_UNKNOWN'],
  ['saveScoreSheet', 'too many points', { marks: [{ criterion: 'relevance', points: 11 }] }, 'POINTS_OUT_OF_RANGE'],
  ['saveScoreSheet', 'negative points', { marks: [{ criterion: 'relevance', points: -1 }] }, 'POINTS_OUT_OF_RANGE'],
  ['saveScoreSheet', 'half a point', { marks: [{ criterion: 'relevance', points: 1.5 }] }, 'BAD_USER_INPUT'],
  [
    'saveScoreSheet',
    'a criterion twice',
    { marks: [1, 2].map((points) => ({ criterion: 'relevance', points })) },
    'CRITERION_REPEATED',
  ],
  ['finaliseScoreSheet', 'marks missing', {}, 'MARK_MISSING'],
  ['determineRanking', 'sheets open', {}, 'SHEETS_OPEN'],
  ['determineRanking', 'another territory', {}, 'FORBIDDEN', 'stranger'],
  ['planImplementation', 'unknown project', { projectId: randomUUID() }, 'NOT_FOUND'],
  ['planImplementation', 'no stages', { stages: [] }, 'STAGES_REQUIRED'],
  ['reportProgress', 'unknown stage or not planned', {}, 'STAGE_UNKNOWN'],
  ['completeProject', 'a date in the future', { acceptedOn: '2099-01-01' }, 'DATE_IN_FUTURE'],
  ['completeProject', 'no number of the act', { actNumber: ' ' }, 'ACT_NUMBER_REQUIRED'],
  ['pledge', 'a kopeck', { amount: '0.01' }, 'AMOUNT_OUT_OF_RANGE'],
  ['pledge', 'too much', { amount: '10000000.01' }, 'AMOUNT_OUT_OF_RANGE'],
  ['pledge', 'no campaign', { projectId: randomUUID() }, 'CAMPAIGN_NOT_OPEN'],
  ['giveVirtualPoints', 'the rules know no virtual capital', {}, 'NO_VIRTUAL_CAPITAL'],
  ['giveVirtualPoints', 'unknown application', { applicationId: randomUUID() }, 'NOT_FOUND'],
  ['withdrawPledge', "somebody else's", {}, 'NOT_FOUND', 'member'],
  ['confirmPayment', 'another amount', { amount: '99.00' }, 'AMOUNT_DIFFERS'],
  ['confirmPayment', 'no document', { documentNumber: ' ' }, 'DOCUMENT_REQUIRED'],
  ['updateMyContacts', 'e-mail malformed', { email: 'name' }, 'EMAIL_INVALID'],
  ['updateMyContacts', 'telephone malformed', { phone: '123' }, 'PHONE_INVALID'],
  ['giveConsent', 'an old text', {}, 'CONSENT_TEXT_OUTDATED'],
  ['withdrawConsent', 'never given', {}, 'CONSENT_NOT_GIVEN'],
  ['summariseContest', 'unknown contest', { contestId: randomUUID() }, 'NOT_FOUND'],
  ['summariseContest', 'another territory', {}, 'FORBIDDEN', 'stranger'],
];
