/** The few shapes of DER (X.690) that keys and certificates need. */

export interface DerNode {
  tag: number;
  /** Content bytes, without tag and length. */
  value: Uint8Array;
  /** The whole element. */
  raw: Uint8Array;
  /** Offset behind the element in the buffer it was read from. */
  end: number;
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Reads one element. Throws RangeError on what is cut off or uses indefinite length. */
export function readDer(bytes: Uint8Array, offset = 0): DerNode {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || first === 0x80 || first > 0x84)
    throw new RangeError('not a DER element');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const start = offset + 2 + lengthBytes;
  const length =
    lengthBytes === 0 ? first : bytes.subarray(offset + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = start + length;
  if (end > bytes.length) throw new RangeError('a DER element is cut off');
  return { tag, value: bytes.subarray(start, end), raw: bytes.subarray(offset, end), end };
}

export function childrenOf(node: DerNode): DerNode[] {
  const children: DerNode[] = [];
  for (let offset = 0; offset < node.value.length; offset = children.at(-1)!.end)
    children.push(readDer(node.value, offset));
  return children;
}

export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  if (value.length < 0x80) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  const length = Buffer.from(
    value.length.toString(16).padStart(value.length > 0xffff ? 6 : value.length > 0xff ? 4 : 2, '0'),
    'hex',
  );
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, value]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return writeDer(TAG.sequence, ...parts);
}

/** Positive integer from big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  return writeDer(TAG.integer, bytes[0]! & 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

export function bitString(bytes: Uint8Array): Buffer {
  return writeDer(TAG.bitString, Buffer.alloc(1), bytes);
}

/** Object identifier from its dotted spelling. */
export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const bytes = [first! * 40 + second!];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return writeDer(TAG.oid, Buffer.from(bytes));
}
