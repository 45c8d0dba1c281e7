/** How long an answer of the gateway may be kept, as far as it is known; what is read of it (`CachePolicy` of the server, which not every context has). */
interface Policy {
  restrict?: (hint: { maxAge: number; scope?: 'PUBLIC' | 'PRIVATE' }) => void;
}

const MAX_AGE = /(?:^|[\s,])max-age\s*=\s*"?(\d+)/;

/** An answer may be kept as long as the part of it that may be kept the shortest; a part that says nothing may not be kept. */
export function restrictBy(cacheControl: string | undefined = '', policy: Policy = {}): void {
  const maxAge = Number(MAX_AGE.exec(cacheControl)?.[1] ?? 0);
  const scope = /\bprivate\b/.test(cacheControl) ? 'PRIVATE' : /\bpublic\b/.test(cacheControl) ? 'PUBLIC' : null;
  policy.restrict?.(scope ? { maxAge, scope } : { maxAge });
}
