import '../../gateway/src/telemetry-off.ts';
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

/** The gateway library as it comes, before the subgraphs of the environment, as a process of its own: what ours is compared with. */
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(new URL('../../gateway/supergraph.graphql', import.meta.url), 'utf8'),
  buildService: ({ name, url }) =>
    new RemoteGraphQLDataSource({ url: process.env[`SUBGRAPH_${name.toUpperCase()}_URL`] ?? url! }),
});
const server = new ApolloServer({ gateway });
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
process.on('message', ({ stop }: { stop?: true }) => {
  if (stop) void server.stop().then(() => process.exit(0));
});
process.on('disconnect', () => process.exit());
process.send!({ port: Number(new URL(url).port) });
