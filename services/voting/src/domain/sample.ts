/** What is drawn of a list: `size` tags, those whose hash under the public seed is smallest, so that anybody draws the same and nobody can choose. */
export function sampleTags(
  tags: Iterable<string>,
  { seed, size }: { seed: string; size: number },
  sha256: (text: string) => string,
): string[] {
  const drawn = [...new Set(tags)].map((tag) => ({ tag, at: sha256(`${seed}\n${tag}`) }));
  return drawn
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, size)
    .map(({ tag }) => tag);
}
