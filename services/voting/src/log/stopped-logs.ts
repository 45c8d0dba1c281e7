import { Gauge, type Registry } from 'prom-client';

/** Shows how many logs cannot go on, because what is stored is not what was signed: more than nothing is an alarm. */
export function stoppedLogs(registry: Registry): (logs: number) => void {
  const gauge = new Gauge({
    name: 'veche_voting_logs_stopped',
    help: 'Logs that are not sealed and signed any more: their entries are not those that were signed, or fewer',
    registers: [registry],
  });
  return (logs) => gauge.set(logs);
}
