import { randomUUID } from 'node:crypto';
import { CAST_BALLOT_HASH } from '../../../services/voting/src/prepared.ts';
import { eventually, type Platform } from '../platform.ts';
import type { Filed } from './applications.ts';
import type { Session } from '../../login/driver.ts';

export interface Receipt {
  code: string;
  leaf: string;
  revision: number;
  signed: string;
}

export interface ProjectResult {
  number: string;
  title: string;
  outcome: string;
  reason: string;
  explanation: string;
  score: string;
  place: number;
  application: { id: string };
}

const CAST = `mutation ($input: CastBallotInput!) {
  castBallot(input: $input) { receipt { code leaf revision signed record } rejection { code userMessage } } }`;

interface Cast {
  castBallot: { receipt: Receipt | null; rejection: { code: string; userMessage: string } | null };
}

/** Casts one ballot; gives receipt or rejection. */
export async function cast(
  p: Platform,
  contestId: string,
  voter: Session,
  projects: string[],
  key: string = randomUUID(),
): Promise<Cast['castBallot']> {
  const choices = projects.map((project) => ({ project }));
  const data = await p.must<Cast>(CAST, { input: { idempotencyKey: key, contestId, choices } }, voter);
  return data.castBallot;
}

/** The same ballot as a prepared operation, which the gateway hands over by its hash; null when the platform says "not now". */
async function castByHash(
  { state }: Platform,
  contestId: string,
  voter: Session,
  projects: string[],
  idempotencyKey: string,
): Promise<Cast['castBallot'] | null> {
  const choices = projects.map((project) => ({ project }));
  const response = await fetch(`${state.urls.gateway}/graphql/${CAST_BALLOT_HASH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await voter.token()}` },
    body: JSON.stringify({ variables: { input: { idempotencyKey, contestId, choices } } }),
  });
  if (response.status === 503) return null;
  return ((await response.json()) as { data: Cast }).data.castBallot;
}

async function castRefused(
  p: Platform,
  contestId: string,
  voter: Session,
  projects: string[],
  expected: string,
): Promise<void> {
  const { rejection } = await cast(p, contestId, voter, projects);
  if (rejection?.code !== expected) throw new Error(`expected ${expected}, got ${JSON.stringify(rejection)}`);
}

/** Approves the ballot; a vote before the opening is refused. */
export async function approveBallot(
  p: Platform,
  organiser: Session,
  contestId: string,
  voter: Session,
  projects: Filed[],
): Promise<void> {
  await p.does('approveBallotList', { contestId }, 'contest { ballotListApproved }', organiser);
  await eventually('ballot list known to voting', async () => {
    const { voting } = await p.must<{ voting: { ballot: unknown[] } | null }>(
      'query ($id: ID!) { voting(contestId: $id) { ballot { number } } }',
      { id: contestId },
    );
    return voting?.ballot.length === projects.length;
  });
  await castRefused(p, contestId, voter, [projects[0]!.id], 'VOTING_NOT_OPEN');
}

/** Waits until the clock of voting has opened or closed it. */
export const votingIs = (p: Platform, contestId: string, ...states: string[]): Promise<boolean> =>
  eventually(`voting ${states.join(' or ')}`, async () => {
    const { voting } = await p.must<{ voting: { state: string } | null }>(
      'query ($id: ID!) { voting(contestId: $id) { state } }',
      { id: contestId },
    );
    return voting !== null && states.includes(voting.state);
  });

/** What each resident chooses, as indexes of the projects: 1 leads, 0 follows, 2 and 3 are close. */
export const CHOICES: number[][] = [
  [1, 0],
  [1, 0],
  [1, 2],
  [1, 0],
  [1, 3],
  [1, 2],
  [0, 3],
  [0, 1],
  [2],
  [1, 0],
  [3],
  [0, 2],
];

