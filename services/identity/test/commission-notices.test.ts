import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import { ApplicationSubmittedSchema, ContestPublishedSchema } from '@veche/proto/contests/v1/contests';
import { CommissionFormedSchema, SessionOpenedSchema } from '@veche/proto/expertise/v1/commission';
import { setUp, type Person, type Setup } from './setup.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

const told = async (as: TestCaller): Promise<[string, string][]> => {
  const { data, errors } = await setup.service.gql('{ myNotices { nodes { kind text } } }', {}, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.myNotices.nodes.map(({ kind, text }: any) => [kind, text]);
};

test('members of a commission are told of what comes before it and of its sessions, while they sit in it', async () => {
  const { bus, clock } = setup.service;
  const [contestId, applicationId, sessionId] = [newId(), newId(), newId()];
  const [chair, other] = [1, 2].map((): Person => ({ sub: newId(), roles: ['commission'] })) as [Person, Person];
  const formed = (...members: Person[]) =>
    event(CommissionFormedSchema, contestId, { contestId, memberIds: members.map(({ sub }) => sub) });
  const contest = { contestId, title: 'Проекты Сургута', oktmo: '71876000', timeZone: 'Asia/Yekaterinburg' };
  const facts = { number: '3', title: 'Детская площадка' };
  const session = { sessionId, contestId, number: 1, form: 'ABSENTEE', votesUntil: '2026-03-12T13:00:00Z' };
  await bus.deliver(event(ContestPublishedSchema, contestId, contest));
  await bus.deliver(event(ApplicationSubmittedSchema, applicationId, { applicationId, contestId, facts }));
  // Formed afterwards: what had come before it is in the inbox of its members.
  await bus.deliver(formed(chair));
  clock.advance(1000);
  await bus.deliver(event(SessionOpenedSchema, sessionId, session));
  const both = [
    [
      'COMMISSION_SESSION_OPENED',
      'Конкурс «Проекты Сургута». Открыто заочное заседание вашей комиссии. Проголосуйте до 12 марта 2026 г., 18:00.',
    ],
    [
      'COMMISSION_APPLICATION_RECEIVED',
      'Заявка № 3 «Детская площадка». Заявка поступила в вашу комиссию, она в списке комиссии.',
    ],
  ];
  expect(await told(chair)).toEqual(both);
  expect(await told(other)).toEqual([]);
  expect(await told({ ...chair, roles: ['citizen'] })).toEqual([]);
  await bus.deliver(formed(other));
  expect([await told(chair), await told(other)]).toEqual([[], both]);
});
