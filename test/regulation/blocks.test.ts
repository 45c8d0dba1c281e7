import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getNamedType, isNonNullType, isObjectType, type GraphQLField } from 'graphql';
import { newId, type Rule } from '@veche/kit';
import { BLOCKS, BLOCK_PARTS, SHARED_FIELDS, withDependent, type Block } from '@veche/kit/domain/blocks';
import { ManualClock } from '@veche/kit/testing/clock';
import { startForTest, type TestService } from '@veche/kit/testing/harness';
import { MemoryBus } from '@veche/kit/testing/memory-bus';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { AT, OKTMO, openContest, organiser, startContests, type Contests } from '../../services/contests/test/setup.ts';
import { codeOf, done, IDEA, published, read, resident } from '../../services/contests/test/setup-ideas.ts';
import { policy as contestsPolicy } from '../../services/contests/src/policy.ts';
import { definition as crowdfundingDefinition } from '../../services/crowdfunding/src/definition.ts';
import { policy as crowdfundingPolicy } from '../../services/crowdfunding/src/policy.ts';
import { opened, promised } from '../../services/crowdfunding/test/setup.ts';
import { policy as expertisePolicy } from '../../services/expertise/src/policy.ts';
import { setUp, type Setup } from '../../services/expertise/test/setup.ts';
import { APPLY, AT as JURY_AT, DECIDE, DRAW, juryScene, TAKE } from '../../services/expertise/test/setup-jury.ts';
import { example, rootFields } from '../conformance/policy-walk.ts';

const ROOTS = rootFields();
type Root = (typeof ROOTS)[number];

let contests: Contests;
let expertise: Setup;
let crowdfunding: TestService;
/** Ids by argument, for each block. */
let objects: Record<Block, Record<string, string>>;

const ROLES = ['citizen', 'organiser', 'finance', 'auditor', 'importer'] as const;
const everything = (territory: string): TestCaller & { sub: string } => ({
  sub: newId(),
  roles: [...ROLES],
  territories: [territory],
  assurance: 'confirmed',
  birthdate: '1990-05-01',
  residence: OKTMO,
});
/** Of the place, and part of all that there is; and one whom nothing concerns and who changes nothing. */
const insider = everything(OKTMO);
const outsider = everything('65701000');

beforeAll(async () => {
  const [clock, bus] = [new ManualClock(AT.intake), new MemoryBus()];
  contests = await startContests({ clock, bus });
  expertise = await setUp({ clock, bus });
  crowdfunding = await startForTest(crowdfundingDefinition, { clock, bus });
  const community = await communityObjects();
  clock.set(JURY_AT.jury);
  const common = { oktmo: OKTMO, idempotencyKey: randomUUID() };
  const [jury, money] = [await juryObjects(), await moneyObjects()];
  objects = {
    ...Object.fromEntries(BLOCKS.map((block) => [block, { ...common, ...community }])),
    COMMENTS: { ...common, ...community, id: community.commentId },
    PUBLIC_JURY: { ...common, ...jury },
    CROWDFUNDING: { ...common, ...money },
  } as unknown as typeof objects;
}, 120_000);
afterAll(async () => {
  for (const service of [crowdfunding, expertise, contests]) await service.stop();
});

const one = async (query: string, input: object, as: TestCaller): Promise<any> => {
  const { data, errors } = await contests.gql(query, { input: { idempotencyKey: randomUUID(), ...input } }, as);
  const answer: any = errors ? { rejection: errors } : Object.values(data)[0];
  if (answer.rejection) throw new Error(JSON.stringify(answer.rejection));
  return answer;
};

/** A poll with a problem, an idea of the insider about it and one that waits, comments in every state, a meeting, an ambassador. */
async function communityObjects() {
  const contestId = await openContest(contests);
  const { pollId, problemId } = await problemObjects(contestId);
  const { id: ideaId } = await done(contests, 'proposeIdea', { ...IDEA, problemId }, insider);
  await done(contests, 'moderate', { of: 'IDEA', id: ideaId, decision: 'PUBLISH' }, organiser);
  const { id: intoId } = await published(contests);
  await done(contests, 'proposeIdea', IDEA, resident());
  const said = async (): Promise<string> =>
    (await done(contests, 'comment', { subject: 'IDEA', subjectId: ideaId, text: 'Поддерживаю' }, resident())).id;
  const [commentId, hidden] = [await said(), await said()];
  const verdict = { decision: 'HIDE', ground: 'OFF_TOPIC', reason: 'Не относится к идее' };
  await done(contests, 'moderate', { of: 'COMMENT', id: hidden, ...verdict }, organiser);
  await settings({ commentModeration: 'PRE' });
  await said();
  const meeting = await done(
    contests,
    'announceMeeting',
    {
      contestId,
      kind: 'FINAL',
      oktmo: OKTMO,
      place: 'Школа № 1, актовый зал',
      startsLocal: '2026-03-07T18:00:00',
      agenda: [{ text: 'Выбор проекта для конкурса' }],
    },
    organiser,
  );
  const { ambassador } = await one(
    'mutation ($input: AmbassadorInput!) { appointAmbassador(input: $input) { ambassador { code } rejection { code } } }',
    { contestId, personId: insider.sub },
    organiser,
  );
  const places = { contestId, ideaId, intoId, meetingId: meeting.id, pollId, problemId };
  return { ...places, code: ambassador.code, commentId };
}

