import {
  Contests,
  ProposeIdea,
  trusted,
  type ContestFilter,
  type ContestsQuery,
  type ProposeIdeaInput,
  type TypedDocument,
} from '@veche/client';

export interface Graph {
  /** Address of the gateway. */
  url: string;
  /** The access token; null while nobody has signed in. */
  token: () => string | null;
}

interface Fault {
  message: string;
  extensions: { code: string; userMessage: string };
}

/** An error of the graph: `code` is for the program, `userMessage` for the person. */
export class GraphError extends Error {
  readonly code: string;
  readonly userMessage: string;

  constructor({ message, extensions: { code, userMessage } }: Fault) {
    super(message);
    this.code = code;
    this.userMessage = userMessage;
  }
}

export interface Answer<Result> {
  data: Result;
  errors?: [Fault, ...Fault[]];
}

/** Throws GraphError for an answer that is incomplete. */
export function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  if (errors) throw new GraphError(errors[0]);
  return data;
}

export const authorization = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

/** Asks by hash; a gateway that does not know the document gets its text. Throws GraphError. */
export async function ask<Result, Variables>(
  { url, token }: Graph,
  document: TypedDocument<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const { hash, text } = trusted(document);
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
  const send = async (query?: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization(token()) },
      body: JSON.stringify({ query, variables, extensions }),
    });
    return (await response.json()) as Answer<Result>;
  };
  let answer = await send();
  if (answer.errors?.[0].extensions.code === 'PERSISTED_QUERY_NOT_FOUND') answer = await send(text);
  return dataOf(answer);
}

/** Page by page until the last. */
export async function contestTitles(graph: Graph, filter: ContestFilter, first: number): Promise<string[]> {
  const titles: string[] = [];
  let after: string | null | undefined = null;
  do {
    const { contests }: ContestsQuery = await ask(graph, Contests, { filter, first, after });
    titles.push(...contests.nodes.map(({ title }) => title));
    after = contests.pageInfo.hasNextPage ? contests.pageInfo.endCursor : null;
  } while (after);
  return titles;
}

/** One key for one wish of the person, made before the first attempt: repeated with it the mutation is done once. */
export async function propose(graph: Graph, idea: Omit<ProposeIdeaInput, 'idempotencyKey'>): Promise<string> {
  const input = { ...idea, idempotencyKey: crypto.randomUUID() };
  const attempt = () => ask(graph, ProposeIdea, { input });
  const { proposeIdea } = await attempt().catch((error: unknown) => {
    if (error instanceof GraphError && error.code !== 'UNAVAILABLE') throw error;
    return attempt();
  });
  return proposeIdea.rejection?.userMessage ?? `Идея «${proposeIdea.idea!.title}» отправлена.`;
}
