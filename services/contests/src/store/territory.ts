import { prefixOf } from '@veche/kit/domain/oktmo';

/** Codes inside a scope. Codes are digits, and ':' is the character after '9': a prefix is a range of the index. */
export const within = (scope: string) => ({ $gte: prefixOf(scope), $lt: `${prefixOf(scope)}:` });