async function problemObjects(contestId: string) {
  const { poll } = await one(
    'mutation ($input: OpenProblemPollInput!) { openProblemPoll(input: $input) { poll { id } rejection { code } } }',
    { title: 'Что решать в первую очередь', oktmo: OKTMO, contestId, closesAt: '2026-03-08T07:00:00.000Z' },
    organiser,
  );
  const named = await one(
    'mutation ($input: NameProblemInput!) { nameProblem(input: $input) { poll { problems { id } } rejection { code } } }',
    { pollId: poll.id, text: 'Во дворах нет детских площадок', category: 'PLAYGROUND' },
    organiser,
  );
  return { pollId: poll.id, problemId: named.poll.problems[0].id };
}

async function juryObjects() {
  const { contestId, applicationIds } = await juryScene(expertise);
  const { juror } = await expertise.ask(APPLY, { contestId }, insider);
  await expertise.ask(DECIDE, { jurorId: juror.id, admitted: true, reason: 'Условия выполнены' }, organiser);
  await expertise.ask(DRAW, { contestId, seed: 'жребий 5 марта 2026' }, organiser);
  const [applicationId] = applicationIds as [string];
  const { sheet } = await expertise.ask(TAKE, { applicationId }, insider);
  return { contestId, applicationId, jurorId: juror.id, sheetId: sheet.id };
}

async function moneyObjects() {
  const of = await opened(crowdfunding);
  const { id: pledgeId } = await promised(crowdfunding, of, '500.00', insider);
  return { ...of, pledgeId };
}

async function settings(change: object, scope: object = { oktmo: OKTMO }) {
  const answer = await done(
    contests,
    'changeSettings',
    { ...scope, reason: 'Решение о частях платформы', settings: change },
    organiser,
  );
  await contests.settle();
  return answer;
}

const SERVICE = (block: Block): TestService<any> =>
  block === 'PUBLIC_JURY' ? expertise : block === 'CROWDFUNDING' ? crowdfunding : contests;

/** Root fields of a block as the one graph has them. */
function fieldsOf(block: Block): Root[] {
  const { fields, textsOf } = BLOCK_PARTS[block];
  const names = new Set([...fields, ...(textsOf ? SHARED_FIELDS : [])]);
  return ROOTS.filter(({ field }) => names.has(field.name));
}

/** The object that a query by `id` asks for. */
const ID_OF: Record<string, string> = {
  idea: 'ideaId',
  meeting: 'meetingId',
  problemPoll: 'pollId',
  comments: 'ideaId',
};

function variablesOf(block: Block, field: GraphQLField<unknown, unknown>): Record<string, any> {
  const known = { ...objects[block], subjectId: objects[block]['ideaId']! };
  const id =
    known[(ID_OF[field.name] ?? (block === 'IDEAS' ? 'ideaId' : 'id')) as keyof typeof known] ?? known.subjectId;
  const args = field.args.filter(({ type }) => isNonNullType(type));
  const variables = Object.fromEntries(args.map((arg) => [arg.name, example(arg, { ...known, id })])) as any;
  const shared = SHARED_FIELDS.includes(field.name) ? { of: BLOCK_PARTS[block].textsOf } : {};
  return variables.input ? { input: { ...variables.input, ...shared } } : { ...variables, ...shared };
}

function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(field.type);
  const fields = isObjectType(named) ? named.getFields() : {};
  if ('rejection' in fields) return '{ rejection { code } }';
  return 'nodes' in fields ? '{ nodes { __typename } }' : '{ __typename }';
}

/** Whether a root field answers as if the block were not there. */
async function vanishes(block: Block, { kind, field }: Root): Promise<boolean> {
  const variables = variablesOf(block, field);
  const types = new Map(field.args.map((arg) => [arg.name, String(arg.type)]));
  const names = Object.keys(variables);
  const list = (of: (name: string) => string): string => (names.length > 0 ? `(${names.map(of).join(', ')})` : '');
  const declared = list((name) => `$${name}: ${types.get(name)}`);
  const document = `${kind.toLowerCase()} ${declared} { ${field.name}${list((name) => `${name}: $${name}`)} ${selectionOf(field)} }`;
  const { data, errors } = await SERVICE(block).gql(document, variables, kind === 'Query' ? insider : outsider);
  if (errors?.[0]?.extensions['code'] === 'BAD_USER_INPUT') throw new Error(`${field.name}: ${errors[0].message}`);
  if (errors) return false;
  return isGone(data[field.name]);
}

function isGone(value: any): boolean {
  if (value === null) return true;
  if (value.rejection) return value.rejection.code === 'BLOCK_OFF';
  const nodes = value.nodes ?? value;
  return Array.isArray(nodes) && nodes.length === 0;
}

