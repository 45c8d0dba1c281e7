import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { castSame, close, LIVE_SIDES, watched, type Side, type Step } from './setup-outsider.ts';

/**
 * Two votes that differ in nothing but what people chose must look the same to everybody until the rule lets the tally be seen: whatever an
 * outsider can ask for is asked of both at the same moments and compared, with ids and hashes made alike. Each vote is held by a service of its own,
 * so that logs, metrics and spans can be compared as well.
 */
const LIMIT = 480_000;

describe('while the rule hides the tally', () => {
  let sides: [Side, Side];
  let steps: Step[];
  beforeAll(async () => {
    sides = await watched('HIDDEN_UNTIL_END');
    steps = await castSame(sides);
  }, LIMIT);
  afterAll(async () => void (await Promise.all(sides.map((side) => side.stop()))), LIMIT);

  test.each(['documents', 'topics', 'metrics', 'logs', 'sizes', 'stream'] as const)(
    'two votes with other choices look the same after every ballot: %s',
    (part) => {
      for (const [ours, theirs] of steps) {
        expect(ours[part].length).toBeGreaterThan(0);
        expect(theirs[part]).toEqual(ours[part]);
      }
    },
  );

  test('what is exported of spans is the same, and names no project', async () => {
    const [ours, theirs] = await Promise.all(sides.map((side) => side.spans()));
    expect(ours!.length).toBeGreaterThan(0);
    expect(theirs).toEqual(ours);
  });

  test('no event, metric, log line or span names a project', async () => {
    for (const side of sides) {
      const [raw, spans] = [await side.raw(), JSON.stringify(await side.spans())];
      expect(raw.metrics).toContain('veche_http_request_seconds');
      expect(raw.logs).toContain('"level":"info"');
      for (const project of side.told.projects)
        for (const text of [raw.topics, raw.metrics, raw.logs, spans]) expect(text).not.toContain(project);
    }
  });

  test('the counters of a hidden tally are kept nowhere, so nothing is written more or less often by what was chosen', async () => {
    for (const side of sides) expect(await side.documentsOf('tallies')).toBe(0);
    const written = await Promise.all(sides.map((side) => side.written()));
    expect(written[1]).toEqual(written[0]);
  });

  test(
    'after the count they differ, and so the comparison would have seen it',
    async () => {
      await Promise.all(sides.map(close));
      const [ours, theirs] = await Promise.all(sides.map((side) => side.seen()));
      expect(theirs!.documents).not.toEqual(ours!.documents);
      expect(theirs!.topics).not.toEqual(ours!.topics);
    },
    LIMIT,
  );
});

test(
  'where the rule says LIVE the same search finds the tally: in the documents and in the stream',
  async () => {
    const sides = await watched(LIVE_SIDES);
    const steps = await castSame(sides);
    await Promise.all(sides.map((side) => side.stop()));
    for (const part of ['documents', 'stream'] as const)
      expect(steps.some(([ours, theirs]) => JSON.stringify(ours[part]) !== JSON.stringify(theirs[part]))).toBe(true);
  },
  LIMIT,
);
