// Damm, "Totally anti-symmetric quasigroups" (2004): finds every wrong digit and every swap of neighbours.
const DAMM = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
] as const;

function checkDigitOf(digits: string): number {
  let interim = 0;
  for (const digit of digits) interim = Number(DAMM[interim]![Number(digit)]);
  return interim;
}

/** "2026-000123-7": year, number within the year, check digit; short enough to be copied by hand. */
export function paymentReference(year: number, number: number): string {
  const body = `${year}-${String(number).padStart(6, '0')}`;
  return `${body}-${checkDigitOf(body.replace('-', ''))}`;
}

/** Whether a reference found in the purpose of a payment was copied without error. */
export function isPaymentReference(text: string): boolean {
  if (!/^\d{4}-\d{6,}-\d$/.test(text)) return false;
  return checkDigitOf(text.replaceAll('-', '')) === 0;
}
