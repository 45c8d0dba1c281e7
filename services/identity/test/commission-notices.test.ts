import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationPublishedSchema,
  ApplicationSubmittedSchema,
  ContestPublishedSchema,
} from '@veche/proto/contests/v1/contests';
import { CommentChangedSchema, IdeaAuthoredSchema, IdeaChangedSchema } from '@veche/proto/contests/v1/discussion';
import { SheetVoidedSchema } from '@veche/proto/expertise/v1/assignment';
import { CommissionFormedSchema, SessionOpenedSchema } from '@veche/proto/expertise/v1/commission';
import { JurorDecidedSchema, JurySheetAssignedSchema } from '@veche/proto/expertise/v1/jury';
import { ERASE, citizen, setUp, type Person, type Setup } from './setup.ts';

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

test('the author of an idea is told what becomes of it, once each, and nobody else is', async () => {
  const { bus, clock } = setup.service;
  const author = await setup.registered();
  const [ideaId, applicationId, contestId] = [newId(), newId(), newId()];
  const changed = (cause: string, state: string) => event(IdeaChangedSchema, ideaId, { ideaId, cause, state });
  const commented = (official: boolean, more: object = {}) => {
    const commentId = newId();
    const comment = { commentId, subjectKind: 'IDEA', subjectId: ideaId, state: 'PUBLISHED', official, ...more };
    return event(CommentChangedSchema, commentId, comment);
  };
  const filed = event(ApplicationSubmittedSchema, applicationId, {
    applicationId,
    contestId,
    ideaId,
    facts: { number: '7', title: 'Сквер у школы' },
  });
  const answer = commented(true);
  const looked = commented(true, { state: 'PENDING' });
  const step = async (...events: Parameters<typeof bus.deliver>) => {
    clock.advance(1000);
    await bus.deliver(...events);
  };
  // What is said of an idea and of no author yet waits for him.
  await step(changed('PROPOSED', 'PENDING'));
  await step(changed('MODERATED', 'PUBLISHED'));
  await step(event(IdeaAuthoredSchema, ideaId, { ideaId, authorId: author.sub }));
  for (const silent of [commented(false), looked, commented(true, { subjectId: newId() })]) await step(silent);
  await step(changed('COMPLAINED', 'PUBLISHED'));
  await step(answer);
  // The answer was looked at by a moderator.
  await step(answer);
  await step(changed('KEPT', 'PUBLISHED'));
  await step(filed);
  // Nobody outside its group may see an application that is only filed.
  expect((await told(author)).map(([kind]) => kind)).toEqual(['IDEA_ANSWERED', 'IDEA_PUBLISHED']);
  const place = { applicationId, contestId };
  await step(event(ApplicationPublishedSchema, applicationId, place));
  await step(
    event(ApplicationAdmittedSchema, applicationId, { ...place, facts: { number: '7', title: 'Сквер у школы' } }),
  );
  await step(changed('MODERATED', 'HIDDEN'));
  await step(changed('REVISED', 'PENDING'));
  await step(changed('MERGED', 'MERGED'));
  const inbox = await told(author);
  expect(inbox.map(([kind]) => kind)).toEqual([
    'IDEA_MERGED',
    'IDEA_HIDDEN',
    'IDEA_BECAME_PROJECT',
    'IDEA_ANSWERED',
    'IDEA_PUBLISHED',
  ]);
  expect(inbox[2]![1]).toBe('Заявка № 7 «Сквер у школы». Заявка подана по вашей идее.');
  const { data } = await setup.service.gql('{ myNotices { nodes { idea { id } } } }', {}, author);
  expect(new Set(data.myNotices.nodes.map(({ idea }: any) => idea.id))).toEqual(new Set([ideaId]));
  expect(await told(citizen())).toEqual([]);
  const remembered = async (authorId: string | undefined): Promise<number> =>
    Number(await setup.service.deps.connection.model('idea_cards').countDocuments({ authorId }));
  expect(await remembered(author.sub)).toBe(1);
  expect((await setup.ask(ERASE, {}, author)).rejection).toBeNull();
  expect(await remembered(author.sub)).toBe(0);
  // Read anew, as after a group of consumers began at the beginning: the erased stay forgotten, and nobody else is.
  const other = newId();
  await step(event(IdeaAuthoredSchema, ideaId, { ideaId, authorId: author.sub }));
  await step(event(IdeaAuthoredSchema, other, { ideaId: other, authorId: other }));
  expect([await remembered(author.sub), await remembered(other)]).toEqual([0, 1]);
});

test('members of a public jury are told what was decided of them and what they are to assess; an expert, that a sheet is not needed', async () => {
  const { bus, clock } = setup.service;
  const [contestId, applicationId, sheetId, sub] = [newId(), newId(), newId(), newId()];
  const juror: Person = { ...citizen(), sub };
  const jurorId = `${contestId}:${sub}`;
  const contest = { contestId, title: 'Проекты Сургута', oktmo: '71876000', timeZone: 'Asia/Yekaterinburg' };
  await bus.deliver(event(ContestPublishedSchema, contestId, contest));
  const decided = (state: string, onAppeal = false) =>
    event(JurorDecidedSchema, jurorId, { jurorId: sub, contestId, state, onAppeal });
  const sheet = { sheetId, contestId, applicationId };
  for (const one of [
    decided('REFUSED'),
    decided('REFUSED', true),
    decided('ADMITTED', true),
    decided('RESERVE'),
    decided('SEATED'),
    event(JurySheetAssignedSchema, sheetId, { ...sheet, jurorId: sub, dueAt: '2026-03-12T13:00:00Z' }),
    event(SheetVoidedSchema, newId(), { ...sheet, expertId: sub, kind: 'REPLACED' }),
    event(SheetVoidedSchema, newId(), { ...sheet, expertId: sub, kind: 'ABSENT' }),
    // Of an earlier release, which did not say whose sheet it was.
    event(SheetVoidedSchema, newId(), { ...sheet, kind: 'ABSENT' }),
  ]) {
    clock.advance(1000);
    await bus.deliver(one);
  }
  expect((await told(juror)).map(([, text]) => text)).toEqual([
    'Заявка. Срок прошёл, лист закрыт без оценки.',
    'Заявка. Оценку поручили другому эксперту.',
    'Заявка. Жребий поручил вам оценить заявку. Оцените её до 12 марта 2026 г., 18:00.',
    'Конкурс «Проекты Сургута». Вы член общественного жюри.',
    'Конкурс «Проекты Сургута». Вы в резерве общественного жюри.',
    'Конкурс «Проекты Сургута». Вы допущены в общественное жюри.',
    'Конкурс «Проекты Сургута». Жалоба отклонена. Обоснование — в вашей заявке в жюри.',
    'Конкурс «Проекты Сургута». Вам отказано в участии в общественном жюри. Причина — в вашей заявке в жюри, отказ можно обжаловать.',
  ]);
  expect(await told(citizen())).toEqual([]);
});
