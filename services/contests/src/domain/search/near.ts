import { stemOf } from './words.ts';

const LETTERS = [...'абвгдежзийклмнопрстуфхцчшщъыьэюя'];
const SHORTEST = 4;
const CYRILLIC = /^[а-я]+$/;

/**
 * Stems of all words that are one letter away: one left out, added, another, or two changed places. Words of under four letters have none,
 * since every other word would be near them.
 */
export function nearStems(word: string): string[] {
  if (word.length < SHORTEST || !CYRILLIC.test(word)) return [];
  const near = new Set<string>();
  for (let at = 0; at <= word.length; at += 1) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    for (const letter of LETTERS) {
      near.add(before + letter + after);
      if (after) near.add(before + letter + after.slice(1));
    }
    if (after) near.add(before + after.slice(1));
    if (after.length > 1) near.add(before + after[1]! + after[0]! + after.slice(2));
  }
  near.delete(word);
  return [...new Set([...near].map(stemOf))].filter((stem) => stem.length > 1);
}
