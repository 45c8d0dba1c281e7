import { hash } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import { isAuthentic, isHash, isSigned, signedBytes, type Head } from './head.ts';
import { Unanswered, type Keys, type LogClient } from './log-client.ts';
import { includes, rootFrom } from './proof.ts';

/** What the operator promised and signed for one ballot. */
export interface SignedReceipt {
  code: string;
  contest: string;
  /** Unix seconds. */
  includeBy: number;
  leaf: string;
  rev: number;
  rule: string;
  sig: string;
  type: 'receipt';
  v: 1;
  /** Place in the group of receipts that were signed together. */
  batch: { index: number; path: string[]; size: number };
}

/** 0 everything holds, 1 something does not, 2 it could not be found out. */
export type Verdict = 0 | 1 | 2;

export interface Finding {
  verdict: Verdict;
  /** In Russian. */
  text: string;
}

const holds = (text: string): Finding => ({ verdict: 0, text });
const broken = (text: string): Finding => ({ verdict: 1, text });
const unknown = (text: string): Finding => ({ verdict: 2, text });

const FORM: Record<string, (value: unknown) => boolean> = {
  type: (value) => value === 'receipt',
  v: (value) => value === 1,
  contest: (value) => typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value),
  includeBy: Number.isSafeInteger,
  rev: Number.isSafeInteger,
  leaf: isHash,
  rule: isHash,
  code: (value) => typeof value === 'string',
  sig: (value) => typeof value === 'string',
  batch: (value) => {
    const batch = value as Partial<SignedReceipt['batch']> | null;
    const whole = [batch?.index, batch?.size].every(Number.isSafeInteger);
    return whole && Array.isArray(batch!.path) && batch!.path.every(isHash);
  },
};

/** A receipt from what a voter kept; null when it is none. */
export function parseReceipt(text: string): SignedReceipt | null {
  try {
    const value = JSON.parse(text) as Record<string, unknown> | null;
    return Object.entries(FORM).every(([name, fits]) => fits(value?.[name])) ? (value as never) : null;
  } catch {
    return null;
  }
}

/** Whether the operator signed the receipt: from its statement to the root of its group (RFC 9162 section 2.1.3.2), then the signature. */
export function isGenuine({ batch, sig, ...statement }: SignedReceipt, key: string): boolean {
  const leaf = hash('sha256', Buffer.concat([Buffer.of(0), Buffer.from(canonicalJson(statement))]), 'hex');
  const root = rootFrom({ index: batch.index, leaf, path: batch.path, size: batch.size });
  const group = { root, size: batch.size, type: 'receipts', v: 1 };
  return root !== null && isSigned(Buffer.from(canonicalJson(group)), sig, key);
}

/** Every check of one receipt in turn, each with what it found. */
export async function checkReceipt(
  receipt: SignedReceipt,
  { log, keys, need, now }: { log: LogClient; keys: Keys; need: number; now: Date },
): Promise<Finding[]> {
  if (!isGenuine(receipt, keys.receipt))
    return [broken('Подпись квитанции неверна: организатор такой не выдавал или она изменена.')];
  const genuine = holds(`Подпись квитанции верна (код ${receipt.code}, версия бюллетеня ${receipt.rev}).`);
  const head = await headToCheck(log, receipt.contest, need);
  if (!isAuthentic(head, keys.log))
    return [genuine, broken('Подпись состояния журнала неверна: оно подписано не ключом журнала.')];
  return [
    genuine,
    holds(`Подпись состояния журнала верна: ${head.size} записей, ${new Date(head.time * 1000).toISOString()}.`),
    witnessing(head, keys, need),
    await inclusion(log, receipt, head, now),
  ];
}

/** The latest head that enough witnesses signed; the latest of all where none is. */
async function headToCheck(log: LogClient, contest: string, need: number): Promise<Head> {
  try {
    return await log.head(contest, need);
  } catch (error) {
    if (error instanceof Unanswered && ['HEAD_NOT_WITNESSED', 'NUMBER_INVALID'].includes(error.code ?? ''))
      return log.head(contest, 0);
    throw error;
  }
}

function witnessing(head: Head, keys: Keys, need: number): Finding {
  const bytes = signedBytes(head);
  const given = head.witnesses ?? [];
  const valid = keys.witnesses.filter(({ id, key }) =>
    given.some((signature) => signature.id === id && isSigned(bytes, signature.sig, key)),
  );
  const names = valid.map(({ id }) => id).join(', ');
  if (valid.length >= need) return holds(`Состояние журнала заверили независимые свидетели: ${names}.`);
  const wrong = given.filter(
    ({ id }) => keys.witnesses.some((one) => one.id === id) && !valid.some((one) => one.id === id),
  );
  if (wrong.length > 0) return broken(`Подпись свидетеля неверна: ${wrong.map(({ id }) => id).join(', ')}.`);
  return unknown(`Свидетелей, заверивших состояние журнала: ${valid.length}, нужно ${need}. Повторите позже.`);
}

async function inclusion(
  log: LogClient,
  { contest, leaf, includeBy }: SignedReceipt,
  head: Head,
  now: Date,
): Promise<Finding> {
  try {
    const { index, path } = await log.inclusion(contest, leaf, head.size);
    return includes({ index, leaf, path, size: head.size }, head.root)
      ? holds(`Бюллетень есть в журнале: запись ${index}, доказательство из ${path.length} хешей сходится.`)
      : broken('Доказательство включения неверно: бюллетеня в этом состоянии журнала нет.');
  } catch (error) {
    const absent = ['LEAF_NOT_SEALED', 'LEAF_UNKNOWN', 'NUMBER_INVALID'];
    if (!(error instanceof Unanswered) || !absent.includes(error.code ?? '')) throw error;
  }
  const until = new Date(includeBy * 1000).toISOString();
  return now.getTime() / 1000 <= includeBy
    ? unknown(`Бюллетеня ещё нет в журнале; организатор обещал внести его до ${until}. Повторите позже.`)
    : broken(
        `Бюллетеня нет в журнале, хотя обещанный срок прошёл (${until}). Эта квитанция доказывает нарушение: передайте её наблюдателям.`,
      );
}
