/** Forms of a noun after 1, after 2 to 4, after 5 and more. */
export type NounForms = readonly [one: string, few: string, many: string];
export type Gender = 'm' | 'f' | 'n';

/** Which form follows a number: 1 рубль, 2 рубля, 5 рублей, 11 рублей, 21 рубль. */
export function formAfter(number: bigint, [one, few, many]: NounForms): string {
  const absolute = number < 0n ? -number : number;
  const [tens, units] = [absolute % 100n, absolute % 10n];
  if (tens >= 11n && tens <= 14n) return many;
  if (units === 1n) return one;
  return units >= 2n && units <= 4n ? few : many;
}

const UNITS: Readonly<Record<Gender, readonly string[]>> = {
  m: ['', 'один', 'два', 'три', 'четыре', 'пять', 'шесть', 'семь', 'восемь', 'девять'],
  f: ['', 'одна', 'две', 'три', 'четыре', 'пять', 'шесть', 'семь', 'восемь', 'девять'],
  n: ['', 'одно', 'два', 'три', 'четыре', 'пять', 'шесть', 'семь', 'восемь', 'девять'],
};
const TEENS =
  `десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать`.split(
    ' ',
  );
const TENS = ['', '', ...'двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто'.split(' ')];
const HUNDREDS = ['', ...'сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот'.split(' ')];

const CLASSES: readonly { gender: Gender; forms: NounForms }[] = [
  { gender: 'f', forms: ['тысяча', 'тысячи', 'тысяч'] },
  { gender: 'm', forms: ['миллион', 'миллиона', 'миллионов'] },
  { gender: 'm', forms: ['миллиард', 'миллиарда', 'миллиардов'] },
  { gender: 'm', forms: ['триллион', 'триллиона', 'триллионов'] },
];

/** A whole number in words, 0 to 999 trillion; the gender is that of the noun that is counted. Throws RangeError beyond. */
export function numberInWords(number: bigint, gender: Gender): string {
  if (number < 0n || number >= 10n ** 15n)
    throw new RangeError('only numbers from 0 to 999 trillion are written in words');
  if (number === 0n) return 'ноль';
  const words: string[] = below1000(Number(number % 1000n), gender);
  let rest = number / 1000n;
  for (const { gender: own, forms } of CLASSES) {
    const part = rest % 1000n;
    if (part > 0n) words.unshift(...below1000(Number(part), own), formAfter(part, forms));
    rest /= 1000n;
  }
  return words.join(' ');
}

function below1000(number: number, gender: Gender): string[] {
  const tens = number % 100;
  const low = tens >= 10 && tens < 20 ? [TEENS[tens - 10]!] : [TENS[Math.floor(tens / 10)]!, UNITS[gender][tens % 10]!];
  return [HUNDREDS[Math.floor(number / 100)]!, ...low].filter((word) => word !== '');
}

const ROUBLES: NounForms = ['рубль', 'рубля', 'рублей'];
const KOPECKS: NounForms = ['копейка', 'копейки', 'копеек'];

/** A sum as contracts and protocols write it: "Одна тысяча двести рублей 05 копеек". Throws RangeError on a negative one. */
export function sumInWords(kopecks: bigint): string {
  const [roubles, rest] = [kopecks / 100n, kopecks % 100n];
  const words = numberInWords(roubles, 'm');
  const sum = `${words} ${formAfter(roubles, ROUBLES)} ${String(rest).padStart(2, '0')} ${formAfter(rest, KOPECKS)}`;
  return `${sum[0]!.toUpperCase()}${sum.slice(1)}`;
}
