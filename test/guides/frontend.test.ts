import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFiles, Contest, Contests, Me, ProposeIdea, trusted } from '@veche/client';
import { newId } from '@veche/kit';
import { EventSource } from 'undici';
import { apolloClient } from '../../client/examples/apollo.ts';
import { ask, contestTitles, propose, type Graph } from '../../client/examples/fetch.ts';
import { download, upload } from '../../client/examples/files.ts';
import { follow, type Snapshot } from '../../client/examples/live.ts';
import { urqlClient } from '../../client/examples/urql.ts';
import { cast } from '../../client/examples/vote.ts';
import { ROOT } from '../../stand/src/state.ts';
import type { RunningGateway } from '../../gateway/src/server.ts';
import {
  contestInput,
  does,
  drafted,
  OKTMO,
  openContest,
  organiser,
  startContests,
  type Contests as Service,
} from '../../services/contests/test/setup.ts';
import { document } from '../../services/contests/src/domain/templates/fields.ts';
import { TEMPLATES } from '../../services/contests/src/domain/templates/index.ts';
import { PDF } from '../../services/contests/test/setup-files.ts';
import { IDEA, resident } from '../../services/contests/test/setup-ideas.ts';
import { gatewayBefore } from '../front.ts';
import { open, resident as voter, startVoting, type VotingService } from '../../services/voting/test/setup.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const BLOCKS = [...read('docs/frontend.md').matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));
const TITLES = ['Первый отбор', 'Второй отбор', 'Третий отбор'];

let contests: Service;
let voting: VotingService;
/** Knows the documents of the package and no others. */
let listed: RunningGateway;
/** Knows none, and takes any. */
let unlisted: RunningGateway;

beforeAll(async () => {
  [contests, voting] = await Promise.all([startContests(), startVoting()]);
  const both = { contests, voting };
  const list = {
    GRAPHQL_OPERATIONS: 'listed',
    TRUSTED_DOCUMENTS_FILE: join(ROOT, 'client/gen/trusted-documents.json'),
  };
  [listed, unlisted] = await Promise.all([gatewayBefore(both, list), gatewayBefore(both)]);
  for (const title of TITLES) {
    const { id } = await does(contests, 'createContest', contestInput({ title }), organiser);
    await does(contests, 'publishContest', { contestId: id }, organiser);
  }
}, 240_000);
afterAll(async () => {
  await Promise.all([listed.stop(), unlisted.stop()]);
  await Promise.all([contests.stop(), voting.stop()]);
});

const graphOf = ({ url }: RunningGateway, token: string | null = null): Graph => ({ url, token: () => token });
const signedIn = async (): Promise<string> => contests.token(resident());
const SHORT = { ...IDEA, title: 'Мало' };
const NEWEST_FIRST = TITLES.toReversed();

describe('the page', () => {
  /** Output of a block of the page, asked of the gateway of this test. */
  async function run(word: string, put: Record<string, string> = {}): Promise<string> {
    const { text } = BLOCKS.find((block) => block.language === 'sh' && block.text.includes(word))!;
    const here = { 'http://127.0.0.1:4000': unlisted.url, ...put };
    const script = Object.entries(here).reduce((all, [from, to]) => all.replaceAll(from, to), text);
    const env = { ...process.env, npm_config_offline: 'true', npm_config_audit: 'false' };
    const child = spawn('bash', ['-ec', script], { cwd: ROOT, env });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`${script}\nended with ${code}: ${said}`);
    return said;
  }

  test('shows what is in the examples, and nothing that is not run', () => {
    const sources = readdirSync(join(ROOT, 'client/examples')).map((file) => read(`client/examples/${file}`));
    const shown = BLOCKS.filter(({ language }) => language === 'ts');
    expect(shown).toHaveLength(10);
    for (const { text } of shown) expect([text, sources.some((source) => source.includes(text))]).toEqual([text, true]);
    expect(BLOCKS.filter(({ language }) => language !== 'ts').map(({ language }) => language)).toEqual([
      'sh',
      'sh',
      'sh',
    ]);
  });

  test('asks for the schema, and asks a question', async () => {
    expect(await run('schema.graphql')).toContain('type Contest {');
    expect(await run('pageInfo')).toContain(NEWEST_FIRST[0]!);
  });

  test('puts the package into another project, where it is found and needs nothing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'veche-portal-'));
    await run('npm pack', { '/tmp': directory, '../portal': join(directory, 'portal') });
    const look = "import('@veche/client').then(({ Me, trusted }) => console.log(trusted(Me).hash))";
    const child = spawn(process.execPath, ['-e', look], { cwd: join(directory, 'portal') });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    await new Promise((resolve) => child.on('close', resolve));
    expect(said.trim()).toBe(trusted(Me).hash);
  });
});

