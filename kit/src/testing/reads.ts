import type { TestService } from './harness.ts';

/** Counts the queries that a service sends to its database while something is done. */
export function readsOf({
  deps,
  settle,
}: Pick<TestService, 'deps' | 'settle'>): (work: () => Promise<void>) => Promise<number> {
  let reads = 0;
  deps.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    const read = ['find', 'aggregate'].includes(commandName);
    // The relay of the outbox reads by its own beat.
    if (read && !JSON.stringify(command.filter ?? {}).includes('outbox')) reads += 1;
  });
  return async (work) => {
    // Consumers of what was just published read too.
    await settle();
    const before = reads;
    await work();
    return reads - before;
  };
}
