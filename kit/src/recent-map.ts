/**
 * The last entries by key, about `size` of them, in two generations: when the young one is full it becomes the old one and the old one goes. To evict
 * one by one from a Map costs a walk over what was evicted before.
 */
export class RecentMap<V> {
  readonly #half: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(size: number) {
    this.#half = Math.max(1, Math.ceil(size / 2));
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
