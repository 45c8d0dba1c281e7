/** Switches for tests and demonstrations, on loopback like everything here. */
import type { FastifyInstance } from 'fastify';
import type { EsiaDouble } from './double.ts';
import { NO_FAULTS } from './registry.ts';
import type { Client, Faults } from './registry.ts';
import { findPerson, listedPersons } from './persons.ts';

/** Only settings that exist, with their own type: a mistyped fault would otherwise silently change nothing. */
function knownChanges<T extends object>(current: T, changes: unknown): Partial<T> | null {
  if (typeof changes !== 'object' || changes === null) return null;
  const fits = ([name, value]: [string, unknown]) =>
    Object.hasOwn(current, name) && typeof value === typeof current[name as keyof T];
  return Object.entries(changes).every(fits) ? (changes as Partial<T>) : null;
}

export function controlRoutes(app: FastifyInstance, double: EsiaDouble): void {
  app.get('/control/log', () => double.entries);
  app.get('/control/persons', () => listedPersons(double.now()).map(({ key, label }) => ({ key, label })));
  app.get(
    '/control/persons/:key',
    (request, reply) => findPerson((request.params as { key: string }).key, double.now()) ?? reply.code(404).send({}),
  );
  app.get('/control/faults', () => double.faults);
  app.put('/control/faults', (request, reply) => {
    const changes = knownChanges<Faults>(NO_FAULTS, request.body);
    if (!changes) return reply.code(400).send({ error: 'unknown fault' });
    double.faults = { ...NO_FAULTS, ...changes };
    return double.faults;
  });
  app.post('/control/rotate', (request) => {
    double.keys.rotate(double.now(), (request.body as { overlap?: boolean } | undefined)?.overlap ?? true);
    return {};
  });
  app.patch('/control/clients/:mnemonic', (request, reply) => {
    const client = double.clients.get((request.params as { mnemonic: string }).mnemonic);
    const changes = client && knownChanges<Client>(client, request.body);
    if (!client || !changes) return reply.code(400).send({ error: 'unknown client or setting' });
    Object.assign(client, changes);
    return {
      ...client,
      certificates: client.certificates.map(({ hash, active }) => ({ hash, active })),
    };
  });
}
