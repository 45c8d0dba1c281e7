import { randomUUID } from 'node:crypto';
import type { Row, Valid } from './bad-input.ts';
import type { Change, Reused } from './bad-input-tables.ts';
import type { World } from './world.ts';

const contest = (w: World) => ({ contestId: w.contestId });
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
};

export const EXPERTISE_WRONG: Row[] = [
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
};

export const EXPERTISE_TOO_MANY: Record<string, Record<string, string>> = {
  inviteExpert: { competences: 'BAD_USER_INPUT' },
  distributeApplications: { expertIds: 'BAD_USER_INPUT' },
};

const anotherContest: Change = () => ({ contestId: randomUUID() });

export const EXPERTISE_REUSED: Reused[] = [
  ['inviteExpert', {}, { competences: [] }],
  ['distributeApplications', {}, { perApplication: 2 }],
  ['assignExpertByHand', {}, anotherContest],
];

/** They need an expert who goes, or the end of a stage: their keys are tried by the tests of the service. */
export const KEYS_TRIED_BY_EXPERTISE = ['leaveExpertPool', 'setAssessmentRules', 'replaceExpert', 'recordAbsences'];
