import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { makeIssuer } from '@veche/kit/testing/tokens';
import { CAST_BALLOT_HASH } from '../../services/voting/src/prepared.ts';

/** What the load scripts of voting share: server processes, voters with tokens, requests. */

export interface Server {
  child: ChildProcess;
  port: number;
}

export const CAST_PATH = `/graphql/${CAST_BALLOT_HASH}`;

export const issuer = await makeIssuer();

/** Starts a server of this folder as a process of its own; its end by itself ends the load. */
export async function start(file: string, args: string[] = [], env: Record<string, string> = {}): Promise<Server> {
  const child = fork(new URL(file, import.meta.url), args, { env: { ...process.env, ...env } });
  child.once('exit', (code) => {
    if (code) throw new Error(`${file} ended with ${code}`);
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port };
}

/** The voting service; with `background` it also seals its log. */
export const startVoting = (background = false): Promise<Server> =>
  start('voting-server.ts', [issuer.issuer, JSON.stringify(issuer.jwks), background ? 'background' : '']);

/** A gateway before a voting service. */
export const startGateway = (voting: Server): Promise<Server> =>
  start('gateway-server.ts', [issuer.issuer], { SUBGRAPH_VOTING_URL: `http://127.0.0.1:${voting.port}/graphql` });

export async function ask<T>({ child }: Server, message: object): Promise<T> {
  const answer = once(child, 'message');
  child.send(message);
  return ((await answer) as [T])[0];
}

export async function stop({ child }: Server): Promise<void> {
  child.send({ stop: true });
  await once(child, 'exit');
}

export const newContest = (projects = 3) => ({
  contestId: randomUUID(),
  projects: Array.from({ length: projects }, () => randomUUID()),
});
export type Contest = ReturnType<typeof newContest>;

/** Ballots of a contest that are stored. */
export const stored = async (voting: Server, { contestId }: Contest): Promise<number> =>
  (await ask<{ rows: number }>(voting, { count: contestId })).rows;

/** A voter's device: its token was signed before it votes, and no two voters bring the same one. */
export interface Voter {
  token: string;
  key: string;
}

let voters = 0;

export async function signed(count: number): Promise<Voter[]> {
  const list: Voter[] = [];
  const sign = async (): Promise<Voter> => {
    voters += 1;
    const claims = { assurance: 'confirmed', birthdate: '1990-01-01', residence: '71876000' } as const;
    const token = await issuer.sign({ ...claims, sub: randomUUID(), roles: ['citizen'], voterKey: `load-${voters}` });
    return { token, key: randomUUID() };
  };
  while (list.length < count)
    list.push(...(await Promise.all(Array.from({ length: Math.min(500, count - list.length) }, sign))));
  return list;
}

export interface CastRequest {
  headers: Record<string, string>;
  body: string;
}

export const requestOf = ({ token, key }: Voter, { contestId, projects }: Contest): CastRequest => ({
  headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  body: JSON.stringify({
    variables: {
      input: { idempotencyKey: key, contestId, choices: [{ project: projects[0] }, { project: projects[1] }] },
    },
  }),
});

export const isReceipt = (text: string): boolean => text.includes('"receipt":{"code"');

const CAST_BALLOTS =
  'mutation ($input: CastBallotsInput!) { castBallots(input: $input) { results { rejection { code } } } }';
const BATCH = 500;

/** Fills a contest through the same write path, in batches as paper ballots come; `choose` gives the projects of a ballot by its number. */
export async function preload(
  { port }: Server,
  { contestId }: Contest,
  count: number,
  choose: (ballot: number) => string[],
  from = 0,
): Promise<void> {
  const token = await issuer.sign({ sub: randomUUID(), roles: ['importer'], territories: ['00000000'] });
  const end = from + count;
  const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, n) => from + n * BATCH);
  const cast = async (start: number): Promise<void> => {
    const ballots = Array.from({ length: Math.min(BATCH, end - start) }, (_, n) => ({
      idempotencyKey: `preload-${start + n}`,
      voterKey: `preload-${start + n}`,
      choices: choose(start + n).map((project) => ({ project })),
    }));
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: CAST_BALLOTS, variables: { input: { contestId, channel: 'load', ballots } } }),
    });
    const text = await answer.text();
    if (!answer.ok || /"code":"(?!OVERLOADED)/.test(text)) throw new Error(`ballots cast beforehand: ${text}`);
    // A repetition under the same keys adds nothing to what was written.
    if (text.includes('OVERLOADED')) return cast(start);
  };
  const worker = async (): Promise<void> => {
    for (let start = starts.pop(); start !== undefined; start = starts.pop()) await cast(start);
  };
  await Promise.all([worker(), worker()]);
}
