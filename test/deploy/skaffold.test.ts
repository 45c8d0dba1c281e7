import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../../stand/src/state.ts';
import { schemas } from './programs.ts';
import { one, PROGRAMS } from './rendered.ts';

interface Artifact {
  image: string;
  docker: { target?: string; buildArgs: { SERVICE: string } };
  sync?: { manual: { src: string; dest: string }[] };
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const skaffold = parse(read('skaffold.yaml'));
const profile = (name: string): any => skaffold.profiles.find((entry: { name: string }) => entry.name === name);
const released: Artifact[] = skaffold.build.artifacts;
const developed: Artifact[] = profile('dev').build.artifacts;
const [release] = skaffold.deploy.helm.releases;

test.each([
  ['released', released],
  ['developed', developed],
])('every program of the chart is %s, from its own folder', (_how, artifacts) => {
  const { 'image.prefix': prefix } = release.setValues;
  expect(artifacts.map(({ image }) => image).sort()).toEqual(PROGRAMS.map((name) => `${prefix}${name}`));
  for (const { image, docker } of artifacts) {
    expect(image.split('/')[1]).toBe(docker.buildArgs.SERVICE.split('/').at(-1));
    expect(existsSync(join(ROOT, docker.buildArgs.SERVICE, 'src/main.ts'))).toBe(true);
  }
});

test('what is developed is built alike, by a target that there is, and takes changes of its own sources and of the kit where its watcher runs them', () => {
  const targets = [...read('Dockerfile').matchAll(/^FROM .* AS (\w+)$/gm)].map(([, name]) => name);
  const place = /\?\? '(\/tmp\/\w+)'/.exec(read('kit/tools/watch.ts'))![1];
  for (const [index, { docker, sync }] of developed.entries()) {
    expect(docker.buildArgs).toEqual(released[index]!.docker.buildArgs);
    expect(targets).toContain(docker.target);
    expect(sync!.manual.map(({ src }) => src)).toEqual(['kit/src/**/*.ts', `${docker.buildArgs.SERVICE}/src/**/*.ts`]);
    for (const { src, dest } of sync!.manual) {
      expect(globSync(src, { cwd: ROOT }).length).toBeGreaterThan(5);
      expect(dest).toBe(place);
    }
  }
});

test('what is installed is there, and the profile for production differs by its values alone', () => {
  const [patch, ...more] = profile('prod').patches;
  expect(more).toEqual([]);
  const path: string[] = patch.path.split('/').slice(1);
  expect(path.reduce((at, key) => at[key], skaffold)).toBe('charts/veche/values-minimal.yaml');
  for (const file of [release.chartPath, patch.value, ...release.valuesFiles.slice(1)])
    expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
});

test('what verifies is a pod that Kubernetes knows and the network of the chart lets to the gateway', async () => {
  const [{ name, container, executionMode }] = profile('verify').verify;
  const job = parse(read(executionMode.kubernetesCluster.jobManifestPath));
  const { metadata, spec } = job.spec.template;
  expect([job.metadata.name, spec.containers.map((part: { name: string }) => part.name)]).toEqual([
    name,
    [container.name],
  ]);
  expect(existsSync(join(ROOT, 'gateway', container.command[1]))).toBe(true);
  expect(metadata.labels).toMatchObject(one('NetworkPolicy', 'test').spec.podSelector.matchLabels);
  const [{ port }] = one('Service', 'gateway').spec.ports;
  expect(container.args).toEqual([`http://veche-gateway:${port}/graphql`]);
  const place = mkdtempSync(join(tmpdir(), 'veche-smoke-'));
  const pod = join(place, 'pod.yaml');
  writeFileSync(pod, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec }));
  expect(await schemas([pod])).toEqual([]);
  rmSync(place, { recursive: true });
});
