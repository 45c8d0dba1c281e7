import { readdirSync, readFileSync, statSync } from 'node:fs';

/** SDL of a subgraph: one file, or every `.graphql` file of a folder one after another, by name. */
export function readSchema(source: URL): string {
  if (!statSync(source).isDirectory()) return readFileSync(source, 'utf8');
  const folder = source.href.endsWith('/') ? source : new URL(`${source.href}/`);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
}
