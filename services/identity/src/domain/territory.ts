import { accept, reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { covers, scopesOver, territoryLevel, type TerritoryLevel } from '@veche/kit/domain/oktmo';

/** A territory of the directory; the id of the aggregate is its OKTMO code, which tells the level too. */
export interface Territory {
  name: string;
  /** Code of the territory that it lies in; null for the root: the region, or a large municipality that is run by itself. */
  parent: string | null;
  level: TerritoryLevel;
}

/** An entry as it is handed in. */
export interface TerritoryLine {
  oktmo: string;
  name: string;
  parent: string | null;
}

export type TerritoryEvent = { kind: 'TerritoryNoted' };
export type TerritoryCode =
  | 'TERRITORIES_INVALID'
  | 'OKTMO_INVALID'
  | 'TERRITORY_NAME_LENGTH'
  | 'TERRITORY_CYCLE'
  | 'PARENT_REQUIRED'
  | 'PARENT_UNKNOWN'
  | 'PARENT_LEVEL'
  | 'PARENT_OUTSIDE';

const AT_ONCE = { min: 1, max: 500 };
const NAME = { min: 2, max: 200 };

/** Codes that a check of the lines looks up in the directory; of too many lines only the first. */
export const namedCodes = (lines: readonly TerritoryLine[]): string[] => [
  ...new Set(
    lines
      .slice(0, AT_ONCE.max)
      .flatMap(({ oktmo, parent }) => [...scopesOver(oktmo), ...(parent === null ? [] : [parent])]),
  ),
];

/**
 * The first reason against entering lines into the directory; `known`: codes that it has. A parent is one level up and covers its part by
 * code, so the tree never differs from what the rights of officials cover. No entry is ever taken out and no code changes its level, so no
 * later import makes a parent absent or closes a circle.
 */
export function lineProblem(
  lines: readonly TerritoryLine[],
  known: ReadonlySet<string>,
): Rejection<TerritoryCode> | null {
  const codes = new Set(lines.map(({ oktmo }) => oktmo));
  if (lines.length < AT_ONCE.min || lines.length > AT_ONCE.max || codes.size < lines.length)
    return reject('TERRITORIES_INVALID', ['territories'], AT_ONCE).rejection;
  const present = new Set([...known, ...codes]);
  for (const [index, line] of lines.entries()) {
    const problem = formProblem(line) ?? parentProblem(line, present);
    if (!problem) continue;
    const { code, field, params } = problem;
    return { code, path: ['territories', String(index), field], ...(params ? { params } : {}) };
  }
  return null;
}

interface Problem {
  code: TerritoryCode;
  field: keyof TerritoryLine;
  params?: Rejection['params'];
}

function formProblem({ oktmo, name }: TerritoryLine): Problem | null {
  if (territoryLevel(oktmo) === null) return { code: 'OKTMO_INVALID', field: 'oktmo' };
  const { length } = name.trim();
  return length < NAME.min || length > NAME.max ? { code: 'TERRITORY_NAME_LENGTH', field: 'name', params: NAME } : null;
}

function parentProblem({ oktmo, parent }: TerritoryLine, present: ReadonlySet<string>): Problem | null {
  const wrong = (code: TerritoryCode): Problem => ({ code, field: 'parent', params: { parent: parent ?? '' } });
  if (parent === null) return mayBeRoot(oktmo, present) ? null : wrong('PARENT_REQUIRED');
  if (parent === oktmo) return wrong('TERRITORY_CYCLE');
  if (!present.has(parent)) return wrong('PARENT_UNKNOWN');
  if (territoryLevel(parent) !== levelAbove(oktmo)) return wrong('PARENT_LEVEL');
  return covers(parent, oktmo) ? null : wrong('PARENT_OUTSIDE');
}

/** A municipality is a root for as long as the directory has no region over it. */
function mayBeRoot(oktmo: string, present: ReadonlySet<string>): boolean {
  if (territoryLevel(oktmo) !== 'MUNICIPALITY') return territoryLevel(oktmo) === 'REGION';
  return !scopesOver(oktmo).some((scope) => territoryLevel(scope) === 'REGION' && present.has(scope));
}

/** Null: nothing is above a region. */
function levelAbove(oktmo: string): TerritoryLevel | null {
  switch (territoryLevel(oktmo)) {
    case 'MUNICIPALITY':
      return 'REGION';
    case 'SETTLEMENT':
      return 'MUNICIPALITY';
    case 'LOCALITY':
      return territoryLevel(oktmo.slice(0, 8));
    default:
      return null;
  }
}

export const saysNothingNew = (current: Territory, { name, parent }: TerritoryLine): boolean =>
  name.trim() === current.name && parent === current.parent;

/** Enters a line that was checked; one that says nothing new changes nothing. */
export function noteTerritory(current: Territory, line: TerritoryLine): Decision<Territory, TerritoryEvent, never> {
  if (saysNothingNew(current, line)) return accept(current);
  const { oktmo, name, parent } = line;
  return accept({ name: name.trim(), parent, level: territoryLevel(oktmo)! }, { kind: 'TerritoryNoted' });
}

/** Codes of the regions that the lines are or lie in, whether the directory has them or not, each once. */
export const regionsOver = (lines: readonly Pick<TerritoryLine, 'oktmo'>[]): string[] => [
  ...new Set(lines.flatMap(({ oktmo }) => scopesOver(oktmo)).filter((scope) => territoryLevel(scope) === 'REGION')),
];

/** The region that a municipality lies in, the narrowest of those given; undefined when none is over it. */
export const regionOver = (oktmo: string, regions: readonly string[]): string | undefined =>
  scopesOver(oktmo).findLast((scope) => regions.includes(scope));

/** A municipality that was a root lies in its region once the directory has it. */
export const joinRegion = (current: Territory, region: string): Decision<Territory, TerritoryEvent, never> =>
  current.parent === null ? accept({ ...current, parent: region }, { kind: 'TerritoryNoted' }) : accept(current);
