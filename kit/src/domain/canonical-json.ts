/**
 * RFC 8785 (JSON Canonicalization Scheme) for the values that are hashed and signed here: objects, arrays, strings,
 * booleans, null and integers. Fractions are refused on purpose: they are decimal strings in this project, and the
 * number formatting of the RFC is the part where implementations in other languages differ.
 * Throws TypeError on undefined, fractions, unsafe integers, functions, symbols and lone surrogates.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      return integer(value);
    case 'bigint':
      return value.toString();
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : composite(value);
    default:
      throw new TypeError(`canonical JSON has no ${typeof value}`);
  }
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('canonical JSON has no lone surrogates');
  return JSON.stringify(value);
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError('canonical JSON takes safe integers only');
  return String(value === 0 ? 0 : value);
}

function composite(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isPlain(value)) {
    throw new TypeError('canonical JSON takes plain objects only');
  }
  // RFC 8785 section 3.2.3: by UTF-16 code units, which is the order of Array.prototype.sort.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${text(key)}:${canonicalJson((value as Record<string, unknown>)[key])}`);
  return `{${members.join(',')}}`;
}

/** A plain object, by shape and not by identity: what another realm parsed has that realm's Object.prototype. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
