import { mkdtempSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@veche/kit';
import { startForTest } from '@veche/kit/testing/harness';
import { definition } from '../../services/contests/src/definition.ts';
import { termsOf } from '../../services/contests/src/domain/search/terms.ts';
import { writeIndex } from '../../services/contests/src/store/search-index.ts';
import { makeSearchStores } from '../../services/contests/src/store/search.ts';
import { percentile } from '../percentile.ts';

/**
 * Search over many ideas: how long an answer of the graph takes, with what the database reads for it, beside a scan of the same texts by a regular
 * expression. Driver, service and database share one machine. TEST_MONGODB_URI names the database server.
 */
const IDEAS = Number(process.env.LOAD_IDEAS ?? 200_000);
const ASKED = Number(process.env.LOAD_QUERIES ?? 600);
const CONNECTIONS = Number(process.env.LOAD_CONNECTIONS ?? 4);
const SCANS = 3;
const GOAL_MS = 150;
const BATCH = 50_000;

const COMMON =
  'детская площадка двор ремонт дорога освещение сквер парк тротуар школа спортивная улица качели скамейка ограждение озеленение остановка детский сад библиотека мост пешеходный переход парковка благоустройство набережная фонтан памятник'.split(
    ' ',
  );
const SYLLABLES = 'ба ве ги до жу за ки ле ма но пе ра си то фу ха це ши ря ло ме ны'.split(' ');
const RARE = 40_000;
/** One of a long tail of words, like names of streets and people. */
const rare = (n: number): string =>
  [n % 22, Math.floor(n / 22) % 22, Math.floor(n / 484) % 22, Math.floor(n / 10_648) % 22]
    .map((at) => SYLLABLES[at]!)
    .join('');

let seed = 1;
/** The same numbers in each run. */
const random = (): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};
/** The nearer to the front, the more often. */
const word = (): string =>
  random() < 0.5 ? COMMON[Math.floor(COMMON.length ** random()) - 1]! : rare(Math.floor(RARE ** random()));
const textOf = (words: number): string => Array.from({ length: words }, word).join(' ');
const TERRITORIES = Array.from({ length: 22 }, (_, n) => `7187${String(n).padStart(2, '0')}00`.slice(0, 8));

process.env.CONTESTS_KEYS_DIR ??= mkdtempSync(join(tmpdir(), 'veche-load-'));
const service = await startForTest(definition, {
  env: { CONTESTS_KEYS_DIR: process.env.CONTESTS_KEYS_DIR, FILES_DIR: process.env.CONTESTS_KEYS_DIR },
});
const { connection } = service.deps;
const stores = makeSearchStores(connection.useDb(connection.name, { useCache: false }));
const ideas = connection.collection('ideas');

const begun = performance.now();
for (let made = 0; made < IDEAS; made += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, IDEAS - made) }, () => ({
    ref: newId(),
    title: textOf(6),
    text: textOf(35),
    oktmo: TERRITORIES[Math.floor(random() * TERRITORIES.length)]!,
  }));
  const at = new Date();
  const blank = {
    version: 1,
    commands: [],
    inbox: [],
    outbox: [],
    createdAt: at,
    updatedAt: at,
    verdicts: [],
    revisions: [],
    complaints: [],
  };
  await ideas.insertMany(
    batch.map(({ ref, ...idea }) => ({
      ...blank,
      ...idea,
      _id: ref as never,
      status: 'PUBLISHED',
      category: 'YARD',
      supporters: 0,
      stopWords: [],
      complainants: [],
      contestId: null,
      mergedInto: null,
      merge: null,
      authorId: ref,
    })),
  );
  const documents = batch.map(({ ref, ...idea }) => ({
    kind: 'IDEA' as const,
    ref,
    terms: termsOf({ ...idea, kind: 'IDEA', contestId: null, seenIn: null, finished: false }),
  }));
  await writeIndex(stores, documents);
  process.stdout.write(`\rindexed ${made + batch.length} ideas, ${Math.round((performance.now() - begun) / 1000)} s `);
}
process.stdout.write('\n');

const SEARCH = `query ($text: String!, $filter: SearchFilter) {
  search(text: $text, filter: $filter) { totalCount misspelt nodes { id idea { title } } } }`;
const SIMILAR = `query ($title: String!, $text: String) { similar(title: $title, text: $text) { id } }`;

type Question = [document: string, variables: () => Record<string, unknown>];
const KINDS: Record<string, Question> = {
  'two common words': [SEARCH, () => ({ text: 'детская площадка' })],
  'other forms of them': [SEARCH, () => ({ text: 'детских площадок во дворах' })],
  'a letter wrong in one': [SEARCH, () => ({ text: 'детсая площадка' })],
  'a letter wrong in both': [SEARCH, () => ({ text: 'деткая плащадка' })],
  'a rare word and a common one': [SEARCH, () => ({ text: `ремонт ${rare(Math.floor(random() * RARE))}` })],
  'common words in a territory': [
    SEARCH,
    () => ({ text: 'ремонт дороги', filter: { oktmo: TERRITORIES[Math.floor(random() * 22)] } }),
  ],
  'what is alike': [SIMILAR, () => ({ title: textOf(6), text: textOf(20) })],
};

const times = new Map(Object.keys(KINDS).map((kind) => [kind, [] as number[]]));
const work = Array.from({ length: ASKED }, (_, n) => Object.keys(KINDS)[n % Object.keys(KINDS).length]!);
const warmUp = work.splice(0, 42);
const found = new Map<string, number>();
async function askAll(kinds: string[], keep: boolean): Promise<void> {
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let kind = kinds.pop(); kind; kind = kinds.pop()) {
        const [document, variables] = KINDS[kind]!;
        const at = performance.now();
        const { data, errors } = await service.gql(document, variables());
        if (errors) throw new Error(JSON.stringify(errors));
        if (keep) times.get(kind)!.push(performance.now() - at);
        found.set(kind, data.search?.totalCount ?? data.similar.length);
      }
    }),
  );
}
await askAll(warmUp, false);
await askAll(work, true);

const ms = (value: number): string => `${value.toFixed(0)} ms`;
for (const [kind, list] of times)
  console.log(`${kind}: p50 ${ms(percentile(list, 0.5))}, p95 ${ms(percentile(list, 0.95))}, found ${found.get(kind)}`);
const all = [...times.values()].flat();
console.log(
  `all ${all.length} answers, ${CONNECTIONS} at once: p50 ${ms(percentile(all, 0.5))}, p95 ${ms(percentile(all, 0.95))}, p99 ${ms(percentile(all, 0.99))}; goal p95 < ${GOAL_MS} ms`,
);

const scans: number[] = [];
for (let scan = 0; scan < SCANS; scan += 1) {
  const at = performance.now();
  await ideas.countDocuments({ $and: [{ text: /детск/i }, { text: /площад/i }] });
  scans.push(performance.now() - at);
}
console.log(`baseline, a scan by regular expression, one at a time: median ${ms(percentile(scans, 0.5))}`);
const plan: any = await connection
  .collection('search_postings')
  .find({ term: { $in: ['детск', 'площадк'] } })
  .explain();
console.log(`index used: ${JSON.stringify(plan.queryPlanner.winningPlan).match(/"indexName":"[^"]+"/)?.[0] ?? 'none'}`);
console.log(
  `load average ${loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')}`,
);
await service.stop();
process.exit(percentile(all, 0.95) < GOAL_MS ? 0 : 1);
