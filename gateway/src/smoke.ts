// node src/smoke.ts URL [--seconds 15] [--visitors 8] [--p95 2000]: reads the public graph as visitors do and asks for what nobody without a login may
// have. Ends with 1 when an answer is not what it should be, or when of a hundred requests more than five take longer than --p95 milliseconds.
import { parseArgs } from 'node:util';

/** Queries, and what their answers say. */
const REQUESTS = {
  '{ contests(first: 10) { nodes { id title state } } }': 'OK',
  // Three services in one answer.
  '{ contests(first: 1) { nodes { id } } voting(contestId: "none") { state } projects(first: 1) { nodes { id } } }':
    'OK',
  '{ ideas(first: 10) { nodes { id } } }': 'OK',
  '{ myApplications(first: 1) { nodes { id } } }': 'UNAUTHENTICATED',
};
const PATIENCE_MS = 20_000;

interface Answer {
  data?: object | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '15' },
    visitors: { type: 'string', default: '8' },
    p95: { type: 'string', default: '2000' },
  },
});
const [url] = positionals;
const times: number[] = [];
const wrong = new Map<string, number>();

async function ask(query: string): Promise<Answer> {
  const begun = performance.now();
  try {
    const answer = await fetch(url!, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return (await answer.json()) as Answer;
  } catch (error) {
    return { errors: [{ message: String(error) }] };
  } finally {
    times.push(performance.now() - begun);
  }
}

/** OK, or the code or the words of the first error. */
function saidBy({ data, errors = [] }: Answer): string {
  const [error] = errors;
  if (error) return error.extensions?.code ?? error.message;
  return data ? 'OK' : 'nothing';
}

async function visit(until: number): Promise<void> {
  do {
    for (const [query, expected] of Object.entries(REQUESTS)) {
      const said = saidBy(await ask(query));
      const problem = `${query}: ${said}`;
      if (said !== expected) wrong.set(problem, (wrong.get(problem) ?? 0) + 1);
    }
  } while (performance.now() < until);
}

if (!url) throw new Error('Where? node src/smoke.ts http://veche-gateway:4000/graphql');
const until = performance.now() + Number(values.seconds) * 1000;
await Promise.all(Array.from({ length: Number(values.visitors) }, () => visit(until)));

const sorted = times.toSorted((a, b) => a - b);
const at = (part: number): number => Math.round(sorted[Math.ceil(sorted.length * part) - 1]!);
console.log(`${times.length} requests, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);
for (const [problem, count] of wrong) console.error(`${count} times ${problem}`);
if (at(0.95) > Number(values.p95)) console.error(`p95 is above ${values.p95} ms`);
process.exitCode = wrong.size > 0 || at(0.95) > Number(values.p95) ? 1 : 0;
