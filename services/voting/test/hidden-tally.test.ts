import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { cast, close, open, resident, startVoting, type Told, type VotingService } from './setup.ts';

/**
 * Two votes that differ in nothing but what people chose must look the same to everybody until the rule lets the tally be seen: whatever an
 * outsider can ask for is asked of both at the same moments and compared, with ids and hashes made alike.
 */
let t: VotingService;
let schema: GraphQLSchema;
beforeAll(async () => {
  t = await startVoting();
  const { data } = await t.gql(getIntrospectionQuery());
  schema = buildClientSchema(data);
});
afterAll(() => t.stop());

/** Every field of a type that needs no argument, down to two objects deep; new fields are asked for without a change here. */
function everything(type: GraphQLObjectType, depth = 2): string {
  const fields = Object.values(type.getFields()).filter(({ args }) => args.length === 0);
  const asked = fields.flatMap((field) => {
    const named = getNamedType(field.type);
    if (!isObjectType(named)) return [field.name];
    return depth > 0 ? [`${field.name} ${everything(named, depth - 1)}`] : [];
  });
  return `{ __typename ${asked.join(' ')} }`;
}

const ROUTES = ['head', 'heads', 'entries?from=0', 'package.tar', 'package/ballots.jsonl', 'result/result.json'];

/** What anybody sees of a vote now, in a form that is the same for two votes with the same number of ballots. */
async function seen({ contestId, projects }: Told): Promise<string> {
  const voting = schema.getType('Voting') as GraphQLObjectType;
  const asked = await t.gql(`query ($id: ID!) { voting(contestId: $id) ${everything(voting)} }`, { id: contestId });
  const entities = await t.gql(
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Application { voteResult { score place } } } }',
    { of: projects.map((id) => ({ __typename: 'Application', id })) },
  );
  const open = await Promise.all(
    [...ROUTES.map((route) => `open/contests/${contestId}/${route}`), `live/contests/${contestId}/snapshot`].map(
      async (path) => {
        const response = await fetch(`${t.url}/${path}`);
        const { headers, status } = response;
        return [path, status, headers.get('content-length'), await response.text()];
      },
    ),
  );
  return alike({ contestId, projects }, JSON.stringify([asked, entities, open]));
}

/** Topics: events about the vote, in the order in which they were published. */
function told({ contestId, projects }: Told): string {
  const events = t.bus.published().filter(({ key, topic }) => key === contestId && topic.startsWith('veche.voting'));
  return alike(
    { contestId, projects },
    JSON.stringify(events.map(({ type, topic, sequence, data }) => ({ type, topic, sequence, data }))),
  );
}

function alike({ contestId, projects }: Told, text: string): string {
  const named = projects.reduce((all, id, index) => all.replaceAll(id, `P${index}`), text.replaceAll(contestId, 'C'));
  return named
    .replaceAll(/trace[iI]d\\?":\\?"[^"\\]*/g, 'trace')
    .replaceAll(/[0-9a-f]{32,}/g, 'H')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T');
}

/** Ballots one by one, with the clocks of the service after each: what is seen must be the same at every step, not only in the end. */
async function stepByStep(visibility: string): Promise<{ steps: [string, string][]; votes: [Told, Told] }> {
  const votes: [Told, Told] = [await open(t, { visibility }), await open(t, { visibility })];
  const changeable = resident();
  const steps: [string, string][] = [];
  for (const [person, ours, theirs] of [
    [resident(), [0], [2]],
    [changeable, [0, 1], [2, 1]],
    [changeable, [0], [2]],
  ] as const) {
    await cast(
      t,
      votes[0].contestId,
      ours.map((index) => votes[0].projects[index]!),
      person,
    );
    await cast(
      t,
      votes[1].contestId,
      theirs.map((index) => votes[1].projects[index]!),
      person,
    );
    steps.push([await seen(votes[0]), await seen(votes[1])]);
    await t.runBackground('sequencer');
    await t.runBackground('tally');
    await t.settle();
    steps.push([await seen(votes[0]), await seen(votes[1])], [told(votes[0]), told(votes[1])]);
  }
  return { steps, votes };
}

describe('while the rule hides the tally', () => {
  let hidden: Awaited<ReturnType<typeof stepByStep>>;
  beforeAll(async () => void (hidden = await stepByStep('HIDDEN_UNTIL_END')), 180_000);

  test('two votes with other choices look the same after every ballot: API, plain documents, topics', () => {
    for (const [ours, theirs] of hidden.steps) expect(theirs).toBe(ours);
  });

  test('no event and no metric names a project or has a series for one', async () => {
    const metrics = await (await fetch(`${t.url}/metrics`)).text();
    const topics = JSON.stringify(t.bus.published().filter(({ topic }) => topic.startsWith('veche.voting')));
    expect(metrics).toContain('http_');
    for (const { projects } of hidden.votes)
      for (const project of projects) {
        expect(metrics).not.toContain(project);
        expect(topics).not.toContain(project);
      }
  });

  test('after the count they differ, and so the comparison would have seen it', async () => {
    await close(t);
    await t.settle();
    const [ours, theirs] = await Promise.all(hidden.votes.map(seen));
    expect(theirs).not.toBe(ours);
    expect(told(hidden.votes[1])).not.toBe(told(hidden.votes[0]));
  }, 180_000);
});

test('where the rule says LIVE the same steps are seen to differ', async () => {
  const { steps } = await stepByStep('LIVE');
  expect(steps.some(([ours, theirs]) => ours !== theirs)).toBe(true);
}, 180_000);
