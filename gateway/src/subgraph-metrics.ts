import { Histogram, type Registry } from 'prom-client';

/** Tells of a request to a subgraph: its name, whether it failed us, seconds. */
export type SubgraphTold = (subgraph: string, failed: boolean, seconds: number) => void;

export function subgraphMetrics(registry: Registry): SubgraphTold {
  const requests = new Histogram({
    name: 'veche_gateway_subgraph_seconds',
    help: 'Requests of the gateway to subgraphs; an error is no answer, or one of 500 and above',
    labelNames: ['subgraph', 'result'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return (subgraph, failed, seconds) => requests.observe({ subgraph, result: failed ? 'error' : 'ok' }, seconds);
}

/** The work, told of. */
export async function timed<T extends { status: number }>(
  told: SubgraphTold,
  subgraph: string,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  try {
    const answer = await work();
    told(subgraph, answer.status >= 500, seconds());
    return answer;
  } catch (error) {
    told(subgraph, true, seconds());
    throw error;
  }
}
