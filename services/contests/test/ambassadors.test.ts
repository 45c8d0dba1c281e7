import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import {
  citizen,
  contestInput,
  does,
  key,
  openContest,
  organiser,
  startContests,
  stranger,
  type Contests,
} from './setup.ts';
import { read } from './setup-ideas.ts';

let service: Contests;
let contestId: string;
beforeAll(async () => {
  service = await startContests();
  contestId = await openContest(service);
});
afterAll(() => service.stop());

const FIELDS = 'person { id } code appointedAt endedAt visits registrations';
async function send(name: string, type: string, selection: string, input: object, as?: TestCaller): Promise<any> {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} rejection { code } } }`;
  const { data, errors } = await service.gql(query, { input: { idempotencyKey: key(), ...input } }, as);
  return errors ? { rejection: { code: errors[0]!.extensions['code'] } } : data[name];
}
const appoint = (input: object, as: TestCaller = organiser) =>
  send('appointAmbassador', 'AmbassadorInput', `ambassador { ${FIELDS} }`, { contestId, ...input }, as);
const end = (input: object, as: TestCaller = organiser) =>
  send('endAmbassador', 'AmbassadorInput', `ambassador { ${FIELDS} }`, { contestId, ...input }, as);
const use = (input: object, as?: TestCaller) =>
  send('countAmbassadorLink', 'CountAmbassadorLinkInput', 'contest { id }', { step: 'VISIT', ...input }, as);
const list = async (as: TestCaller): Promise<any[]> =>
  (await read(service, `query ($id: ID!) { ambassadors(contestId: $id) { ${FIELDS} } }`, { id: contestId }, as))
    .ambassadors;

test('personal links are counted; each ambassador sees his own counts, staff sees all, others none', async () => {
  const [one, two] = [citizen(), citizen()];
  const first = (await appoint({ personId: one.sub })).ambassador;
  const second = (await appoint({ personId: two.sub })).ambassador;
  expect(first).toMatchObject({ person: { id: one.sub }, endedAt: null, visits: 0, registrations: 0 });
  expect(first.code).toMatch(/^[0-9a-f]{16}$/);
  expect(first.code).not.toBe(second.code);
  const visitor = citizen();
  const idempotencyKey = key();
  expect(await use({ code: first.code, idempotencyKey })).toMatchObject({
    contest: { id: contestId },
    rejection: null,
  });
  // The same visit counts once, whoever sends it again.
  expect((await use({ code: first.code, idempotencyKey }, visitor)).rejection).toBeNull();
  expect((await use({ code: second.code, idempotencyKey })).rejection).toEqual({ code: 'IDEMPOTENCY_KEY_REUSED' });
  await use({ code: first.code });
  await use({ code: first.code, step: 'REGISTRATION' }, visitor);
  const counts = (of: any[]) => of.map(({ person, visits, registrations }) => [person.id, visits, registrations]);
  expect(counts(await list(one))).toEqual([[one.sub, 2, 1]]);
  expect(counts(await list(two))).toEqual([[two.sub, 0, 0]]);
  expect(counts(await list(organiser))).toEqual([
    [one.sub, 2, 1],
    [two.sub, 0, 0],
  ]);
  for (const as of [visitor, stranger]) expect(await list(as)).toEqual([]);
  const kept = JSON.stringify(await service.deps.connection.model('ambassador_link_uses').find().lean());
  expect(kept).not.toContain(visitor.sub);
});

test('who ended counts no more, and comes back under the same link with the counts', async () => {
  const person = citizen();
  const { code } = (await appoint({ personId: person.sub })).ambassador;
  await use({ code });
  expect((await appoint({ personId: person.sub })).rejection).toEqual({ code: 'WRONG_STATE' });
  expect((await end({ personId: person.sub })).ambassador).toMatchObject({ endedAt: expect.any(String), visits: 1 });
  expect((await end({ personId: person.sub })).rejection).toEqual({ code: 'WRONG_STATE' });
  expect((await use({ code })).rejection).toEqual({ code: 'NOT_FOUND' });
  expect((await appoint({ personId: person.sub })).ambassador).toMatchObject({ code, endedAt: null, visits: 1 });
  expect((await use({ code })).rejection).toBeNull();
});

test('only staff of the territory appoints, in a contest that is published', async () => {
  const draft = await does(service, 'createContest', contestInput(), organiser);
  const personId = newId();
  const code = async (input: object, as?: TestCaller) => (await appoint(input, as)).rejection?.code;
  expect(await code({ personId }, stranger)).toBe('FORBIDDEN');
  expect(await code({ personId }, citizen())).toBe('FORBIDDEN');
  expect(await code({ personId, contestId: draft.id })).toBe('NOT_FOUND');
  expect(await code({ personId: 'x'.repeat(101) })).toBe('PERSON_INVALID');
  expect((await end({ personId })).rejection).toEqual({ code: 'NOT_FOUND' });
  expect((await use({ code: 'unknown' })).rejection).toEqual({ code: 'NOT_FOUND' });
  const idempotencyKey = key();
  expect((await appoint({ personId, idempotencyKey })).rejection).toBeNull();
  expect((await end({ personId, idempotencyKey })).rejection).toEqual({ code: 'IDEMPOTENCY_KEY_REUSED' });
});
