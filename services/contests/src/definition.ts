import { join } from 'node:path';
import { fileSigningKey, type ServiceDefinition } from '@veche/kit';
import { libreOffice } from '@veche/kit/documents/pdf';
import { documentStore } from '@veche/kit/documents/register';
import { configuredVerifier } from '@veche/kit/signatures/settings';
import { antivirusOf, fileStorage } from '@veche/kit/files/settings';
import { agendaConsumers } from './agenda-keeping.ts';
import { blockGate } from './block-gate.ts';
import { clockwork } from './clockwork.ts';
import { config, type ContestsConfig } from './config.ts';
import { consumers } from './consumers.ts';
import { communityConsumers } from './community-consumers.ts';
import { communityTopics } from './community-events.ts';
import { produces } from './events.ts';
import { policy } from './policy.ts';
import { searchConsumers, searchIndexing } from './search-indexing.ts';
import { resolvers } from './resolvers/index.ts';
import { calendarRoutes } from './routes/calendar.ts';
import { documentRoutes } from './routes/documents.ts';
import { fileRoutes } from './routes/files.ts';
import { makeAmbassadorStores } from './store/ambassadors.ts';
import { makeAgenda } from './store/agenda.ts';
import { makeCommunityStores } from './store/community.ts';
import { makeMeetingStores } from './store/meetings.ts';
import { makeSearchStores } from './store/search.ts';
import { makeProblemStores } from './store/problems.ts';
import { makeWorks } from './store/works.ts';
import { worksConsumers } from './works-keeping.ts';
import { aggregatesOf, makeStores } from './store.ts';
import { tierConsumers } from './tier-carrying.ts';

export const definition: ServiceDefinition<ContestsConfig> = {
  name: 'contests',
  schema: new URL('../schema/', import.meta.url),
  config,
  policy,
  async compose({ config, connection, clock, verifier }) {
    const stores = makeStores(connection);
    const signer = fileSigningKey(join(config.keysDir, 'passport-key.pem'));
    const files = {
      storage: await fileStorage(config),
      antivirus: antivirusOf(config),
      maxBytes: config.filesMaxBytes,
    };
    const community = makeCommunityStores(connection);
    const search = makeSearchStores(connection);
    const meetings = makeMeetingStores(connection);
    const { agenda, works, ambassadors, problems } = communityLife(connection);
    const papers = {
      documents: documentStore(connection),
      storage: files.storage,
      pdf: libreOffice(config.documentsSoffice),
    };
    return {
      resolvers: resolvers({
        stores,
        community,
        search,
        meetings,
        agenda,
        works,
        problems,
        ambassadors,
        clock,
        signer,
        papers,
        signatures: configuredVerifier(config),
      }),
      stores: [...aggregatesOf(stores), ...Object.values({ ...community, ...meetings, ...problems, ...ambassadors })],
      consumers: [
        ...consumers(stores, clock),
        ...tierConsumers({ stores, clock }),
        ...communityConsumers(community),
        ...searchConsumers({ stores, community, search }),
        ...agendaConsumers({ stores, meetings, agenda }),
        ...worksConsumers(works),
      ],
      produces: [...produces, ...communityTopics],
      blocks: blockGate({ stores, community, meetings, problems, ambassadors, clock }),
      background: [clockwork(stores, clock), searchIndexing({ stores, community, search })],
      routes: (app) => {
        fileRoutes({ stores, verifier, ...files })(app);
        calendarRoutes({ stores, community, meetings, agenda, clock })(app);
        documentRoutes({ stores, meetings, community, clock, verifier, papers })(app);
      },
    };
  },
};

/** What residents and staff do around the applications of a contest. */
const communityLife = (connection: Parameters<typeof makeStores>[0]) => ({
  agenda: makeAgenda(connection),
  works: makeWorks(connection),
  ambassadors: makeAmbassadorStores(connection),
  problems: makeProblemStores(connection),
});
