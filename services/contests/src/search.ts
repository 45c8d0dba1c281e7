import { prefixOf } from '@veche/kit/domain/oktmo';
import { CHUNK, countBits, eachBit, intersect, noBits, unite, type Bits } from './domain/search/bits.ts';
import { nearStems } from './domain/search/near.ts';
import { Places } from './domain/search/places.ts';
import { FINISHED, forStaffOf, inContest, inScope, inTitle, ofKind, PUBLIC, type Kind } from './domain/search/terms.ts';
import { stemOf, stemsOf, wordsOf } from './domain/search/words.ts';
import { countsOf, listsOf, type Lists, type SearchStores } from './store/search.ts';

export interface Wish {
  text: string;
  kind?: Kind | null;
  oktmo?: string | null;
  contestId?: string | null;
  /** Territories of whose contests the reader sees applications before they are public. */
  overseen: readonly string[];
}

export interface Found {
  /** Places of the documents that hold every word: those with all of them in the title first, then the newest. */
  ordinals: Places;
  /** Words that nothing holds and that were read as others, one letter away. */
  misspelt: string[];
}

const WORDS_ASKED = 10;
/** A misspelt word is read as so many others at most, the most frequent first. */
const READ_AS = 5;

/** Stems that each word, which nothing holds as it was typed, may have been meant as. */
async function meant(stores: SearchStores, misspelt: readonly string[]): Promise<string[][]> {
  if (misspelt.length === 0) return [];
  const near = misspelt.map(nearStems);
  const counts = await countsOf(stores, [...new Set(near.flat())]);
  const frequency = (stem: string): number => counts.get(stem)!;
  return near.map((stems) =>
    stems
      .filter((stem) => counts.has(stem))
      .sort((a, b) => frequency(b) - frequency(a))
      .slice(0, READ_AS),
  );
}

export async function search(stores: SearchStores, wish: Wish): Promise<Found> {
  const words = [...new Set(wordsOf(wish.text, WORDS_ASKED))];
  const stems = words.map(stemOf);
  const filters = [seenTerms(wish), ...filtersOf(wish)];
  const lists = await listsOf(stores, [...stems, ...stems.map(inTitle), ...filters.flat()]);
  const misspelt = words.filter((word) => !lists.has(stemOf(word)));
  const others = await meant(stores, misspelt);
  const meanings = words.map((word) => others[misspelt.indexOf(word)] ?? [stemOf(word)]);
  if (words.length === 0 || meanings.some((one) => one.length === 0)) return { ordinals: new Places([]), misspelt };
  const read = others.flat();
  if (read.length > 0)
    for (const [term, list] of await listsOf(stores, [...read, ...read.map(inTitle)])) lists.set(term, list);
  return { ordinals: ordered(lists, meanings, filters), misspelt };
}

/** Places of what holds every word and passes every filter: all words in the title first, then the newest. */
function ordered(lists: Lists, meanings: readonly string[][], filters: readonly string[][]): Places {
  const titles = meanings.map((stems) => stems.map(inTitle));
  const parts = chunksOf(lists, meanings).map((chunk) => {
    const found = holdingAll(lists, [...meanings, ...filters], chunk);
    const titled = intersect(holdingAll(lists, titles, chunk), found);
    return { titled: { chunk, bits: titled }, others: { chunk, bits: without(found, titled) } };
  });
  return new Places([...parts.map(({ titled }) => titled), ...parts.map(({ others }) => others)]);
}

/** Chunks that may hold something, the newest first. */
const chunksOf = (lists: Lists, [first = []]: readonly (readonly string[])[]): number[] =>
  [...new Set(first.flatMap((term) => [...(lists.get(term)?.keys() ?? [])]))].sort((a, b) => b - a);

const filtersOf = ({ kind, oktmo, contestId }: Wish): string[][] => [
  ...(kind ? [[ofKind(kind)]] : []),
  ...(oktmo ? [[inScope(oktmo)]] : []),
  ...(contestId ? [[inContest(contestId)]] : []),
];

/** What the reader may see: what is public, and what is not yet but in contests of its own territories. */
const seenTerms = ({ overseen }: Wish): string[] => [PUBLIC, ...overseen.map((scope) => forStaffOf(prefixOf(scope)))];

function anyOf(lists: Lists, terms: readonly string[], chunk: number): Bits {
  const bits = noBits();
  for (const term of terms) {
    const list = lists.get(term)?.get(chunk);
    if (list) unite(bits, list);
  }
  return bits;
}

function holdingAll(lists: Lists, meanings: readonly (readonly string[])[], chunk: number): Bits {
  const [first, ...rest] = meanings.map((stems) => anyOf(lists, stems, chunk)) as [Bits, ...Bits[]];
  return rest.reduce((bits, other) => intersect(bits, other), first);
}

function without(bits: Bits, other: Bits): Bits {
  return bits.map((word, at) => word & ~other[at]!);
}

const STEMS_COMPARED = 60;
/** Words that more of the documents hold tell nothing about likeness. */
const COMMON = 0.2;
/** Of what a text says, weighed by rarity, so much must be said by one that is alike. */
const ALIKE = 0.35;
const FEW = 50;

/** Public documents that say much the same, the most alike first. */
export async function similar(
  stores: SearchStores,
  { title, text, oktmo }: { title: string; text: string; oktmo?: string | null },
  most: number,
): Promise<number[]> {
  const stems = stemsOf(`${title} ${text}`).slice(0, STEMS_COMPARED);
  const asked = [[ofKind('IDEA'), FINISHED], [PUBLIC], ...(oktmo ? [[inScope(oktmo)]] : [])];
  const lists = await listsOf(stores, [...stems, ...asked.flat()]);
  const all = lengthOf(lists, PUBLIC);
  const weights = new Map<string, number>();
  let whole = 0;
  for (const stem of stems) {
    const count = lengthOf(lists, stem);
    if (all >= FEW && count > all * COMMON) continue;
    // Words that nothing else holds are the rarest of all.
    const weight = Math.log(1 + all / Math.max(1, count));
    if (count > 0) weights.set(stem, weight);
    whole += weight;
  }
  return chunksOf(lists, [[...weights.keys()]])
    .flatMap((chunk) => alikeIn(lists, chunk, holdingAll(lists, asked, chunk), { weights, least: whole * ALIKE }))
    .sort(([a, left], [b, right]) => right - left || b - a)
    .slice(0, most)
    .map(([ordinal]) => ordinal);
}

const lengthOf = (lists: Lists, term: string): number =>
  [...(lists.get(term)?.values() ?? [])].reduce((sum, bits) => sum + countBits(bits), 0);

/** Allowed documents of a chunk whose words weigh enough, with their weights. */
function alikeIn(
  lists: Lists,
  chunk: number,
  allowed: Bits,
  { weights, least }: { weights: ReadonlyMap<string, number>; least: number },
): [ordinal: number, weight: number][] {
  // A common word stands in tens of thousands of documents: an array is ten times as fast as a Map.
  const scores = new Float64Array(CHUNK);
  for (const [stem, weight] of weights)
    eachBit(intersect(anyOf(lists, [stem], chunk), allowed), (at) => {
      scores[at]! += weight;
    });
  const found: [number, number][] = [];
  scores.forEach((score, at) => {
    if (score > 0 && score >= least) found.push([chunk * CHUNK + at, score]);
  });
  return found;
}