/** Step 4: everybody votes; one tries in parallel, one votes again, wrong ballots are refused with a code. */
export async function vote(
  p: Platform,
  contestId: string,
  residents: Session[],
  projects: Filed[],
): Promise<Receipt[]> {
  const id = (index: number) => projects[index]!.id;
  const [first, second] = residents as [Session, Session];
  await castRefused(p, contestId, first, [id(0), id(1), id(2)], 'TOO_MANY_CHOICES');
  await castRefused(p, contestId, first, [id(0), id(0)], 'PROJECT_REPEATED');
  await castRefused(p, contestId, first, [randomUUID()], 'PROJECT_UNKNOWN');
  await inParallel(p, contestId, first, [id(2)]);
  await repeatIsSafe(p, contestId, second, [id(3)], [id(2)]);
  const receipts: Receipt[] = [];
  for (const [index, voter] of residents.entries()) {
    const answer = await cast(p, contestId, voter, CHOICES[index % CHOICES.length]!.map(id));
    if (!answer.receipt) throw new Error(`ballot of resident ${index} refused: ${JSON.stringify(answer.rejection)}`);
    receipts.push(answer.receipt);
  }
  return receipts;
}

/** Twenty ballots of one person at once: each gets a definite answer, their revisions are all different. */
async function inParallel(p: Platform, contestId: string, voter: Session, projects: string[]): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 20 }, () => cast(p, contestId, voter, projects)));
  const revisions = answers.map((answer) => answer.receipt?.revision);
  if (new Set(revisions).size !== 20 || revisions.includes(undefined))
    throw new Error(`parallel ballots: ${JSON.stringify(revisions)}`);
}

/** The same key gives the same receipt, by whichever way it is asked; with another ballot it is refused. */
async function repeatIsSafe(
  p: Platform,
  contestId: string,
  voter: Session,
  projects: string[],
  others: string[],
): Promise<void> {
  const key = randomUUID();
  const first = await cast(p, contestId, voter, projects, key);
  const again = await cast(p, contestId, voter, projects, key);
  let byHash: Cast['castBallot'] | null = null;
  await eventually('a ballot by hash', async () => {
    byHash = await castByHash(p, contestId, voter, projects, key);
    return byHash !== null;
  });
  for (const { receipt } of [again, byHash!])
    if (!first.receipt || first.receipt.signed !== receipt?.signed)
      throw new Error('a repeated request got another receipt');
  const other = await cast(p, contestId, voter, others, key);
  if (other.rejection?.code !== 'IDEMPOTENCY_KEY_REUSED')
    throw new Error(`key with another ballot: ${JSON.stringify(other)}`);
}

/** People who may not vote are told why. */
export async function outsidersRefused(
  p: Platform,
  contestId: string,
  project: Filed,
  outsiders: { voter: Session; code: string }[],
): Promise<void> {
  for (const { voter, code } of outsiders) {
    await castRefused(p, contestId, voter, [project.id], code);
    const { myEligibility } = await p.must<{ myEligibility: { eligible: boolean; reasons: { code: string }[] } }>(
      'query ($id: ID!) { myEligibility(contestId: $id) { eligible reasons { code } } }',
      { id: contestId },
      voter,
    );
    if (myEligibility.eligible || !myEligibility.reasons.some((reason) => reason.code === code)) {
      throw new Error(`eligibility does not explain ${code}: ${JSON.stringify(myEligibility)}`);
    }
  }
}

/** Every receipt is found in the log by its tracking code. */
export async function receiptsLogged(p: Platform, contestId: string, receipts: Receipt[]): Promise<void> {
  for (const { code, leaf } of receipts) {
    await eventually(`ballot ${code} in the log`, async () => {
      const { ballotByCode } = await p.must<{ ballotByCode: { leaf: string; index: number | null } | null }>(
        'query ($id: ID!, $code: String!) { ballotByCode(contestId: $id, code: $code) { leaf index } }',
        { id: contestId, code },
      );
      return ballotByCode?.leaf === leaf && ballotByCode.index !== null;
    });
  }
}

export interface Count {
  spent: string;
  budget: string;
  turnout: { accepted: number; superseded: number; counted: number };
  projects: ProjectResult[];
}

/** Step 5: the result as the clock and the rule determine it. */
export const result = (p: Platform, contestId: string): Promise<Count> =>
  eventually('the result', async () => {
    const { voting } = await p.must<{ voting: { result: Count | null } }>(
      `query ($id: ID!) { voting(contestId: $id) { result { spent budget turnout { accepted superseded counted }
        projects { number title outcome reason explanation score place application { id } } } } }`,
      { id: contestId },
    );
    return voting.result;
  });

/** After the close a ballot is refused. */
export const lateRefused = (p: Platform, contestId: string, voter: Session, project: Filed): Promise<void> =>
  castRefused(p, contestId, voter, [project.id], 'VOTING_CLOSED');
