/** Something the user can mend; the message is one sentence that says what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** Turns what the file system says into a sentence; anything else stays as it is. */
export function asProblem(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code.startsWith('ERR_PARSE_ARGS')) return new Problem((error as Error).message);
  if (code === 'ENOSPC')
    return new Problem('The disk is full; free some space (about 2 GB are needed) and start again.');
  if (['EACCES', 'EROFS', 'EEXIST', 'ENOTDIR'].includes(code)) {
    return new Problem(
      `Cannot write ${(error as NodeJS.ErrnoException).path}; set VECHE_CACHE to a directory of your own.`,
    );
  }
  return error;
}
