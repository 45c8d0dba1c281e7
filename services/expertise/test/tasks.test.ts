import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { DURING, expert, scored, setUp, story, type Setup } from './setup.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

const TASKS = '{ myAssessmentTasks { contest { id } text dueAt overdue open count sheets { id } } }';
const tasks = async (as: TestCaller): Promise<any[]> => {
  const { data, errors } = await setup.gql(TASKS, {}, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.myAssessmentTasks;
};

test('an expert sees the sheets that are not final, by contest and term; a final one goes', async () => {
  setup.clock.set(DURING);
  const { contestId, experts, sheets } = await story(setup, { applications: 2, contest: { title: 'Проекты Сургута' } });
  const [who] = experts;
  const [task, ...others] = await tasks(who!);
  expect(others).toEqual([]);
  expect(task).toMatchObject({ contest: { id: contestId }, count: 2, open: true, overdue: false });
  expect(task.text).toMatch(/^Завершите оценочные листы конкурса «Проекты Сургута» до .*: 2\.$/);
  await scored(setup, sheets[0]![0], [5, 5, 5], who!);
  expect(await tasks(who!)).toMatchObject([{ count: 1, sheets: [{ id: sheets[1]![0].id }] }]);
  expect(await tasks(expert())).toEqual([]);
  setup.clock.set(task.dueAt);
  expect(await tasks(who!)).toMatchObject([{ count: 1, open: false, overdue: true }]);
});
