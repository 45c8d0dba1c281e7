import { createHash } from 'node:crypto';

/** A UUID of something within its contest (RFC 9562 version 8), so that two who make it at once cannot make two of it. */
export function derivedId(contestId: string, what: string): string {
  const hex = createHash('sha256').update(`${contestId}\n${what}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
