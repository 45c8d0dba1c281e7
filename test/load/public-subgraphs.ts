import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Registry, contests and voting that answer from memory, so that what is measured is the gateway before them. A process of its own. */
const PROJECTS = 20;
const ids = Array.from({ length: PROJECTS }, (_, n) => `0198b1d2-0000-7000-8000-${String(n).padStart(12, '0')}`);

const project = (id: string) => ({
  __typename: 'Project',
  id,
  title: 'Детская площадка на улице Мира',
  state: 'IN_PROGRESS',
  percent: 40,
  contest: { __typename: 'Contest', id },
});
const contest = (id: string) => ({
  __typename: 'Contest',
  id,
  title: 'Инициативные проекты Сургута',
  state: 'DECIDED',
  currentStage: 'IMPLEMENTATION',
});
const voting = (id: string) => ({
  __typename: 'Contest',
  id,
  voting: { state: 'CLOSED', turnout: { accepted: 812, counted: 799 } },
});

type Asked = { variables?: { representations?: { id: string }[] } };

const bodyOf = async (request: IncomingMessage): Promise<Asked> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Asked;
};

async function serve(answer: (asked: Asked) => object): Promise<number> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((asked) => {
      const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=60, public' };
      response.writeHead(200, headers).end(JSON.stringify({ data: answer(asked) }));
    });
  });
  // A connection that ends just when a request comes would be told as a failure of the gateway.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return (server.address() as AddressInfo).port;
}

const entities =
  (make: (id: string) => object) =>
  ({ variables }: Asked) => ({ _entities: variables!.representations!.map(({ id }) => make(id)) });

const ports = {
  registry: await serve(() => ({ projects: { nodes: ids.map(project) } })),
  contests: await serve(entities(contest)),
  voting: await serve(entities(voting)),
};
process.on('message', ({ stop }: { stop?: true }) => {
  if (stop) process.exit(0);
  process.send!({ ports });
});
process.on('disconnect', () => process.exit());
process.send!({ port: ports.registry });
