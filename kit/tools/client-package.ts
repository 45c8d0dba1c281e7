import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { Kind, parse, print, visit, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { sha256Hex } from '../src/hash.ts';

const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;

/** Documents of the package as its caches want them: each object tells its type, so that no client changes the text, and with it the hash. */
const named = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet: {
      leave: (set, _key, parent) =>
        parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION
          ? undefined
          : { ...set, selections: [...set.selections, TYPENAME] },
    },
  });

interface Operation {
  name: string;
  kind: string;
  document: DocumentNode;
  text: string;
}

function operationOf(document: DocumentNode, text = print(document)): Operation {
  const [first] = document.definitions as readonly OperationDefinitionNode[];
  return { name: first!.name!.value, kind: first!.operation, document, text };
}

function operationsIn(folder: string, prepared: readonly string[]): Operation[] {
  const texts = readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const own = texts.flatMap((text) =>
    parse(text, { noLocation: true }).definitions.map((definition) =>
      operationOf(named({ kind: Kind.DOCUMENT, definitions: [definition] })),
    ),
  );
  // The gateway knows these by their very text.
  return [...own, ...prepared.map((text) => operationOf(parse(text, { noLocation: true }), text))];
}

interface Parts {
  /** The public schema, SDL. */
  schema: string;
  /** Folder of the operations, one or more in a file. */
  folder: string;
  /** Texts of the operations that the gateway hands over by hash. */
  prepared: readonly string[];
  note: string;
}

/** The generated files of the client package, by name: documents with their types, and the list of them for the gateway. */
export async function clientPackage({ schema, folder, prepared, note }: Parts): Promise<Map<string, string>> {
  const all = operationsIn(folder, prepared);
  const trusted = Object.fromEntries(all.map(({ text }) => [sha256Hex(text), text]));
  return new Map([
    ['index.js', `// ${note}\n${code(all)}`],
    ['index.d.ts', `// ${note}\n${await types(schema, all)}`],
    ['trusted-documents.json', `${JSON.stringify(trusted, null, 2)}\n`],
  ]);
}

const code = (all: readonly Operation[]): string => `${all
  .map(({ name, document }) => `export const ${name} = ${JSON.stringify(document)};`)
  .join('\n')}
const TRUSTED = ${JSON.stringify(Object.fromEntries(all.map(({ name, text }) => [name, { hash: sha256Hex(text), text }])), null, 2)};
export function trusted(document) {
  const operation = document.definitions.find(({ kind }) => kind === 'OperationDefinition');
  const found = TRUSTED[operation?.name?.value];
  if (!found) throw new Error('The operation is not one of this package');
  return found;
}
`;

async function types(schema: string, all: readonly Operation[]): Promise<string> {
  const output = await codegen({
    filename: 'index.d.ts',
    schema: parse(schema),
    documents: all.map(({ name, document }) => ({ location: name, document })),
    config: {
      enumsAsTypes: true,
      skipTypename: true,
      scalars: {
        DateTime: 'string',
        LocalDateTime: 'string',
        Money: 'string',
        Oktmo: 'string',
        JSON: 'unknown',
        ID: 'string',
      },
    },
    plugins: [{ operations: {} }],
    pluginMap: { operations },
  } as never);
  const documents = all.map(({ name, kind }) => {
    const result = `${name}${kind === 'query' ? 'Query' : 'Mutation'}`;
    return `export declare const ${name}: TypedDocument<${result}, ${result}Variables>;`;
  });
  return `import type { DocumentNode } from 'graphql';

/** A document that knows the types of its answer and its variables, as Apollo Client, urql and others read it. */
export interface TypedDocument<Result, Variables> extends DocumentNode {
  __apiType?: (variables: Variables) => Result;
}
/** How the gateway knows a document of this package: SHA-256 of its text. Throws for another document. */
export declare function trusted(document: DocumentNode): { hash: string; text: string };
${documents.join('\n')}

${output}`;
}
