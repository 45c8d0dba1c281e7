/**
 * A chunk of a posting list: which of 32768 consecutive documents hold a term. Kept as sorted 16-bit numbers while there are few, as a bit
 * map from then on; the two are told apart by their length.
 */
export const CHUNK = 32_768;
const WORDS = CHUNK / 32;
const MAP_BYTES = CHUNK / 8;
/** At most half of a bit map, so that no list is as long as one. */
const LISTED = 1024;

export type Bits = Uint32Array;
export const noBits = (): Bits => new Uint32Array(WORDS);

export const setBit = (bits: Bits, at: number): void => void (bits[at >>> 5]! |= 1 << (at & 31));
export const clearBit = (bits: Bits, at: number): void => void (bits[at >>> 5]! &= ~(1 << (at & 31)));

export function countBits(bits: Bits): number {
  let count = 0;
  for (const word of bits) {
    let left = word - ((word >>> 1) & 0x55555555);
    left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
    count += (((left + (left >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
  }
  return count;
}

/** Both in place of the first. */
export function intersect(bits: Bits, other: Bits): Bits {
  for (let at = 0; at < WORDS; at += 1) bits[at]! &= other[at]!;
  return bits;
}

/** Either in place of the first. */
export function unite(bits: Bits, other: Bits): Bits {
  for (let at = 0; at < WORDS; at += 1) bits[at]! |= other[at]!;
  return bits;
}

/** Shows each number of the chunk, the greatest first. */
export function eachBit(bits: Bits, see: (at: number) => void): void {
  for (let word = WORDS - 1; word >= 0; word -= 1) {
    for (let left = bits[word]!; left !== 0;) {
      const highest = 31 - Math.clz32(left);
      see(word * 32 + highest);
      left &= ~(1 << highest);
    }
  }
}

/** Numbers of the chunk, the greatest first. */
export function positions(bits: Bits): number[] {
  const found: number[] = [];
  eachBit(bits, (at) => found.push(at));
  return found;
}

export function pack(bits: Bits): Uint8Array {
  const view = new DataView(new ArrayBuffer(countBits(bits) > LISTED ? MAP_BYTES : countBits(bits) * 2));
  if (view.byteLength === MAP_BYTES) bits.forEach((word, at) => view.setUint32(at * 4, word, true));
  else
    positions(bits)
      .toReversed()
      .forEach((position, at) => view.setUint16(at * 2, position, true));
  return new Uint8Array(view.buffer);
}

export function unpack(data: Uint8Array): Bits {
  const bits = noBits();
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.byteLength === MAP_BYTES) for (let at = 0; at < WORDS; at += 1) bits[at] = view.getUint32(at * 4, true);
  else for (let at = 0; at < data.byteLength; at += 2) setBit(bits, view.getUint16(at, true));
  return bits;
}