/** Every root field of every block that vanishes now. */
async function vanished(): Promise<string[]> {
  const gone: string[] = [];
  for (const block of BLOCKS)
    for (const root of fieldsOf(block)) if (await vanishes(block, root)) gone.push(`${block}.${root.field.name}`);
  return gone;
}

const allOf = (blocks: readonly Block[]): string[] =>
  blocks.flatMap((block) => fieldsOf(block).map(({ field }) => `${block}.${field.name}`));

/** What goes with a block: all of its own, and the talk about what is not there. */
const goneWith = (off: readonly Block[]): string[] =>
  [...allOf(off), ...(off.includes('IDEAS') && !off.includes('COMMENTS') ? ['COMMENTS.comments'] : [])].toSorted();

const SHOWN = `{ menu(oktmo: "${OKTMO}") { block name actions } settings(oktmo: "${OKTMO}") { rules { blocks blocksOff roles } } }`;

describe('where nothing is switched off', () => {
  test('every root field of the table is in the graph and answers, every part is in the menu, every role is there', async () => {
    for (const block of BLOCKS) {
      const { fields, textsOf } = BLOCK_PARTS[block];
      expect([block, fieldsOf(block).length]).toEqual([block, fields.length + (textsOf ? SHARED_FIELDS.length : 0)]);
    }
    await settings({});
    expect(await vanished()).toEqual([]);
    const { menu, settings: now } = await read(contests, SHOWN, {}, insider);
    expect(menu).toEqual(
      BLOCKS.map((block) => ({
        block,
        name: BLOCK_PARTS[block].name,
        actions: Object.keys(BLOCK_PARTS[block].menu),
      })),
    );
    expect(now.rules).toEqual({ blocks: [...BLOCKS], blocksOff: [], roles: ['ambassador', 'juror', 'finance'] });
  }, 120_000);

  test('a menu offers to a role what the policy of the service opens to it', () => {
    const rules = Object.assign(
      {},
      ...[contestsPolicy, expertisePolicy, crowdfundingPolicy].flatMap(({ Query, Mutation }) => [Query, Mutation]),
    ) as Record<string, Rule>;
    for (const block of BLOCKS)
      for (const [field, roles] of Object.entries(BLOCK_PARTS[block].menu))
        expect([field, rules[field]]).toEqual([field, { anyRole: roles }]);
  });
});

describe('where a part is switched off', () => {
  test.each([...BLOCKS])(
    '%s vanishes with what stands on it: from the API, the menu and the roles, and nothing else does',
    async (block) => {
      await settings({ blocksOff: [block] });
      const off = withDependent([block]);
      const on = BLOCKS.filter((other) => !off.includes(other));
      expect((await vanished()).toSorted()).toEqual(goneWith(off));
      const { menu, settings: now } = await read(contests, SHOWN, {}, insider);
      expect(menu.map((section: any) => section.block)).toEqual(on);
      expect(now.rules.blocks).toEqual(on);
      expect(now.rules.roles).toEqual(on.flatMap((other) => BLOCK_PARTS[other].roles));
      await settings({});
    },
    120_000,
  );

  test('it is back when it is switched on again, and a contest switches off for itself alone', async () => {
    const { contestId } = objects.AMBASSADORS;
    await settings({ blocksOff: ['AMBASSADORS', 'MEETINGS'] }, { contestId });
    expect((await vanished()).toSorted()).toEqual(goneWith(['AMBASSADORS', 'MEETINGS']));
    await settings({}, { contestId });
    expect(await vanished()).toEqual([]);
  }, 120_000);

  test('it is not reached through what is on, nor from a wider territory', async () => {
    const { ideaId, problemId } = objects.IDEAS;
    const region = { ...organiser, territories: ['71000000'] };
    const query = `{ ideasToModerate(oktmo: "71000000") { totalCount } moderationLog(of: IDEA, oktmo: "71000000") { nodes { id } }
      myTasks { kind } idea(id: "${ideaId}") { problem { id } } }`;
    const seen = () => read(contests, query, {}, region);
    const before = await seen();
    expect(before.ideasToModerate.totalCount).toBeGreaterThan(0);
    expect(before.idea).toEqual({ problem: { id: problemId } });
    expect(before.moderationLog.nodes).toContainEqual({ id: ideaId });
    expect(before.myTasks).toContainEqual({ kind: 'MODERATE_IDEAS' });
    await settings({ blocksOff: ['PROBLEMS'] });
    expect((await seen()).idea).toEqual({ problem: null });
    expect(await codeOf(contests, 'proposeIdea', { ...IDEA, problemId }, resident())).toBe('PROBLEM_UNKNOWN');
    await settings({ blocksOff: ['IDEAS'] });
    const after = await seen();
    expect(after).toMatchObject({ ideasToModerate: { totalCount: 0 }, moderationLog: { nodes: [] }, idea: null });
    expect(after.myTasks).not.toContainEqual({ kind: 'MODERATE_IDEAS' });
    await settings({});
  }, 120_000);
});
