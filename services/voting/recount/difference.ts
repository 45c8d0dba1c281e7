/** Where two values differ first, in the order of the canonical form; a sentence for people. */
export function firstDifference(published: unknown, counted: unknown, at = '$'): string {
  if (Array.isArray(published) && Array.isArray(counted)) return ofLists(published, counted, at);
  if (isObject(published) && isObject(counted)) {
    const names = [...new Set([...Object.keys(published), ...Object.keys(counted)])].toSorted();
    const name = names.find((one) => JSON.stringify(published[one]) !== JSON.stringify(counted[one]));
    if (name !== undefined) return firstDifference(published[name], counted[name], `${at}.${name}`);
  }
  if (JSON.stringify(published) === JSON.stringify(counted)) return 'is not in canonical form';
  return `${at} is ${textOf(published)}, the recount gives ${textOf(counted)}`;
}

function ofLists(published: readonly unknown[], counted: readonly unknown[], at: string): string {
  const index = counted.findIndex((item, place) => JSON.stringify(item) !== JSON.stringify(published[place]));
  if (index >= 0 && index < published.length)
    return firstDifference(published[index], counted[index], `${at}[${index}]`);
  return `${at} has ${published.length} items, the recount ${counted.length}`;
}

const textOf = (value: unknown): string => JSON.stringify(value) ?? 'null';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
