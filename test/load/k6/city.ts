import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  admitted,
  AT,
  contestInput,
  does,
  drafted,
  filed,
  openContest,
  organiser,
} from '../../../services/contests/test/setup.ts';
import { published as idea } from '../../../services/contests/test/setup-ideas.ts';
import { resident } from '../../../services/voting/test/setup.ts';
import { startWorld, type World } from '../../regulation/world.ts';

/** A city on the day of a vote, for the scenarios of k6: services on the real database, tokens of its people. A process of its own. Argument: number of voters. */
const VOTERS = Number(process.argv[2]);
const PROJECTS = 12;
const WAITING = 60;
/** One for each visitor of the officials' day, officials among them: k6 numbers them together. */
const DRAFTS = 40;
const IDEAS = 40;
const AT_ONCE = 8;
const DAY = 86_400_000;

/** `make` so many times, a few side by side. */
async function times<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let start = 0; start < count; start += AT_ONCE)
    made.push(
      ...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, n) => make(start + n)))),
    );
  return made;
}

/** A contest whose vote is open. */
async function openVote({ contests, voting, clock }: World): Promise<{ contestId: string; projects: string[] }> {
  const contestId = await openContest(contests);
  const list = await times(PROJECTS, (n) =>
    admitted(contests, contestId, { title: `Детская площадка, двор ${n + 1}` }),
  );
  clock.set(new Date(AT.voting.getTime() - DAY));
  await does(contests, 'approveBallotList', { contestId }, organiser);
  clock.set(AT.voting);
  await contests.settle();
  await voting.runBackground('clock');
  await voting.settle();
  return { contestId, projects: list.map(({ applicationId }) => applicationId) };
}

const local = (day: string): string => `2026-${day}T13:30:00`;
/** Its intake begins half an hour after that vote. */
const LATER = [
  { type: 'INTAKE', opensLocal: local('03-20'), closesLocal: local('04-10') },
  { type: 'ADMISSION', opensLocal: local('04-10'), closesLocal: local('04-20') },
  { type: 'VOTING', opensLocal: local('04-21'), closesLocal: local('04-28') },
  { type: 'IMPLEMENTATION', opensLocal: local('05-01'), closesLocal: local('10-01') },
];

/** A contest that takes in applications: some wait for the officials, some are being written. */
async function openIntake({ contests, clock }: World) {
  const { id: contestId } = await does(contests, 'createContest', contestInput({ stages: LATER }), organiser);
  await does(contests, 'publishContest', { contestId }, organiser);
  clock.set(new Date(AT.voting.getTime() + 3_600_000));
  await times(WAITING, (n) => filed(contests, contestId, { title: `Освещение улицы, участок ${n + 1}` }));
  return { contestId, drafts: await times(DRAFTS, () => drafted(contests, contestId)) };
}

const world = await startWorld();
const { contests, voting } = world;
const vote = await openVote(world);
const intake = await openIntake(world);
await times(IDEAS, (n) => idea(contests, { title: `Качели и площадка во дворе ${n + 1}` }));
const editors = await Promise.all(
  intake.drafts.map(async ({ applicationId, lead }) => ({ applicationId, token: await contests.token(lead) })),
);
const city = {
  vote,
  intake: intake.contestId,
  editors,
  officials: await times(10, () => contests.token(organiser)),
  voters: await times(VOTERS, () => voting.token(resident())),
};

const realm = createServer((_request, response) => response.end(JSON.stringify(contests.issuer.jwks)));
await new Promise<void>((resolve) => realm.listen(0, '127.0.0.1', () => resolve()));

interface Message {
  /** Whom the scenarios play and where the services are; without it, how many ballots are stored. */
  describe?: true;
  stop?: true;
}

async function answer({ describe, stop }: Message): Promise<void> {
  if (describe) {
    const certs = `http://127.0.0.1:${(realm.address() as AddressInfo).port}/`;
    const urls = {
      contests: contests.url,
      voting: voting.url,
      registry: world.registry.url,
      expertise: world.expertise.url,
    };
    process.send!({ city, urls, issuer: contests.issuer.issuer, certs });
  } else if (stop) {
    await world.stop();
    process.exit(0);
  } else {
    const ballots = voting.deps.connection.db!.collection('ballots');
    process.send!({ rows: await ballots.countDocuments({ contest: vote.contestId }) });
  }
}

process.on('message', (message: Message) => void answer(message));
// Whoever started the load may have been killed; nobody else ends this process.
process.on('disconnect', () => process.exit());
process.send!({ port: Number(new URL(contests.url).port) });
