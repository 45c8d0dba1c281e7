/**
 * ОКТМО (ОК 033-2013): 8 digits for a municipality or a group of them, 11 for a settlement, where the last three
 * zeros mean the municipality itself. The control digit is not part of the code, so only the shape can be checked.
 */

// Where the classifier puts its borders: subject, kind of municipality, municipality, kind of settlement, settlement.
const LEVELS = [2, 3, 5, 6, 8];

/** The scope of the country, which the classifier has no code for; the territory of nothing, only of those who act everywhere. */
export const EVERYWHERE = '00000000';

/** Has the shape of a code: 8 or 11 digits of an existing subject (00 is none). */
export function isOktmo(code: string): boolean {
  return /^(?!00)\d{8}(\d{3})?$/.test(code);
}

/** What a code stands for; LOCALITY is a town or village inside a settlement or a municipality. */
export type TerritoryLevel = 'REGION' | 'MUNICIPALITY' | 'SETTLEMENT' | 'LOCALITY';

/**
 * Level of the territory that a code stands for; null for a malformed one and for what is no territory: headings of the classifier
 * (71600000, "municipal districts") and the long form of a municipality (three zeros at the end of 11 digits). An autonomous okrug inside
 * another subject (71800000) is a region.
 */
export function territoryLevel(code: string): TerritoryLevel | null {
  if (!isOktmo(code)) return null;
  if (code.length === 11) return code.endsWith('000') ? null : localityIn(territoryLevel(code.slice(0, 8)));
  const [kind, municipality, settlement] = [code[2]!, code.slice(3, 5), code.slice(5)];
  if (settlement !== '000') return settlement.endsWith('00') || municipality === '00' ? null : 'SETTLEMENT';
  if (municipality !== '00') return 'MUNICIPALITY';
  return '089'.includes(kind) ? 'REGION' : null;
}

const localityIn = (level: TerritoryLevel | null): 'LOCALITY' | null =>
  level === 'MUNICIPALITY' || level === 'SETTLEMENT' ? 'LOCALITY' : null;

/**
 * Does the territory `scopeCode` contain `code`? Trailing zeros of an 8-digit scope are a wildcard by level:
 * 71000000 covers 71876000, and 71876000 covers 71876000101, and EVERYWHERE covers all. A malformed code is covered by nothing.
 */
export function covers(scopeCode: string, code: string): boolean {
  if ((scopeCode !== EVERYWHERE && !isOktmo(scopeCode)) || !isOktmo(code)) return false;
  return code.startsWith(prefixOf(scopeCode));
}

/** The digits of a scope that every code inside it starts with. */
export function prefixOf(scopeCode: string): string {
  if (scopeCode === EVERYWHERE) return '';
  if (scopeCode.length === 11 && !scopeCode.endsWith('000')) return scopeCode;
  const municipality = scopeCode.slice(0, 8);
  const significant = municipality.replace(/0+$/, '').length;
  return municipality.slice(
    0,
    LEVELS.find((level) => level >= significant),
  );
}

/** Whether two scopes have anything in common, that is, one lies in the other; the country lies in itself, though it has no code. */
export function overlap(one: string, other: string): boolean {
  const [left, right] = [prefixOf(one), prefixOf(other)];
  return left.startsWith(right) || right.startsWith(left);
}

/** Scopes that cover a code, from the whole country down to the code itself, each once. */
export function scopesOver(code: string): string[] {
  const wider = LEVELS.map((level) => code.slice(0, level).padEnd(8, '0'));
  return [...new Set([EVERYWHERE, ...wider, code])];
}
