/** Check digits of Russian registration numbers. They find typing errors; they do not prove that a number is issued. */

function digitsOf(text: string): number[] {
  return [...text].map(Number);
}

function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);
}

const INN_10 = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const INN_11 = [7, ...INN_10];
const INN_12 = [3, ...INN_11];

/** ИНН: 10 digits of an organisation or 12 of a person. All zeros pass the sum and are refused. */
export function isInn(inn: string): boolean {
  if (!/^(\d{10}|\d{12})$/.test(inn) || /^0+$/.test(inn)) return false;
  const digits = digitsOf(inn);
  const check = (weights: number[]): number => (weighted(digits, weights) % 11) % 10;
  if (digits.length === 10) return check(INN_10) === digits[9];
  return check(INN_11) === digits[10] && check(INN_12) === digits[11];
}

function isRegistrationNumber(text: string, length: number, modulus: bigint): boolean {
  if (text.length !== length || !/^\d+$/.test(text) || /^0+$/.test(text)) return false;
  return (BigInt(text.slice(0, -1)) % modulus) % 10n === BigInt(text.slice(-1));
}

/** ОГРН of an organisation: 13 digits. */
export function isOgrn(ogrn: string): boolean {
  return isRegistrationNumber(ogrn, 13, 11n);
}

/** ОГРНИП of a sole proprietor: 15 digits. */
export function isOgrnip(ogrnip: string): boolean {
  return isRegistrationNumber(ogrnip, 15, 13n);
}

/** СНИЛС, "112-233-445 95" or 11 digits. Numbers up to 001-001-998 have no check digits and are refused. */
export function isSnils(snils: string): boolean {
  if (!/^(\d{11}|\d{3}-\d{3}-\d{3} \d{2})$/.test(snils)) return false;
  const digits = digitsOf(snils.replace(/\D/g, ''));
  if (Number(digits.slice(0, 9).join('')) <= 1_001_998) return false;
  const sum = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  // 100 and 101 both give 00; so does a remainder of 100.
  const check = sum < 100 ? sum : (sum % 101) % 100;
  return check === digits[9]! * 10 + digits[10]!;
}
