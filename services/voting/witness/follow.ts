import { sign } from 'node:crypto';
import { isAuthentic, signedBytes, type Head } from './head.ts';
import type { LogClient } from './log-client.ts';
import type { Alarm, Memory, Signed } from './memory.ts';
import { grow, isConsistent, rootOf, type Tree } from './proof.ts';

/** A cache on the way may show an older head for a moment, not for longer. */
const BEHIND_MS = 60_000;
/** Old entries that are read again each time, so that the whole log is in the course of time. */
const REREAD = 1024;

/** A log contradicts itself: the code, a sentence for people, and what proves it. */
class Contradiction extends Error {
  readonly code: string;
  readonly evidence: object;
  constructor(code: string, message: string, evidence: object) {
    super(message);
    this.code = code;
    this.evidence = evidence;
  }
}

export interface Watch {
  log: LogClient;
  memory: Memory;
  /** Key of the log, hex, pinned. */
  logKey: string;
  now(): Date;
}

/** Watches the log of one contest after the other; remembers between the looks only what may be forgotten. */
export class Follower {
  readonly #watch: Watch;
  readonly #behindSince = new Map<string, number>();
  readonly #reread = new Map<string, number>();

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** Signs the head if it is consistent with all that was signed; else raises an alarm for good. Throws Unanswered when nothing could be learnt. */
  async look(head: Head): Promise<Alarm | null> {
    const { memory, now } = this.#watch;
    const { contest } = head;
    if (memory.alarm(contest)) return memory.alarm(contest);
    try {
      await this.#compare(head, memory.signed(contest));
      return null;
    } catch (error) {
      if (!(error instanceof Contradiction)) throw error;
      const { code, message, evidence } = error;
      const alarm = { code, contest, at: now().toISOString(), message, evidence };
      memory.raise(alarm);
      return alarm;
    }
  }

  async #compare(head: Head, last: Signed | null): Promise<void> {
    const { logKey, memory } = this.#watch;
    if (!isAuthentic(head, logKey))
      throw new Contradiction('WRONG_KEY', 'подпись головы не принадлежит ключу журнала', { head, logKey });
    if (!last) return this.#advance(head, null);
    const both = { signedBefore: last.head, shownNow: head };
    if (head.size < last.head.size) return this.#older(head, last, both);
    this.#behindSince.delete(head.contest);
    if (head.size > last.head.size) await this.#advance(head, last);
    else if (head.root !== last.head.root)
      throw new Contradiction('FORK', `две разные головы одного размера ${head.size}`, both);
    else if (head.sig !== last.head.sig)
      throw new Contradiction('SIGNED_TWICE', `голова размера ${head.size} подписана заново`, both);
    await this.#rereadSome(memory.signed(head.contest)!);
  }

  #older(head: Head, last: Signed, both: object): void {
    const { memory, now } = this.#watch;
    const tree: Tree = { size: 0, peaks: [] };
    grow(tree, memory.entries(head.contest, 0, head.size));
    if (rootOf(tree) !== head.root)
      throw new Contradiction('FORK', `голова размера ${head.size} не та, что вела к размеру ${last.head.size}`, both);
    const since = this.#behindSince.get(head.contest) ?? now().getTime();
    this.#behindSince.set(head.contest, since);
    if (now().getTime() - since >= BEHIND_MS)
      throw new Contradiction('ROLLED_BACK', `журнал стал короче: ${head.size} вместо ${last.head.size}`, both);
  }

  /** From what was signed to a larger head: by the proof of the RFC, and by the entries themselves, which become part of the own copy. */
  async #advance(head: Head, last: Signed | null): Promise<void> {
    const { log, memory } = this.#watch;
    const { contest, size } = head;
    const tree: Tree = last ? { size: last.tree.size, peaks: [...last.tree.peaks] } : { size: 0, peaks: [] };
    const first = tree.size;
    const before = rootOf(tree);
    const path = await log.consistency(contest, first, size);
    if (!isConsistent({ first, second: size, path }, before, head.root))
      throw new Contradiction('INCONSISTENT', `размер ${size} не продолжает размер ${first}`, {
        signedBefore: last?.head ?? null,
        shownNow: head,
        proof: path,
      });
    const entries = await log.entries(contest, first, size);
    grow(tree, entries);
    if (rootOf(tree) !== head.root)
      throw new Contradiction('ENTRIES_DIFFER', `записи ${first}..${size - 1} не дают корня головы`, {
        shownNow: head,
        from: first,
        entries,
      });
    const sig = sign(null, signedBytes(head), memory.key).toString('hex');
    const { root, time } = head;
    memory.keep({ head: { contest, root, size, time, sig: head.sig }, sig, tree }, first, entries);
  }

  /** Compares a stretch of what the log shows today with the own copy, the next stretch each time. */
  async #rereadSome({ head: { contest, size } }: Signed): Promise<void> {
    if (size === 0) return;
    const { log, memory } = this.#watch;
    const from = (this.#reread.get(contest) ?? 0) % size;
    const to = Math.min(size, from + REREAD);
    this.#reread.set(contest, to);
    const [kept, shown] = [memory.entries(contest, from, to), await log.entries(contest, from, to)];
    const at = kept.findIndex((leaf, n) => leaf !== shown[n]);
    if (at >= 0)
      throw new Contradiction('ENTRY_CHANGED', `запись ${from + at} изменена после того, как была заверена`, {
        index: from + at,
        was: kept[at],
        shownNow: shown[at],
        signedBefore: memory.signed(contest)!.head,
      });
  }
}
