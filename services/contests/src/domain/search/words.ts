import { stemmer } from '@orama/stemmers/russian';

const WORD = /[\p{L}\p{N}]+/gu;
/** Words of nearly every text: they tell nothing apart. */
const IDLE = new Set(
  'и в во не на с со как а то по за из от до для о об у к ко же бы ли но или при что это так его её их мы вы он она они нас наш вам все всё'.split(
    ' ',
  ),
);
const LONGEST_WORD = 40;

/** Words of a text in lower case, ё as е, at most `most` of them. */
export function wordsOf(text: string, most = Infinity): string[] {
  const words: string[] = [];
  for (const [word] of text.toLowerCase().replaceAll('ё', 'е').matchAll(WORD)) {
    if (words.length >= most) break;
    if (word.length <= LONGEST_WORD && !IDLE.has(word)) words.push(word);
  }
  return words;
}

/**
 * What the forms of a word have in common: its Snowball stem without a vowel that comes and goes («площадок» and «площадка», «скамеек» and
 * «скамейка»). The same is done to every stem, so forms that always have the vowel still meet.
 */
export const stemOf = (word: string): string =>
  stemmer(word)
    .replace(/([аеиоуыэюя])ек$/u, '$1йк')
    .replace(/(?<=\p{L}[бвгджзклмнпрстфхцчшщ])[ое](?=[кнц]$)/u, '');

/** Stems of a text, each once, in their order. */
export const stemsOf = (text: string, most = Infinity): string[] => [...new Set(wordsOf(text, most).map(stemOf))];
