import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '@veche/kit';
import { config } from '../config.ts';
import { keptBecause, type KeptBecause } from '../domain/key-lifecycle.ts';
import { exportShares, keyOf, openShare, type Share } from '../keys/ceremony.ts';
import { fingerprintOf } from '../keys/known-keys.ts';
import { latestResult } from '../store.ts';
import { refusedByKey } from './key-refused.ts';
import { keysOfService, named, textOfNamed, withStores } from './operator.ts';

const USE = `Use: contest-keys list
     contest-keys export CONTEST --member PUBLIC.pem --member PUBLIC.pem ... --threshold N --to DIRECTORY
     contest-keys open-share FILE.jwe --key PRIVATE.pem
     contest-keys import CONTEST --share FILE --share FILE ...
     contest-keys destroy CONTEST --by NAME --reason TEXT [--force]`;

class WrongUse extends Error {}

const OPTIONS = {
  member: { type: 'string', multiple: true, default: [] as string[] },
  threshold: { type: 'string' },
  to: { type: 'string' },
  key: { type: 'string' },
  share: { type: 'string', multiple: true, default: [] as string[] },
  by: { type: 'string' },
  reason: { type: 'string' },
  force: { type: 'boolean', default: false },
} as const;

const parsed = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
type Values = ReturnType<typeof parsed>['values'];

export interface Console {
  env: NodeJS.ProcessEnv;
  /** A line of JSON. */
  show(line: object): void;
  explain(text: string): void;
}

function given(value: string | undefined): string {
  if (!value?.trim()) throw new WrongUse();
  return value;
}

async function list({ env, show }: Console): Promise<number> {
  for (const entry of await keysOfService(env).keeper.list()) show(entry);
  return 0;
}

/** A file a member; the key itself is written nowhere. */
async function exported({ env, show }: Console, contest: string, { member, threshold, to }: Values): Promise<number> {
  const directory = named(given(to));
  const key = await keysOfService(env).keeper.read(contest);
  const parts = await exportShares(contest, key, {
    members: member.map(textOfNamed),
    threshold: Number(given(threshold)),
  });
  mkdirSync(directory, { recursive: true });
  for (const [index, part] of parts.entries()) {
    const file = join(directory, `${contest}.${index + 1}.jwe`);
    writeFileSync(file, `${part}\n`, { flag: 'wx', mode: 0o600 });
    show({ contest, member: member[index], file });
  }
  show({ contest, fingerprint: fingerprintOf(key), members: parts.length, threshold: Number(threshold) });
  return 0;
}

async function opened({ show }: Console, file: string, { key }: Values): Promise<number> {
  show(await openShare(textOfNamed(file), textOfNamed(given(key))));
  return 0;
}

/** Puts back a key that was lost; a destroyed one stays destroyed, and one that is there is compared. */
async function imported({ env, show }: Console, contest: string, { share }: Values): Promise<number> {
  const key = await keyOf(
    contest,
    share.map((file) => JSON.parse(textOfNamed(file)) as Share),
  );
  const there = fingerprintOf(await keysOfService(env).keeper.put(contest, key));
  const same = there === fingerprintOf(key);
  show(same ? { contest, fingerprint: there } : { contest, code: 'ANOTHER_KEY', fingerprint: there });
  return same ? 0 : 1;
}

const KEPT: Record<KeptBecause['code'], string> = {
  VOTING_UNKNOWN: 'Такого голосования нет.',
  RESULT_MISSING: 'Результат ещё не определён: ключ нужен для голосования и проверки.',
  RECOUNT_DUE: 'Результат ждёт нового подсчёта или решения комиссии: ключ уничтожать рано.',
  APPEALS_TERM: 'Срок обжалования ещё не истёк: ключ нужен для проверки по жалобам.',
};

async function destroyed({ env, show }: Console, contest: string, { by, reason, force }: Values): Promise<number> {
  const act = { by: given(by), reason: given(reason) };
  const { appealDays } = readConfig({ appealDays: config.appealDays }, env);
  const now = new Date();
  const kept = await withStores(async (stores) => {
    const voting = (await stores.votings.load(contest))?.state ?? null;
    const determinedAt = (await latestResult(stores, contest))?.determinedAt ?? null;
    return keptBecause({ voting, determinedAt, appealDays }, now);
  }, env);
  if (kept && !force) {
    show({ contest, ...kept, userMessage: KEPT[kept.code] });
    return 1;
  }
  const tombstone = { ...act, destroyedAt: now.toISOString(), forced: kept !== null };
  show(await keysOfService(env).keeper.destroy(contest, tombstone));
  return 0;
}

const isArgumentError = (error: unknown): boolean =>
  String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');

function run(console: Console, args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  const [command, subject, ...more] = positionals;
  if (command === 'list' && subject === undefined) return list(console);
  const commands = { export: exported, 'open-share': opened, import: imported, destroy: destroyed };
  const work = commands[command as keyof typeof commands];
  if (!work || more.length > 0) throw new WrongUse();
  return work(console, given(subject), values);
}

/** Lifecycle of the keys of contests: 0 done, 1 refused (the line tells why), 2 wrong use. */
export async function contestKeys(console: Console, args: readonly string[]): Promise<number> {
  try {
    return await refusedByKey(() => run(console, args), console.show);
  } catch (error) {
    if (!(error instanceof WrongUse) && !isArgumentError(error)) throw error;
    console.explain(USE);
    return 2;
  }
}
