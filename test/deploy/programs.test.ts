import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { goProgram } from '../../stand/src/parts/kube-tools.ts';
import { ROOT } from '../../stand/src/state.ts';
import { policy, schemas, skaffoldFile } from './programs.ts';
import { CHART } from './render.ts';

const good = readFileSync(join(CHART, 'examples/regional.yaml'), 'utf8');
let place: string;
let file: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'veche-bad-'));
  file = join(place, 'bad.yaml');
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** The example with one thing changed in all places. */
function changed(from: string, to: string): string[] {
  expect(good).toContain(from);
  writeFileSync(file, good.replaceAll(from, to));
  return [file];
}

/** Where nothing can be checked nothing can fail, which the step says. */
const there = (await goProgram('kubeconform', () => undefined)) ? describe : describe.skip;

there('a check can fail', () => {
  test.each([
    ['a misspelt field', 'maxUnavailable: 1', 'maxUnavailabe: 1', 'additional properties'],
    ['a wrong type', 'containerPort: 4003', 'containerPort: voting', 'containerPort'],
    ['a misspelt field of an operator', 'minReplicaCount:', 'minReplicas:', 'ScaledObject veche-analytics is invalid'],
    ['a kind that is not known', 'kind: PodDisruptionBudget', 'kind: PodDisruption', 'could not find schema'],
  ])('schemas: %s', async (_what, from, to, words) => {
    expect((await schemas(changed(from, to))).join('\n')).toContain(words);
  });

  test.each([
    ['a writable file system', 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'],
    ['no limit of memory', '              memory: 1Gi', '              cpu: 1'],
    ['a pod without a network policy', 'kind: NetworkPolicy', 'kind: NoPolicy'],
  ])('policy: %s', async (_what, from, to) => {
    expect((await policy(changed(from, to))).join('\n')).toMatch(/CRITICAL|WARNING/);
  });

  test.each([
    ['a misspelt field', 'valuesFiles:', 'valueFiles:', 'additional properties'],
    ['a field of another kind of artifact', 'docker:', 'dockers:', 'additional properties'],
    ['a wrong type', 'concurrency: 2', 'concurrency: two', 'must be integer'],
  ])('skaffold.yaml: %s', async (_what, from, to, words) => {
    const text = readFileSync(join(ROOT, 'skaffold.yaml'), 'utf8');
    expect(text).toContain(from);
    expect((await skaffoldFile(text.replaceAll(from, to))).join('\n')).toContain(words);
    expect(await skaffoldFile(text)).toEqual([]);
  });

  test('and passes what is right', async () => {
    writeFileSync(file, good);
    expect(await schemas([file])).toEqual([]);
    expect(await policy([file])).toEqual([]);
  });
});
