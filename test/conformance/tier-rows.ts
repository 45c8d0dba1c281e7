import { randomUUID } from 'node:crypto';
import { OKTMO } from '../journeys/story/contest.ts';
import type { Row, Valid } from './bad-input.ts';
import type { Reused } from './bad-input-tables.ts';

/** Part of the city whose officials ask; who signs for it is said from above. */
const PART = '71876000101';
const ACT = 'Решение совета депутатов № 3';

/** Contests in two tiers; the contest of the world takes up nothing, so that they are refused for that where they are right. */
export const TIERS_VALID: Record<string, Valid> = {
  fileForMunicipality: {
    as: 'official',
    input: (w) => ({ contestId: w.contestId, sourceApplicationId: w.admittedId, municipality: OKTMO, content: {} }),
  },
  carryApplications: { as: 'organiser', input: (w) => ({ contestId: w.contestId }) },
  noteMunicipalityHead: { as: 'organiser', input: () => ({ oktmo: PART, personId: randomUUID(), act: ACT }) },
  signMunicipalApplication: { as: 'official', input: (w) => ({ applicationId: w.admittedId, signature: 'MAA=' }) },
};

export const TIERS_WRONG: Row[] = [
  ['createContest', 'a second tier of nothing', { tier: tier({ contestIds: ['a', 'a'] }) }, 'TIER_INVALID'],
  ['createContest', 'a second tier without a decision', { tier: tier({ outcomes: [] }) }, 'TIER_INVALID'],
  ['fileForMunicipality', 'no second tier', {}, 'NOT_SECOND_TIER'],
  ['fileForMunicipality', 'another municipality', { municipality: '71818000' }, 'FORBIDDEN'],
  ['fileForMunicipality', 'a draft contest', (w) => ({ contestId: w.draftId }), 'NOT_FOUND'],
  ['fileForMunicipality', 'a draft of others', (w) => ({ sourceApplicationId: w.draftedId }), 'NOT_FOUND'],
  ['carryApplications', 'no second tier', {}, 'NOT_SECOND_TIER'],
  ['noteMunicipalityHead', 'for the own municipality', { oktmo: OKTMO }, 'FORBIDDEN'],
  ['noteMunicipalityHead', 'nobody', { personId: 'глава' }, 'HEAD_INVALID'],
  ['signMunicipalApplication', 'that no municipality files', {}, 'FORBIDDEN'],
  ['signMunicipalApplication', 'no base64', { signature: 'подпись' }, 'BAD_USER_INPUT'],
];

function tier(more: object) {
  return { from: 'LISTED', entry: 'CARRY', outcomes: ['WINNER'], ...more };
}

export const TIERS_TOO_LONG: Record<string, Record<string, string>> = {
  fileForMunicipality: { contestId: 'NOT_FOUND', sourceApplicationId: 'NOT_FOUND' },
  carryApplications: { contestId: 'NOT_FOUND' },
  noteMunicipalityHead: { personId: 'HEAD_INVALID', act: 'HEAD_INVALID' },
  signMunicipalApplication: { applicationId: 'NOT_FOUND', signature: 'BAD_USER_INPUT' },
};

export const TIERS_NESTED_TOO_LONG: Record<string, Record<string, string>> = {
  fileForMunicipality: {
    'content.title': 'BAD_USER_INPUT',
    'content.category': 'BAD_USER_INPUT',
    'content.divisions': 'BAD_USER_INPUT',
  },
};

export const TIERS_REUSED: Reused[] = [['noteMunicipalityHead', {}, { act: 'Другое решение совета № 4' }]];

/** They need what passed a first tier: the tests of contests try their keys. */
export const KEYS_TRIED_BY_TIERS = ['fileForMunicipality', 'carryApplications', 'signMunicipalApplication'];