describe.each(['listed', 'unlisted'] as const)('documents %s', (name) => {
  const graph = (token?: string) => graphOf(name === 'listed' ? listed : unlisted, token);

  test('plain fetch walks through the pages', async () => {
    expect(await contestTitles(graph(), { oktmo: OKTMO }, 2)).toEqual(NEWEST_FIRST);
  });

  test('plain fetch says what became of a wish: done, refused, not signed in', async () => {
    const token = await signedIn();
    expect(await propose(graph(token), IDEA)).toContain(IDEA.title);
    expect(await propose(graph(token), SHORT)).toMatch(/[а-я]{3}/);
    await expect(propose(graph(), IDEA)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      userMessage: expect.stringMatching(/[а-я]{3}/),
    });
  });

  test('Apollo Client puts pages together and says the same', async () => {
    const client = apolloClient(graph(await signedIn()));
    const filter = { oktmo: OKTMO };
    const first = await client.query({ query: Contests, variables: { filter, first: 2 } });
    const list = client.watchQuery({ query: Contests, variables: { filter, first: 2 } });
    const shown = list.subscribe({});
    await list.fetchMore({ variables: { after: first.data!.contests.pageInfo.endCursor } });
    const all = client.readQuery({ query: Contests, variables: { filter, first: 2 } });
    shown.unsubscribe();
    expect(all!.contests.nodes.map(({ title }) => title)).toEqual(NEWEST_FIRST);
    const idempotencyKey = newId();
    const done = await client.mutate({ mutation: ProposeIdea, variables: { input: { ...IDEA, idempotencyKey } } });
    expect(done.data!.proposeIdea.idea).toMatchObject({ state: 'PENDING', title: IDEA.title });
  });
});

test('urql asks by hash and says the same', async () => {
  const client = urqlClient(graphOf(listed, await signedIn()));
  const { data } = await client.query(Contests, { filter: { oktmo: OKTMO }, first: 2 }).toPromise();
  expect(data!.contests.nodes.map(({ title }) => title)).toEqual(NEWEST_FIRST.slice(0, 2));
  const input = { ...SHORT, idempotencyKey: newId() };
  const refused = await client.mutation(ProposeIdea, { input }).toPromise();
  expect(refused.data!.proposeIdea).toMatchObject({ idea: null, rejection: { code: 'TITLE_LENGTH' } });
});

test('what is not on the list is not answered', async () => {
  const response = await fetch(`${listed.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ contests { nodes { id } } }' }),
  });
  expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('OPERATION_NOT_ALLOWED')]);
});

test('a file goes up and comes back; to others it is not there', async () => {
  const { form } = TEMPLATES.find(({ code }) => code === 'municipal-selection')!;
  const properties = { ...(form as { properties: object }).properties, minutesFile: document('Протокол собрания') };
  const { applicationId, lead } = await drafted(
    contests,
    await openContest(contests, { form: { ...(form as object), properties } }),
  );
  const graph = graphOf(listed, await contests.token(lead));
  const file = new File([new Uint8Array(PDF)], 'Протокол.pdf', { type: 'application/pdf' });
  expect(await upload(graph, applicationId, file)).toMatchObject({ name: 'Протокол.pdf', bytes: PDF.length });
  const { application } = await ask(graph, ApplicationFiles, { id: applicationId });
  const [{ path } = { path: '' }] = application!.files;
  expect(Buffer.from(await (await download(graph, path)).arrayBuffer())).toEqual(PDF);
  await expect(download(graphOf(listed), path)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a vote by its hash, and the turn-out as it is told to all', async () => {
  Object.assign(globalThis, { EventSource });
  const { contestId, projects } = await open(voting, { visibility: 'LIVE' });
  const told = Promise.withResolvers<Snapshot>();
  const graph = graphOf(listed, await voting.token(voter()));
  const stop = follow(listed.url, contestId, (snapshot) => {
    if (snapshot.turnout.accepted > 0) told.resolve(snapshot);
  });
  const input = { idempotencyKey: newId(), contestId, choices: [{ project: projects[0]! }] };
  const { receipt, rejection } = await cast(graph, input);
  expect([receipt?.revision, rejection]).toEqual([1, null]);
  await voting.runBackground('sequencer');
  await voting.runBackground('tally');
  expect((await told.promise).turnout).toEqual({ accepted: 1, superseded: 0, counted: 1 });
  stop();
});

test('caches on the way are told what may be kept', async () => {
  const { hash } = trusted(Contest);
  const header = async (token: string | null) => {
    const response = await fetch(`${listed.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({
        variables: { id: newId() },
        extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
      }),
    });
    return [response.headers.get('cache-control'), response.headers.get('vary')];
  };
  const vary = 'origin, authorization, accept';
  expect(await header(null)).toEqual(['max-age=30, public', vary]);
  expect(await header(await signedIn())).toEqual(['private, no-store', vary]);
});
