import { expect } from '@jest/globals';
import { SUBGRAPHS } from '../../stand/src/parts/services.ts';
import { manifests, PROFILES, render, type Manifest } from './render.ts';

export const helm = process.env['TEST_HELM']!;
export const REGIONAL = PROFILES.find(({ name }) => name === 'regional')!;

export const rendered = (...set: string[]): Manifest[] =>
  manifests(render(helm, REGIONAL, ...set.flatMap((one) => ['--set', one])));
const standard = rendered();
export const of = (kind: string, from = standard): Manifest[] => from.filter((manifest) => manifest.kind === kind);
export const one = (kind: string, name: string, from = standard): Manifest => {
  const found = of(kind, from).filter(({ metadata }) => metadata.name === `veche-${name}`);
  expect(found).toHaveLength(1);
  return found[0]!;
};
export const names = (kind: string, from = standard): string[] =>
  of(kind, from).map(({ metadata }) => metadata.name.replace('veche-', ''));

export const PROGRAMS = [...SUBGRAPHS, 'esia-bridge', 'gateway'].sort();
