import { timingSafeEqual } from 'node:crypto';
import { isDuplicateKey, type Background, type Clock } from '@veche/kit';
import type { KeyPort } from '../box/keys.ts';
import { expiryOf } from '../domain/booth.ts';
import { groupsOfFour, plainCode } from '../domain/record.ts';
import type { Stores } from '../store.ts';
import type { StoredCode } from '../store/booth.ts';

export interface CodeParts {
  stores: Stores;
  keys: KeyPort;
  clock: Clock;
}

/** Which booth of which contest. */
export interface BoothOf {
  boothId: string;
  contestId: string;
}

/** 60 bits, three groups of four. */
const CODE_HEX = 15;
/** 160 bits, eight groups of four. */
const TABLET_HEX = 40;

/**
 * What the tablet of a booth shows that it is that tablet. It follows from the key of the contest and is stored nowhere, so that the same registration is
 * answered the same again.
 */
export async function tabletKey({ keys }: CodeParts, { boothId, contestId }: BoothOf): Promise<string> {
  const mac = await keys.mac(contestId, `booth-tablet:v1${boothId}`);
  return groupsOfFour(mac.slice(0, TABLET_HEX));
}

export async function isTablet(parts: CodeParts, booth: BoothOf, given: string): Promise<boolean> {
  const [right, tried] = [await tabletKey(parts, booth), given].map((text) => Buffer.from(plainCode(text)));
  return right!.length === tried!.length && timingSafeEqual(right!, tried!);
}

const hashOf = async ({ keys }: CodeParts, { boothId, contestId }: BoothOf, code: string): Promise<string> =>
  keys.mac(contestId, `booth-code:v1${boothId}:${plainCode(code)}`);

/** Gives a voter the code of one request at the desk; a code given before to the same voter is void. */
export async function issueCode(
  parts: CodeParts,
  booth: BoothOf,
  { tag, request }: { tag: string; request: string },
): Promise<{ code: string; expiresAt: Date }> {
  const { stores, keys, clock } = parts;
  const { boothId, contestId: contest } = booth;
  // A repetition of the request gives the same code, though only its hash is kept.
  const mac = await keys.mac(contest, `booth-issue:v1${boothId}:${tag}:${request}`);
  const code = groupsOfFour(mac.slice(0, CODE_HEX));
  const _id = await hashOf(parts, booth, code);
  const given = { booth: boothId, contest, tag, expiresAt: expiryOf(clock.now()) };
  await stores.boothCodes.deleteMany({ contest, tag, _id: { $ne: _id } });
  await stores.boothCodes.updateOne({ _id }, { $setOnInsert: given }, { upsert: true });
  return { code, expiresAt: (await stores.boothCodes.findById(_id).lean<StoredCode>())!.expiresAt };
}

/** The code as it was given at this booth; null when there is none. */
export const findCode = async (parts: CodeParts, booth: BoothOf, code: string): Promise<StoredCode | null> =>
  parts.stores.boothCodes.findById(await hashOf(parts, booth, code)).lean<StoredCode>();

/** Most codes given and most wrong codes tried at one booth within a minute. */
const MOST = { issue: 20, wrong: 10 } as const;
const MINUTE_MS = 60_000;

const triesId = (boothId: string, kind: keyof typeof MOST, now: Date): string =>
  `${boothId}:${kind}:${Math.floor(now.getTime() / MINUTE_MS)}`;

export async function isExhausted(
  { stores, clock }: CodeParts,
  boothId: string,
  kind: keyof typeof MOST,
): Promise<boolean> {
  const known = await stores.boothTries.findById(triesId(boothId, kind, clock.now())).lean<{ n: number }>();
  return Number(known?.n ?? 0) >= MOST[kind];
}

export async function countTry({ stores, clock }: CodeParts, boothId: string, kind: keyof typeof MOST): Promise<void> {
  const now = clock.now();
  const change = { $inc: { n: 1 }, $setOnInsert: { at: now } };
  const count = () => stores.boothTries.updateOne({ _id: triesId(boothId, kind, now) }, change, { upsert: true });
  try {
    await count();
  } catch (error) {
    // Two that begin a minute at once: the second finds the count of the first.
    if (!isDuplicateKey(error)) throw error;
    await count();
  }
}

const KEPT_MS = 86_400_000;

/** Removes codes and counts a day after they are over; until then a lost answer can be asked for again. */
export const boothSweeper = ({ stores, clock }: CodeParts): Background => ({
  name: 'booths',
  everyMs: MINUTE_MS,
  run: async () => {
    const before = new Date(clock.now().getTime() - KEPT_MS);
    await stores.boothCodes.deleteMany({ expiresAt: { $lte: before } });
    await stores.boothTries.deleteMany({ at: { $lte: before } });
  },
});
