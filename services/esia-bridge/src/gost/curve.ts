/**
 * ГОСТ Р 34.10-2012 signatures, 256 bit (RFC 7091), with plain BigInt arithmetic.
 *
 * Not constant-time: `sign` leaks the key to whoever can measure it. It serves the stand and tests, and the caller
 * that offers it as a signer refuses to start in production. Verification handles public values only.
 */

/** Curve y^2 = x^3 + ax + b over the field of p, with base point (x, y) of order q. */
export interface Curve {
  p: bigint;
  a: bigint;
  b: bigint;
  q: bigint;
  x: bigint;
  y: bigint;
}

export interface Point {
  x: bigint;
  y: bigint;
}

/** CryptoPro A = CryptoPro XchA = TC26 256-B (RFC 4357 section 11.4, RFC 7836 appendix A.2): the curve of ESIA's certificates. */
export const CRYPTOPRO_XCHA: Curve = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd97n,
  a: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd94n,
  b: 0xa6n,
  q: 0xffffffffffffffffffffffffffffffff6c611070995ad10045841b09b761b893n,
  x: 1n,
  y: 0x8d91e471e0989cda27df505a453f2b7635294f2ddf23e3b122acc99c9e9f1e14n,
};

const SIZE = 32;

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, u, v] = [mod(value, modulus), modulus, 1n, 0n];
  while (b !== 0n) [a, b, u, v] = [b, a % b, v, u - (a / b) * v];
  return mod(u, modulus);
}

/** `null` is the point at infinity. */
function addPoints(curve: Curve, one: Point | null, two: Point | null): Point | null {
  if (!one) return two;
  if (!two) return one;
  const { p } = curve;
  if (one.x === two.x && mod(one.y + two.y, p) === 0n) return null;
  const slope =
    one.x === two.x
      ? (3n * one.x * one.x + curve.a) * inverse(2n * one.y, p)
      : (two.y - one.y) * inverse(two.x - one.x, p);
  const x = mod(slope * slope - one.x - two.x, p);
  return { x, y: mod(slope * (one.x - x) - one.y, p) };
}

function multiply(curve: Curve, point: Point, scalar: bigint): Point | null {
  let result: Point | null = null;
  let power: Point | null = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = addPoints(curve, result, power);
    power = addPoints(curve, power, power);
  }
  return result;
}

/** Whether the point satisfies the curve's equation; keys from a certificate are checked before use. */
export function isOnCurve(curve: Curve, { x, y }: Point): boolean {
  return (
    x >= 0n && x < curve.p && y >= 0n && y < curve.p && mod(y * y - x * x * x - curve.a * x - curve.b, curve.p) === 0n
  );
}

export function publicPoint(curve: Curve, key: bigint): Point {
  const point = multiply(curve, curve, key);
  if (!point) throw new RangeError('the private key must be between 1 and q - 1');
  return point;
}

/** The digest bytes are read little-endian, as OpenSSL's engine does; zero counts as one (RFC 7091 section 6.1). */
function digestNumber(curve: Curve, digest: Uint8Array): bigint {
  return mod(bytesToNumber(digest.toReversed()), curve.q) || 1n;
}

export function bytesToNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

export function numberToBytes(value: bigint, size = SIZE): Buffer {
  return Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex');
}

/**
 * Signs a 32-byte digest with the given one-time number `k`, 0 < k < q.
 * @returns 64 bytes s‖r, both big-endian, or `null` when this `k` is unusable and another must be drawn.
 */
export function sign(curve: Curve, key: bigint, digest: Uint8Array, k: bigint): Buffer | null {
  const r = mod(multiply(curve, curve, k)!.x, curve.q);
  const s = mod(r * key + k * digestNumber(curve, digest), curve.q);
  return r === 0n || s === 0n ? null : Buffer.concat([numberToBytes(s), numberToBytes(r)]);
}

/** Verifies 64 bytes s‖r, both big-endian, over a 32-byte digest (RFC 7091 section 6.2). */
export function verify(curve: Curve, key: Point, digest: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 2 * SIZE || !isOnCurve(curve, key)) return false;
  const { q } = curve;
  const s = bytesToNumber(signature.subarray(0, SIZE));
  const r = bytesToNumber(signature.subarray(SIZE));
  if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
  const v = inverse(digestNumber(curve, digest), q);
  const point = addPoints(curve, multiply(curve, curve, mod(s * v, q)), multiply(curve, key, mod(-r * v, q)));
  return point !== null && mod(point.x, q) === r;
}
