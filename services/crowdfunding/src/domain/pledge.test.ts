import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CampaignState, ProjectNews } from './campaign.ts';
import { followProject, noCampaign, percentOf } from './campaign.ts';
import type { PledgeState } from './pledge.ts';
import { confirmPayment, pledge, withdrawPledge } from './pledge.ts';

const now = new Date('2026-05-01T09:00:00Z');
const registered = { contestId: 'c', oktmo: '71876000', citizensPlan: 50_000_00n };
const campaign: CampaignState = {
  contestId: 'c',
  oktmo: '71876000',
  target: 50_000_00n,
  openedAt: now,
  open: true,
  projectSequence: 1,
};
const offer = {
  projectId: 'p',
  campaign,
  payer: { id: 'person', confirmed: true },
  amount: 500_00n,
  reference: '2026-000001-9',
};

function done(decision: { ok: boolean; state?: PledgeState }): PledgeState {
  expect(decision.ok).toBe(true);
  return decision.state!;
}

describe('campaign', () => {
  const run = (news: readonly ProjectNews[]) => {
    let state = noCampaign(now);
    const told: string[] = [];
    for (const one of news) {
      const decision = followProject(state, one, now);
      if (!decision.ok) throw new Error('news is never refused');
      state = decision.state;
      told.push(...decision.events.map((event) => event.kind));
    }
    return { state, told };
  };

  test('opens for planned money of citizens', () => {
    expect(run([{ sequence: 1, registered }])).toEqual({
      state: campaign,
      told: ['CampaignOpened'],
    });
  });

  test('does not open when citizens pay nothing', () => {
    const { state, told } = run([{ sequence: 1, registered: { ...registered, citizensPlan: 0n } }]);
    expect([state.open, told]).toEqual([false, []]);
  });

  test('closes and opens again with the project; a replay changes nothing', () => {
    const news = [
      { sequence: 1, registered },
      { sequence: 2, registered: null },
    ];
    expect(run(news).state.open).toBe(false);
    expect(run([...news, ...news]).told).toEqual(['CampaignOpened']);
    expect(run([...news, { sequence: 3, registered }])).toMatchObject({
      state: { open: true },
      told: ['CampaignOpened', 'CampaignOpened'],
    });
  });

  test('the end does not depend on order or repetition', () => {
    const news = [
      { sequence: 1, registered },
      { sequence: 2, registered: null },
      { sequence: 3, registered: { ...registered, citizensPlan: 7n } },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...news, ...news], { minLength: 6 }), (mixed) => {
        expect(run(mixed).state).toMatchObject({ open: true, target: 7n, projectSequence: 3 });
      }),
    );
  });

  test.each([
    [0n, 100n, 0],
    [999n, 1_000n, 99],
    [1_000n, 1_000n, 100],
    [2_500n, 1_000n, 250],
    [5n, 0n, 0],
  ])('%s of %s is %s percent', (pledged, target, percent) => {
    expect(percentOf(pledged, target)).toBe(percent);
  });
});

describe('promise', () => {
  test('remembers who, what and where', () => {
    expect(pledge(offer, now)).toEqual({
      ok: true,
      state: {
        projectId: 'p',
        contestId: 'c',
        oktmo: '71876000',
        payerId: 'person',
        amount: 500_00n,
        status: 'PROMISED',
        reference: '2026-000001-9',
        madeAt: now,
      },
      events: [{ kind: 'PledgeMade' }],
    });
  });

  test.each([
    ['no campaign', { campaign: null }, 'CAMPAIGN_NOT_OPEN'],
    ['a closed one', { campaign: { ...campaign, open: false } }, 'CAMPAIGN_NOT_OPEN'],
    ['not confirmed', { payer: { id: 'person', confirmed: false } }, 'ACCOUNT_NOT_CONFIRMED'],
    ['99 kopecks', { amount: 99n }, 'AMOUNT_OUT_OF_RANGE'],
    ['a kopeck over', { amount: 10_000_000_01n }, 'AMOUNT_OUT_OF_RANGE'],
    ['negative', { amount: -100n }, 'AMOUNT_OUT_OF_RANGE'],
  ])('%s is refused', (_name, change, code) => {
    expect(pledge({ ...offer, ...change }, now)).toMatchObject({ ok: false, rejection: { code } });
  });

  test.each([1_00n, 10_000_000_00n, 60_000_00n])('%s kopecks are taken, over the target too', (amount) => {
    expect(pledge({ ...offer, amount }, now).ok).toBe(true);
  });
});

describe('settlement', () => {
  const promised = done(pledge(offer, now));
  const record = { amount: 500_00n, documentNumber: ' 40102-17 ' };
  const paid = done(confirmPayment(promised, record, now));
  const withdrawn = done(withdrawPledge(promised, now));

  test('payment and withdrawal', () => {
    expect(paid).toMatchObject({ status: 'PAID', documentNumber: '40102-17', paidAt: now });
    expect(withdrawn).toMatchObject({ status: 'WITHDRAWN', withdrawnAt: now });
  });

  test.each([
    ['withdraw paid', () => withdrawPledge(paid, now), 'PLEDGE_PAID'],
    ['withdraw twice', () => withdrawPledge(withdrawn, now), 'PLEDGE_WITHDRAWN'],
    ['pay twice', () => confirmPayment(paid, record, now), 'PLEDGE_PAID'],
    ['pay withdrawn', () => confirmPayment(withdrawn, record, now), 'PLEDGE_WITHDRAWN'],
    ['a kopeck less', () => confirmPayment(promised, { ...record, amount: 499_99n }, now), 'AMOUNT_DIFFERS'],
    ['no document', () => confirmPayment(promised, { ...record, documentNumber: '  ' }, now), 'DOCUMENT_REQUIRED'],
    [
      'long number',
      () => confirmPayment(promised, { ...record, documentNumber: '1'.repeat(101) }, now),
      'DOCUMENT_REQUIRED',
    ],
  ])('%s is refused', (_name, decide, code) => {
    expect(decide()).toMatchObject({ ok: false, rejection: { code } });
  });
});
