import { queryError } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import { KeyUnavailable } from '../keys/key-directory.ts';
import { messages, type Code } from '../messages.ts';
import { refusal } from './admission.ts';
import type { KeyPort } from './keys.ts';

const codeOf = ({ reason }: KeyUnavailable) =>
  reason === 'destroyed' ? ('CONTEST_KEY_DESTROYED' as const) : ('CONTEST_KEY_UNAVAILABLE' as const);

/** Why nobody can be told from their tag in this contest; null when the key is there. */
export async function keyFault(keys: KeyPort, contestId: string): Promise<Rejection<Code> | null> {
  try {
    await keys.mac(contestId, '');
    return null;
  } catch (error) {
    if (error instanceof KeyUnavailable) return { code: codeOf(error) };
    throw error;
  }
}

type Resolver = (...args: never[]) => unknown;

/**
 * Resolvers that answer the lack of the contest's key with its code: mutations by their rejection (a field of the payload that is left out is
 * null, and the one that may not be null is a list), queries by an error.
 */
export const needingKey = <R extends object>(resolvers: R, how: 'refuse' | 'throw'): R =>
  Object.fromEntries(
    Object.entries(resolvers).map(([name, resolve]) => [
      name,
      async (...args: never[]) => {
        try {
          return await (resolve as Resolver)(...args);
        } catch (error) {
          if (!(error instanceof KeyUnavailable)) throw error;
          const code = codeOf(error);
          if (how === 'refuse') return { results: [], rejection: refusal({ code }) };
          throw queryError(code, error.message, messages[code]);
        }
      },
    ]),
  ) as R;
