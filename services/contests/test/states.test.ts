import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  does,
  drafted,
  openContest,
  organiser,
  rejectionOf,
  startContests,
  type Contests,
  type Mutation,
} from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

test.each<[Mutation, object, 'lead' | 'organiser', string[]]>([
  ['saveApplication', { content: {}, expectedVersion: 0 }, 'lead', ['SUBMITTED', 'ADMITTED', 'REFUSED', 'WITHDRAWN']],
  ['submitApplication', {}, 'lead', ['SUBMITTED', 'ADMITTED', 'REFUSED', 'WITHDRAWN']],
  ['withdrawApplication', {}, 'lead', ['REFUSED', 'WITHDRAWN']],
  ['admitApplication', {}, 'organiser', ['DRAFT', 'RETURNED', 'ADMITTED', 'REFUSED', 'WITHDRAWN']],
  [
    'returnApplication',
    { remarks: [{ field: 'title', text: 'Уточните' }], answerBy: '2027-01-01T00:00:00Z' },
    'organiser',
    ['DRAFT', 'RETURNED', 'ADMITTED', 'REFUSED', 'WITHDRAWN'],
  ],
  [
    'refuseApplication',
    { ground: 'NO_FUNDS', reason: 'В бюджете города нет таких средств.' },
    'organiser',
    ['DRAFT', 'RETURNED', 'ADMITTED', 'REFUSED', 'WITHDRAWN'],
  ],
])('%s is possible in its states only', async (name, more, who, states) => {
  const contestId = await openContest(service);
  for (const state of states) {
    const { applicationId, lead, version } = await inState(contestId, state);
    const input = { applicationId, ...more, ...('expectedVersion' in more ? { expectedVersion: version } : {}) };
    expect([state, await rejectionOf(service, name, input, who === 'lead' ? lead : organiser)]).toEqual([
      state,
      'WRONG_STATE',
    ]);
  }
});

async function inState(contestId: string, state: string) {
  const draft = await drafted(service, contestId);
  const { applicationId, lead } = draft;
  const steps: Record<string, () => Promise<any>> = {
    SUBMITTED: () => does(service, 'submitApplication', { applicationId }, lead),
    ADMITTED: () => does(service, 'admitApplication', { applicationId }, organiser),
    WITHDRAWN: () => does(service, 'withdrawApplication', { applicationId }, lead),
    REFUSED: () =>
      does(
        service,
        'refuseApplication',
        { applicationId, ground: 'NO_FUNDS', reason: 'В бюджете города нет таких средств.' },
        organiser,
      ),
    RETURNED: () =>
      does(
        service,
        'returnApplication',
        {
          applicationId,
          remarks: [{ field: 'title', text: 'Уточните' }],
          answerBy: '2026-03-30T00:00:00Z',
        },
        organiser,
      ),
  };
  let version = 1;
  if (state !== 'DRAFT' && state !== 'WITHDRAWN') ({ version } = await steps['SUBMITTED']!());
  if (state !== 'DRAFT' && state !== 'SUBMITTED') ({ version } = await steps[state]!());
  return { ...draft, version };
}
