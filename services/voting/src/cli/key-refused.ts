import { CeremonyError } from '../keys/ceremony.ts';
import { KeyUnavailable } from '../keys/key-directory.ts';
import { messages } from '../messages.ts';

/** Tells in a line, with exit code 1, that a key is not to be had or that its parts do not give it. */
export async function refusedByKey(work: () => Promise<number>, show: (line: object) => void): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const line = lineOf(error);
    if (!line) throw error;
    show(line);
    return 1;
  }
}

function lineOf(error: unknown): object | null {
  if (error instanceof CeremonyError) return { code: 'CEREMONY', message: error.message };
  if (!(error instanceof KeyUnavailable)) return null;
  const code = error.reason === 'destroyed' ? 'CONTEST_KEY_DESTROYED' : 'CONTEST_KEY_UNAVAILABLE';
  return { contest: error.contestId, code, userMessage: messages[code] };
}
