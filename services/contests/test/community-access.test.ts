import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { communityPolicy } from '../src/policies/community.ts';
import { OKTMO, citizen, key, startContests, type Contests } from './setup.ts';
import { IDEA } from './setup-ideas.ts';

let service: Contests;
beforeAll(async () => void (service = await startContests()));
afterAll(() => service.stop());

const ideaId = newId();
const AT = '2026-01-01T00:00:00.000Z';
const because = { reason: 'Решение думы города' };

/** Mutations with a sound input and the roles that may send them; null: everybody, signed in or not. */
const TABLE: [name: string, input: object, roles: readonly string[] | null][] = [
  ['proposeIdea', IDEA, ['citizen']],
  ['reviseIdea', { ideaId, title: IDEA.title, text: IDEA.text, category: IDEA.category }, ['citizen']],
  ['withdrawIdea', { ideaId }, ['citizen']],
  ['supportIdea', { ideaId }, ['citizen']],
  ['mergeIdeas', { ideaId, intoId: ideaId, ...because }, ['organiser']],
  ['applyWithIdea', { ideaId, contestId: newId(), groupId: newId() }, ['citizen']],
  ['comment', { subject: 'IDEA', subjectId: ideaId, text: 'Поддерживаю' }, ['citizen', 'organiser']],
  ['complain', { of: 'IDEA', id: ideaId, ground: 'OTHER' }, ['citizen']],
  ['moderate', { of: 'IDEA', id: ideaId, decision: 'PUBLISH' }, ['organiser']],
  [
    'announceMeeting',
    {
      contestId: newId(),
      kind: 'FINAL',
      oktmo: OKTMO,
      place: 'Школа № 1',
      startsLocal: '2030-01-01T18:00:00',
      agenda: [],
    },
    ['citizen', 'organiser'],
  ],
  ['cancelMeeting', { meetingId: newId(), ...because }, ['citizen', 'organiser']],
  ['registerForMeeting', { meetingId: newId() }, ['citizen']],
  [
    'recordMeeting',
    { meetingId: newId(), number: '1', startedAt: AT, endedAt: AT, present: 1, questions: [] },
    ['citizen', 'organiser'],
  ],
  ['offerGroupLead', { groupId: newId(), personId: newId() }, ['citizen']],
  ['acceptGroupLead', { groupId: newId() }, ['citizen']],
  ['generateMeetingMinutes', { meetingId: newId() }, ['citizen', 'organiser', 'importer']],
  ['openProblemPoll', { title: 'Что важнее всего', oktmo: OKTMO, closesAt: '2030-01-01T00:00:00Z' }, ['organiser']],
  ['nameProblem', { pollId: newId(), text: 'Нет тротуара', category: 'ROADS' }, ['citizen', 'organiser']],
  ['decideProblem', { problemId: newId(), listed: true }, ['organiser']],
  ['rankProblems', { pollId: newId(), order: [newId()] }, ['citizen']],
  ['recordProblemVotes', { pollId: newId(), meetingId: newId(), votes: [] }, ['organiser']],
  ['appointAmbassador', { contestId: newId(), personId: newId() }, ['organiser']],
  ['endAmbassador', { contestId: newId(), personId: newId() }, ['organiser']],
  ['countAmbassadorLink', { code: 'AAAA-BBBB', step: 'VISIT' }, null],
  ['fileSimpleInitiative', { contestId: newId(), content: {} }, ['citizen']],
  ['revokeStatusLink', { applicationId: newId() }, ['citizen', 'municipality']],
  ['renewStatusLink', { applicationId: newId() }, ['citizen', 'municipality']],
  ['changeSettings', { oktmo: OKTMO, settings: {}, ...because }, ['organiser', 'admin']],
];
const INPUTS: Readonly<Record<string, string>> = {
  withdrawIdea: 'IdeaCommandInput',
  appointAmbassador: 'AmbassadorInput',
  endAmbassador: 'AmbassadorInput',
  revokeStatusLink: 'ApplicationCommandInput',
  renewStatusLink: 'ApplicationCommandInput',
};
const documentOf = (name: string): string =>
  `mutation ($input: ${INPUTS[name] ?? `${name[0]!.toUpperCase()}${name.slice(1)}Input`}!) { ${name}(input: $input) { __typename } }`;
const ROLES = ['citizen', 'organiser', 'expert', 'finance', 'municipality', 'admin', 'auditor', 'importer'] as const;

test('the table names every mutation', () => {
  expect(TABLE.map(([name]) => name).toSorted()).toEqual(Object.keys(communityPolicy.Mutation).toSorted());
});

test.each(TABLE)('%s: signed in, and in its role', async (name, input, allowed) => {
  const variables = { input: { idempotencyKey: key(), ...input } };
  const codeAs = async (as?: Parameters<Contests['gql']>[2]) =>
    (await service.gql(documentOf(name), variables, as)).errors?.[0]?.extensions['code'] ?? 'PASSED';
  expect(await codeAs()).toBe(allowed ? 'UNAUTHENTICATED' : 'PASSED');
  for (const role of ROLES) {
    const as = citizen({ roles: [role], territories: [OKTMO] });
    expect([role, await codeAs(as)]).toEqual([role, !allowed || allowed.includes(role) ? 'PASSED' : 'FORBIDDEN']);
  }
});
