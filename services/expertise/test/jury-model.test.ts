import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { organiser, setUp, type Setup } from './setup.ts';
import {
  APPEAL,
  APPLY,
  AT,
  CANDIDATES,
  DECIDE,
  DECIDE_APPEAL,
  juryScene,
  resident,
  type Person,
} from './setup-jury.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
  setup.clock.set(AT.before);
});
afterAll(() => setup.stop());

const ADVICE = CANDIDATES.replace('advice { advisor', 'advice { probability note advisor');
const MODEL = `query ($id: ID!) { publicJury(contestId: $id) { model { version decisions admitted heldOut right rightByMajority speaks
  examplesHash weights { code title weight } } } }`;
const modelOf = async (id: string, as = organiser) => (await setup.gql(MODEL, { id }, as)).data.publicJury.model;
const adviceOf = async (id: string, of: Setup = setup) => {
  const { nodes } = (await of.gql(ADVICE, { id, first: 100 }, organiser)).data.juryCandidates;
  return nodes.at(-1).advice;
};
const learn = () => setup.runBackground('jury-model');
/** Everything that is kept of jurors, byte by byte. */
const kept = async (): Promise<string> => {
  const rows = await setup.deps.connection.db!.collection('jurors').find().sort({ _id: 1 }).toArray();
  return JSON.stringify(rows);
};

async function applied(contestId: string, change: object, as: Person = resident()) {
  const { juror } = await setup.ask(APPLY, { contestId, ...change }, as);
  setup.clock.advance(1000);
  return juror.id as string;
}
const decide = (jurorId: string, admitted: boolean) =>
  setup.ask(DECIDE, { jurorId, admitted, reason: admitted ? 'Условия выполнены' : 'Связан с заявителями' }, organiser);
const INN = { organisationInn: '7707083893' };

test('a model learns from what persons decided, suggests with reasons and version, and decides nothing', async () => {
  const { contestId } = await juryScene(setup);
  const first = await applied(contestId, {});
  expect(await adviceOf(contestId)).toMatchObject({
    advisor: 'rules-1',
    probability: null,
    note: expect.stringContaining('меньше 50 решений'),
  });
  await decide(first, true);
  // Persons of this region refuse whoever names an organisation.
  for (let made = 1; made < 60; made += 1) {
    const organised = made % 3 === 0;
    await decide(await applied(contestId, organised ? INN : {}), !organised);
  }
  const { contestId: next } = await juryScene(setup);
  const waiting = await applied(next, INN, resident({ sub: newId() }));
  const before = await kept();
  await learn();
  const model = await modelOf(next);
  expect(model).toMatchObject({
    version: 'logistic-1/71/1',
    decisions: 60,
    admitted: 41,
    heldOut: 12,
    right: 12,
    rightByMajority: 8,
    speaks: true,
  });
  expect(Number(model.weights.find(({ code }: any) => code === 'ORGANISATION_NAMED').weight)).toBeLessThan(-1);
  const advice = await adviceOf(next);
  expect(advice).toMatchObject({ advisor: 'logistic-1/71/1', verdict: 'LOOK', note: null });
  expect(advice.probability).toBeLessThan(50);
  expect(advice.reasons.at(-1)).toEqual({
    code: 'MODEL_ORGANISATION_NAMED',
    verdict: 'LOOK',
    text: 'Организация в заявлении указана: в прежних решениях это чаще говорило против допуска.',
  });
  // Learning and suggesting has changed nothing about anybody.
  expect(await kept()).toBe(before);
  // The person decides otherwise; what had been suggested stays beside the decision.
  const { juror } = await decide(waiting, true);
  expect(juror).toMatchObject({ state: 'ADMITTED', decision: { admitted: true, by: { id: organiser.sub } } });
  expect(await adviceOf(next)).toEqual(advice);
  // The model is for who oversees the place.
  expect(await modelOf(next, resident())).toBeNull();
});

test('the same decisions make no other version; new ones, and an appeal that was upheld, make the next', async () => {
  const { contestId } = await juryScene(setup);
  await learn();
  const { version, examplesHash } = await modelOf(contestId);
  await learn();
  expect(await modelOf(contestId)).toMatchObject({ version, examplesHash });
  const person = resident();
  const refused = await applied(contestId, INN, person);
  await decide(refused, false);
  await learn();
  const second = await modelOf(contestId);
  expect(Number(second.version.split('/')[2])).toBe(Number(version.split('/')[2]) + 1);
  await setup.ask(APPEAL, { contestId, text: 'Организация к заявкам отношения не имеет' }, person);
  const answer = { jurorId: refused, upheld: true, answer: 'Организация в заявках не названа' };
  await setup.ask(DECIDE_APPEAL, answer, { ...organiser, sub: newId() });
  await learn();
  const third = await modelOf(contestId);
  expect([third.decisions, third.admitted]).toEqual([second.decisions, second.admitted + 1]);
  const stored = await setup.deps.connection.db!.collection('jury_models').find().toArray();
  expect(new Set(stored.map(({ _id }) => _id)).size).toBe(Number(third.version.split('/')[2]));
  expect(JSON.stringify(stored)).not.toContain(person.sub);
});

test('a model says nothing in another region, and nothing at all where it is switched off', async () => {
  const { contestId } = await juryScene(setup);
  await applied(contestId, INN);
  expect((await adviceOf(contestId)).advisor).toMatch(/^logistic-1/);
  await setup.deps.connection
    .db!.collection('contest_facts')
    .updateOne({ _id: contestId as never }, { $set: { oktmo: '65701000' } });
  const there = { ...organiser, territories: ['65701000'] };
  const { nodes } = (await setup.gql(ADVICE, { id: contestId }, there)).data.juryCandidates;
  expect(nodes[0].advice).toMatchObject({ advisor: 'rules-1', note: expect.stringContaining('Модель молчит') });
  const off = await setUp({ env: { JURY_MODEL: 'false' } });
  off.clock.set(AT.before);
  const { contestId: without } = await juryScene(off);
  await off.ask(APPLY, { contestId: without, ...INN }, resident());
  expect(await adviceOf(without, off)).toMatchObject({ advisor: 'rules-1', probability: null, note: null });
  await expect(off.runBackground('jury-model')).rejects.toThrow();
  await off.stop();
});
