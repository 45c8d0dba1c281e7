/** What of a snapshot most pages show; the whole is described in ADR 14. */
export interface Snapshot {
  state: 'OPEN' | 'CLOSED';
  turnout: { accepted: number; superseded: number; counted: number };
  /** Null while the rule hides it. */
  tally: { projects: { id: string; score: number }[] } | null;
}

/** Shows each snapshot of a running vote until the returned function is called; the browser comes back by itself after a lost connection. */
export function follow(url: string, contestId: string, show: (snapshot: Snapshot) => void): () => void {
  const source = new EventSource(`${url}/live/contests/${contestId}`);
  source.addEventListener('snapshot', ({ data }) => show(JSON.parse(data) as Snapshot));
  return () => source.close();
}
