/** Numbers that look random and are the same for the same seed and name, in whatever order they are asked for. */
export interface Draws {
  /** A whole number from `from` to `to`, both included, at most 2^32 apart. */
  whole(name: string, from: number, to: number): number;
  /** One of a list that is not empty. */
  one<T>(name: string, list: readonly T[]): T;
}

/** `hash` gives hex; the domain has no cryptography of its own. */
export function drawsOf(seed: string, hash: (text: string) => string): Draws {
  const whole = (name: string, from: number, to: number): number => {
    // 48 bits over at most 2^32 values: no value is noticeably likelier than another.
    const drawn = BigInt(`0x${hash(`${seed}\n${name}`).slice(0, 12)}`);
    return from + Number(drawn % BigInt(to - from + 1));
  };
  return { whole, one: (name, list) => list[whole(name, 0, list.length - 1)]! };
}
