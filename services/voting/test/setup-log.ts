import { cast, open, type VotingService } from './setup.ts';
import { grow, rootOf } from '../witness/proof.ts';

export interface SignedHead {
  contest: string;
  root: string;
  size: number;
  time: number;
  sig: string;
  witnesses: { id: string; sig: string }[];
}

/** Root over entries, by the tools of an outsider. */
export function rootOver(leaves: readonly string[]): string {
  const tree = { size: 0, peaks: [] };
  grow(tree, leaves);
  return rootOf(tree);
}

/** The open log of a running service as the public sees it. */
export function publicLog(service: () => VotingService) {
  const ask = async (path: string) => {
    const response = await fetch(`${service().url}/open/${path}`);
    return {
      status: response.status,
      cache: response.headers.get('cache-control'),
      body: (await response.json()) as any,
    };
  };
  const get = async <T>(path: string): Promise<T> => (await ask(path)).body as T;
  return {
    ask,
    get,
    codeOf: async (path: string): Promise<string> => (await ask(path)).body.errors[0].extensions.code as string,
    headOf: (contest: string) => get<SignedHead>(`contests/${contest}/head`),
    headsOf: async (contest: string) => (await get<{ heads: SignedHead[] }>(`contests/${contest}/heads`)).heads,
    leavesOf: async (contest: string): Promise<string[]> =>
      (await get<{ leaves: string[] }>(`contests/${contest}/entries?from=0`)).leaves,
  };
}

/** Contest with `n` ballots in the log, and their tracking codes. */
export async function sealed(t: VotingService, n: number) {
  const told = await open(t);
  const receipts = await Promise.all(Array.from({ length: n }, () => cast(t, told.contestId, [told.projects[0]!])));
  await t.runBackground('sequencer');
  return { ...told, receipts: receipts.map(({ receipt }) => receipt!) };
}
