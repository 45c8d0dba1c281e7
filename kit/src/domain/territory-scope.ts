import { covers } from './oktmo.ts';

/** May someone whose role is limited to `territories` act on an object of the municipality `oktmo`? */
export function mayActIn(caller: { readonly territories: readonly string[] }, oktmo: string): boolean {
  return caller.territories.some((scope) => covers(scope, oktmo));
}
