import { prefixOf } from '../domain/oktmo.ts';

/** Codes inside a scope, as a condition of a query. Codes are digits, and ':' is the character after '9': a prefix is a range of the index. */
export const within = (scope: string) => ({ $gte: prefixOf(scope), $lt: `${prefixOf(scope)}:` });
