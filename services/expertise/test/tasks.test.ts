import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId, type OutboxEvent } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import {
  ApplicationDecidedSchema,
  ApplicationReturnedSchema,
  ApplicationSubmittedSchema,
} from '@veche/proto/contests/v1/contests';
import {
  admitted,
  DURING,
  expert,
  organiser,
  published,
  refused,
  scored,
  setUp,
  story,
  stranger,
  withdrawn,
  type Setup,
} from './setup.ts';
import { formed, LIST, seated } from './setup-commission.ts';

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

describe('what was submitted to the contest of a commission', () => {
  const submitted = (contestId: string, applicationId: string, facts: object = {}): OutboxEvent =>
    event(ApplicationSubmittedSchema, applicationId, {
      applicationId,
      contestId,
      cause: 'FILED',
      facts: {
        number: '7',
        title: 'Детская площадка',
        category: 'PLAYGROUND',
        oktmo: '71876000',
        totalCostKopecks: 123_456n,
        submittedAt: '2026-03-02T08:00:00.000Z',
        ...facts,
      },
    });
  const returned = (contestId: string, applicationId: string): OutboxEvent =>
    event(ApplicationReturnedSchema, applicationId, { applicationId, contestId, answerBy: '2026-03-05T08:00:00.000Z' });
  const won = (contestId: string, applicationId: string): OutboxEvent =>
    event(ApplicationDecidedSchema, applicationId, { applicationId, contestId, outcome: 'WINNER', decidedBy: 'VOTE' });
  const list = async (contestId: string, as: TestCaller, more: object = {}): Promise<any> => {
    const { data, errors } = await setup.gql(LIST, { contestId, ...more }, as);
    return errors?.[0]?.extensions.code ?? data.commissionApplications;
  };
  const states = async (contestId: string, as: TestCaller, more: object = {}): Promise<string[]> =>
    (await list(contestId, as, more)).nodes.map(({ state }: any) => state);
  const opened = async () => {
    const contestId = newId();
    await setup.bus.deliver(published(contestId));
    return { contestId, commission: await formed(setup, contestId) };
  };

  test('is in the list of this commission as soon as it is submitted, and of no other', async () => {
    const { contestId, commission } = await opened();
    const { commission: other, contestId: elsewhere } = await opened();
    const applicationId = newId();
    await setup.bus.deliver(submitted(contestId, applicationId));
    for (const who of [commission.secretary, commission.chair, commission.second, organiser])
      expect((await list(contestId, who)).nodes).toEqual([
        {
          application: { id: applicationId },
          contest: { id: contestId },
          number: '7',
          title: 'Детская площадка',
          category: 'PLAYGROUND',
          oktmo: '71876000',
          totalCost: '1234.56',
          submittedAt: '2026-03-02T08:00:00.000Z',
          state: 'SUBMITTED',
        },
      ]);
    for (const who of [other.chair, seated(), stranger, expert()]) expect(await list(contestId, who)).toBe('FORBIDDEN');
    expect((await list(elsewhere, other.chair)).totalCount).toBe(0);
    expect(await list(newId(), other.chair)).toBe('FORBIDDEN');
    const { data } = await setup.gql('{ myCommissions { contest { id } } }', {}, other.second);
    expect(data.myCommissions).toEqual([{ contest: { id: elsewhere } }]);
  });

  test('goes through its states and stays in the list when it is withdrawn or refused', async () => {
    const { contestId, commission } = await opened();
    const [one, two, three] = [newId(), newId(), newId()];
    const { chair } = commission;
    for (const id of [one, two]) await setup.bus.deliver(submitted(contestId, id));
    await setup.bus.deliver(returned(contestId, one));
    expect(await states(contestId, chair)).toEqual(['RETURNED', 'SUBMITTED']);
    await setup.bus.deliver(admitted(contestId, { applicationId: one }));
    await setup.bus.deliver(refused(contestId, two));
    // Taken over from another system: nobody submitted it here.
    await setup.bus.deliver(admitted(contestId, { applicationId: three }));
    expect(await states(contestId, chair)).toEqual(['ADMITTED', 'REFUSED', 'ADMITTED']);
    await setup.bus.deliver(won(contestId, one));
    await setup.bus.deliver(withdrawn(contestId, three));
    expect(await states(contestId, chair)).toEqual(['WINNER', 'REFUSED', 'WITHDRAWN']);
    expect(await states(contestId, chair, { state: 'WITHDRAWN' })).toEqual(['WITHDRAWN']);
  });

  test('is narrowed and paged', async () => {
    const { contestId, commission } = await opened();
    const places = ['71876000', '71818000', '71876000101'];
    for (const [index, oktmo] of places.entries())
      await setup.bus.deliver(submitted(contestId, newId(), { oktmo, number: String(index + 1) }));
    await setup.bus.deliver(submitted(contestId, newId(), { category: 'PARK', number: '4' }));
    const numbers = async (more: object) =>
      (await list(contestId, commission.first, more)).nodes.map(({ number }: any) => number);
    expect(await numbers({ oktmo: '71876000', category: 'PLAYGROUND' })).toEqual(['1', '3']);
    expect(await numbers({ category: 'PARK' })).toEqual(['4']);
    expect(await numbers({ state: 'ADMITTED' })).toEqual([]);
    const { nodes, pageInfo, totalCount } = await list(contestId, commission.first, { first: 3 });
    expect([nodes.length, pageInfo.hasNextPage, totalCount]).toEqual([3, true, 4]);
    expect(await numbers({ first: 3, after: pageInfo.endCursor })).toEqual(['4']);
    expect(await list(contestId, commission.first, { first: 101 })).toBe('BAD_USER_INPUT');
  });
});
