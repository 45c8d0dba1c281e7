import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId, ROLES } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { ask, at, boothInput, codeOf, operator, organiser, person, staff } from './setup-booth.ts';
import { startBridge, type Bridge } from './setup-bridge.ts';
import { open, OPENS, startVoting, type VotingService } from './setup.ts';

let bridge: Bridge;
let t: VotingService;
beforeAll(async () => {
  bridge = await startBridge('booth-ballot');
  t = await startVoting(bridge.env);
});
beforeEach(() => t.clock.set(OPENS));
afterAll(async () => {
  await t.stop();
  bridge.stop();
});

const { registered, issue, vote } = at(() => t);

describe('refusals of a booth', () => {
  test('each right is of one role, one place, one booth; an ended booth is dead at once', async () => {
    const { contestId, projects } = await open(t);
    const place = await registered(contestId);
    const { boothId } = place;
    for (const role of ROLES.filter((one) => one !== 'organiser')) {
      expect([role, await ask(t, 'registerBooth', boothInput(contestId), staff(role))]).toEqual([
        role,
        { error: 'FORBIDDEN' },
      ]);
      expect([role, await ask(t, 'endBooth', { boothId }, staff(role))]).toEqual([role, { error: 'FORBIDDEN' }]);
    }
    for (const role of ROLES.filter((one) => one !== 'operator'))
      expect([role, await issue(boothId, 1, {}, { ...operator, roles: [role] })]).toEqual([
        role,
        { error: 'FORBIDDEN' },
      ]);
    const stranger = staff('organiser', '71874000');
    expect(codeOf(await ask(t, 'registerBooth', boothInput(contestId), stranger))).toBe('FORBIDDEN');
    expect(codeOf(await ask(t, 'registerBooth', boothInput(contestId, { oktmo: '71874000' }), stranger))).toBe(
      'FORBIDDEN',
    );
    expect(codeOf(await ask(t, 'endBooth', { boothId }, stranger))).toBe('NOT_FOUND');
    expect(codeOf(await issue(boothId, 1, {}, staff('operator')))).toBe('NOT_FOUND');
    const { code } = await issue(boothId, 1);
    expect(await ask(t, 'endBooth', { boothId }, organiser)).toMatchObject({ booth: { ended: true }, rejection: null });
    expect(codeOf(await vote(place, code, [projects[0]!]))).toBe('BOOTH_NOT_OPEN');
    expect(codeOf(await issue(boothId, 2))).toBe('BOOTH_NOT_OPEN');
    const [key, other] = [{ idempotencyKey: 'the-end-of-a-booth' }, await registered(contestId)];
    for (let n = 0; n < 2; n += 1) expect(codeOf(await ask(t, 'endBooth', { ...key, boothId }, organiser))).toBeNull();
    const reused = await ask(t, 'endBooth', { ...key, boothId: other.boothId }, organiser);
    expect(codeOf(reused)).toBe('IDEMPOTENCY_KEY_REUSED');
    const listed = async (as: TestCaller) => {
      const document = 'query ($id: ID!) { booths(contestId: $id) { id place issued operatorIds } }';
      return (await t.gql(document, { id: contestId }, as)).data?.booths.map(
        ({ issued }: { issued: number }) => issued,
      );
    };
    for (const as of [organiser, operator, staff('commission'), staff('auditor', '00000000')])
      expect(await listed(as)).toEqual([1, 0]);
    expect(await listed(stranger)).toEqual([]);
    expect(await listed(staff('operator'))).toEqual([]);
  });

  test('the person, the term, the ballot', async () => {
    const { contestId, projects } = await open(t, { residence: '71876000' });
    const place = await registered(contestId, { closesAt: new Date(OPENS.getTime() + 3_600_000).toISOString() });
    const { boothId } = place;
    const here = { residence: '71876000' };
    expect(codeOf(await issue(boothId, 1, { ...here, birthDate: null }))).toBe('BIRTH_DATE_REQUIRED');
    expect(codeOf(await issue(boothId, 1, { ...here, birthDate: '2010-03-02' }))).toBe('VOTER_TOO_YOUNG');
    expect(codeOf(await issue(boothId, 1))).toBe('RESIDENCE_REQUIRED');
    expect(codeOf(await issue(boothId, 1, { residence: '71874000' }))).toBe('VOTER_NOT_RESIDENT');
    expect(codeOf(await issue(boothId, 1, { ...here, snils: '11223344596' }))).toBe('SNILS_INVALID');
    const { code } = await issue(boothId, 1, here);
    expect(codeOf(await vote(place, code, []))).toBe('TOO_FEW_CHOICES');
    expect(codeOf(await vote(place, code, [projects[0]!], { ruleHash: 'ab'.repeat(32) }))).toBe('RULE_CHANGED');
    t.clock.set(new Date(OPENS.getTime() + 3_600_000));
    expect(codeOf(await vote(place, code, [projects[0]!]))).toBe('BOOTH_NOT_OPEN');
    expect(codeOf(await issue(boothId, 2, here))).toBe('BOOTH_NOT_OPEN');
    const wrong = async (more: object) => codeOf(await ask(t, 'registerBooth', boothInput(contestId, more), organiser));
    expect(await wrong({ place: 'я' })).toBe('PLACE_LENGTH');
    expect(await wrong({ operatorIds: [] })).toBe('OPERATORS_INVALID');
    expect(await wrong({ operatorIds: [operator.sub, operator.sub] })).toBe('OPERATORS_INVALID');
    expect(await wrong({ closesAt: OPENS.toISOString() })).toBe('BOOTH_TERM_INVALID');
    expect(await wrong({ closesAt: new Date(OPENS.getTime() + 61 * 86_400_000).toISOString() })).toBe(
      'BOOTH_TERM_INVALID',
    );
    expect(await wrong({ contestId: newId() })).toBe('NOT_FOUND');
  });

  test('a registration asked for again gives the same key of the tablet', async () => {
    const { contestId } = await open(t);
    const input = { ...boothInput(contestId), idempotencyKey: 'one-registration' };
    const first = await ask(t, 'registerBooth', input, organiser);
    expect(first.tabletKey).toHaveLength(39);
    expect(await ask(t, 'registerBooth', input, organiser)).toEqual(first);
    expect(codeOf(await ask(t, 'registerBooth', { ...input, place: 'Другое место' }, organiser))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  test('without the bridge nobody is identified, and it is said', async () => {
    const lonely = await startVoting();
    try {
      const { contestId } = await open(lonely);
      const { boothId } = await at(() => lonely).registered(contestId);
      const answer = await ask(lonely, 'issueBallotCode', { boothId, ...person(1) }, operator);
      expect(answer).toMatchObject({ code: null, rejection: { code: 'VOTER_KEYS_UNAVAILABLE' } });
    } finally {
      await lonely.stop();
    }
  });
});
