const NBSP = '\u00A0';

/** Words after which a line may not break: prepositions, conjunctions and particles of one or two letters. */
const SHORT = 'а|в|во|до|за|и|из|к|ко|на|не|ни|но|о|об|от|по|с|со|у';
const UNITS =
  'руб|рублей|рубля|рубль|коп|копеек|копейки|копейка|человек|дней|дня|день|тыс|млн|млрд|чел|шт|кв|м|км|га|г|ч|мин|стр|экз|%|₽';

/**
 * A text as Russian typesetting wants it: «ёлочки», a dash for a hyphen between words, and no break after short words, within dates and
 * initials, between a number and its unit, before a dash. Applied twice it changes nothing more.
 */
export function typeset(text: string): string {
  return quoted(text)
    .replace(/(\S)[ \u00A0]+[-–—] /g, `$1${NBSP}— `)
    .replace(/(№|§)[ \u00A0]*(?=\d)/g, `$1${NBSP}`)
    .replace(new RegExp(`(\\d) (?=(${UNITS})(?![а-яё]))`, 'gi'), `$1${NBSP}`)
    .replace(/(\d) (?=\d{3}(?!\d))/g, `$1${NBSP}`)
    .replace(/([А-ЯЁ]\.) ?(?=[А-ЯЁ]\.)/g, `$1${NBSP}`)
    .replace(/([А-ЯЁ]\.) (?=[А-ЯЁ][а-яё])/g, `$1${NBSP}`)
    .replace(new RegExp(`(?<![а-яё])(${SHORT}) (?=\\S)`, 'gi'), `$1${NBSP}`);
}

/** Straight and foreign quotation marks by whether a word begins or ends there. */
const quoted = (text: string): string => text.replace(/(^|[\s([«\u00A0])["“„]/g, '$1«').replace(/["“”]/g, '»');

/** A sum as documents write it: "1 234 567,89 руб." with spaces that do not break. */
export function roublesOf(kopecks: bigint): string {
  const absolute = kopecks < 0n ? -kopecks : kopecks;
  const grouped = String(absolute / 100n).replace(/\B(?=(\d{3})+$)/g, NBSP);
  return `${kopecks < 0n ? '−' : ''}${grouped},${String(absolute % 100n).padStart(2, '0')}${NBSP}руб.`;
}
