/**
 * The last used entries by key, about `size` of them by weight, in two generations: when the young one is full it becomes the old one and the old one
 * goes. To evict one by one from a Map costs a walk over what was evicted before.
 */
export class RecentMap<V> {
  readonly #half: number;
  readonly #weigh: (value: V) => number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #weight = 0;

  constructor(size: number, weigh: (value: V) => number = () => 1) {
    this.#half = Math.max(1, Math.ceil(size / 2));
    this.#weigh = weigh;
  }

  get(key: string): V | undefined {
    const found = this.#young.get(key);
    if (found !== undefined) return found;
    const used = this.#old.get(key);
    if (used !== undefined) this.set(key, used);
    return used;
  }

  set(key: string, value: V): void {
    const before = this.#young.get(key);
    if (before !== undefined) this.#weight -= this.#weigh(before);
    else if (this.#weight >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    this.#young.set(key, value);
    this.#weight += this.#weigh(value);
  }
}
