/** An application with the experts who got it and all who may. */
export interface Holding {
  expertIds: string[];
  able: readonly string[];
}

/** One step of a chain: `from` hands the application to `to`. */
interface Pass {
  from: string;
  to: string;
  holding: Holding;
}

/**
 * Makes the loads as even as they can be, by chains in which the first expert loses an application, the last one gains one and those between
 * exchange; in place. It ends because each chain lowers the sum of the squares of the loads.
 */
export function lighten(holdings: readonly Holding[], loads: Map<string, number>): void {
  for (let chain = bestChain(holdings, loads); chain; chain = bestChain(holdings, loads)) {
    for (const { from, to, holding } of chain)
      holding.expertIds = holding.expertIds.map((id) => (id === from ? to : id));
    const [first, last] = [chain[0]!.from, chain.at(-1)!.to];
    loads.set(first, loads.get(first)! - 1);
    loads.set(last, loads.get(last)! + 1);
  }
}

/** A chain from the heaviest expert who has one. */
function bestChain(holdings: readonly Holding[], loads: ReadonlyMap<string, number>): Pass[] | null {
  const least = Math.min(...loads.values());
  const held = byExpert(holdings);
  for (const [id, load] of [...loads].toSorted(([, a], [, b]) => b - a)) {
    const chain = load >= least + 2 ? chainFrom(id, held, loads) : null;
    if (chain) return chain;
  }
  return null;
}

/** The shortest chain from an expert to one who has at least two fewer; null when there is none. */
function chainFrom(
  start: string,
  held: ReadonlyMap<string, readonly Holding[]>,
  loads: ReadonlyMap<string, number>,
): Pass[] | null {
  const light = loads.get(start)! - 2;
  const reached = new Map<string, Pass | null>([[start, null]]);
  for (const from of reached.keys()) {
    for (const pass of passesFrom(from, held)) {
      if (reached.has(pass.to)) continue;
      reached.set(pass.to, pass);
      if (loads.get(pass.to)! <= light) return chainTo(pass.to, reached);
    }
  }
  return null;
}

/** What an expert could hand to whom. */
function* passesFrom(from: string, held: ReadonlyMap<string, readonly Holding[]>): Generator<Pass> {
  for (const holding of held.get(from) ?? [])
    for (const to of holding.able) if (!holding.expertIds.includes(to)) yield { from, to, holding };
}

function byExpert(holdings: readonly Holding[]): Map<string, Holding[]> {
  const held = new Map<string, Holding[]>();
  for (const holding of holdings) {
    for (const id of holding.expertIds) {
      const known = held.get(id);
      if (known) known.push(holding);
      else held.set(id, [holding]);
    }
  }
  return held;
}

function chainTo(end: string, reached: ReadonlyMap<string, Pass | null>): Pass[] {
  const chain: Pass[] = [];
  for (let pass = reached.get(end); pass; pass = reached.get(pass.from)) chain.unshift(pass);
  return chain;
}
