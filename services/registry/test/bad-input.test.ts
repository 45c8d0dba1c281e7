import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { Registry } from './setup.ts';
import {
  COMPLETE,
  PLAN,
  REPORT,
  key,
  municipality,
  planInput,
  reportInput,
  stage,
  startRegistry,
  story,
} from './setup.ts';

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const complete = { projectId: newId(), acceptedOn: '2026-03-01', actNumber: '1' };
const without = (input: object, field: string) =>
  Object.fromEntries(Object.entries(input).filter(([name]) => name !== field));

test.each<[string, string, unknown]>([
  ['plan: nothing', PLAN, null],
  ['plan: no project', PLAN, { idempotencyKey: key(), stages: [] }],
  ['plan: no stages', PLAN, { idempotencyKey: key(), projectId: newId() }],
  ['plan: a short key', PLAN, { ...planInput(story()), idempotencyKey: '1' }],
  ['plan: a stage that is a text', PLAN, { idempotencyKey: key(), projectId: newId(), stages: ['A'] }],
  [
    'plan: a stage without a title',
    PLAN,
    { idempotencyKey: key(), projectId: newId(), stages: [without(stage('A'), 'title')] },
  ],
  ['plan: null among stages', PLAN, { idempotencyKey: key(), projectId: newId(), stages: [null] }],
  ['plan: a version in words', PLAN, { ...planInput(story()), idempotencyKey: key(), expectedVersion: 'first' }],
  ['report: no text', REPORT, { idempotencyKey: key(), ...without(reportInput(story(), 'A'), 'text') }],
  ['report: percent as text', REPORT, { idempotencyKey: key(), ...reportInput(story(), 'A', { percent: '50' }) }],
  [
    'report: a fraction of a percent',
    REPORT,
    { idempotencyKey: key(), ...reportInput(story(), 'A', { percent: 50.5 }) },
  ],
  [
    'report: money as a number',
    REPORT,
    {
      idempotencyKey: key(),
      ...reportInput(story(), 'A', { spent: [{ source: 'CITIZENS', amount: 5 }] }),
    },
  ],
  [
    'report: three decimals',
    REPORT,
    {
      idempotencyKey: key(),
      ...reportInput(story(), 'A', { spent: [{ source: 'CITIZENS', amount: '1.005' }] }),
    },
  ],
  [
    'report: money of 16 digits',
    REPORT,
    {
      idempotencyKey: key(),
      ...reportInput(story(), 'A', { spent: [{ source: 'CITIZENS', amount: '1234567890123456' }] }),
    },
  ],
  ['report: finished maybe', REPORT, { idempotencyKey: key(), ...reportInput(story(), 'A', { stageFinished: 'yes' }) }],
  ['completion: no date', COMPLETE, { idempotencyKey: key(), ...without(complete, 'acceptedOn') }],
  ['completion: a number of another type', COMPLETE, { idempotencyKey: key(), ...complete, actNumber: {} }],
  ['completion: an unknown field', COMPLETE, { idempotencyKey: key(), ...complete, by: 'me' }],
])('%s', async (_name, query, input) => {
  const { data, errors } = await registry.gql(query, { input }, municipality);
  expect(data).toBeNull();
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    userMessage: expect.any(String),
  });
});
