import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, TokenVerifier } from '@veche/kit';

/** Looks at the token of a request once, whoever asks for it, so that a refused one is neither checked nor counted twice. */
export function oncePerRequest(verifier: TokenVerifier): TokenVerifier {
  const found = new WeakMap<IncomingHttpHeaders, Promise<Caller>>();
  return {
    async verify(token, headers) {
      const before = headers && found.get(headers);
      if (before) return before;
      const looked = verifier.verify(token);
      if (headers) found.set(headers, looked);
      return looked;
    },
  };
}
