/** One thing that breaks an invariant of the platform (I1-I10). */
export interface Violation {
  invariant: string;
  fault: string;
  /** What it was found at: an id, the index of an entry, a topic; never a person. */
  at: string;
  /** Contest, where it belongs to one. */
  contest?: string;
}

/** A figure that people should see beside the violations. */
export type Figure = Readonly<Record<string, string | number>> & { readonly figure: string };

export interface Look {
  now: Date;
  /** Only these; empty for all. */
  contests: readonly string[];
  stopping: AbortSignal;
  tell(figure: Figure): void;
}

/** What a service can prove over its own stores; no service reads the stores of another. */
export interface Audit {
  invariants: readonly string[];
  /** Gives up, throwing, when `stopping` is aborted. */
  look(look: Look): AsyncIterable<Violation>;
}

/** Several audits as one. */
export function together(...audits: readonly Audit[]): Audit {
  return {
    invariants: [...new Set(audits.flatMap(({ invariants }) => invariants))].sort(inOrder),
    async *look(look) {
      for (const audit of audits) yield* audit.look(look);
    },
  };
}

/** I2 before I10. */
const inOrder = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

export interface Summary {
  invariant: string;
  violations: number;
}

/** How often each invariant is broken, also those that are not. */
export const summaryOf = ({ invariants }: Audit, found: readonly Violation[]): Summary[] =>
  invariants.map((invariant) => ({
    invariant,
    violations: found.filter((one) => one.invariant === invariant).length,
  }));
