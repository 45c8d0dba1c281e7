import type { ServiceDefinition } from '@veche/kit';
import { libreOffice } from '@veche/kit/documents/pdf';
import { documentStore } from '@veche/kit/documents/register';
import { fileStorage } from '@veche/kit/files/settings';
import { configuredVerifier } from '@veche/kit/signatures/settings';
import { expertiseAudit } from './audit.ts';
import { blockGate } from './block-gate.ts';
import { config, type ExpertiseConfig } from './config.ts';
import { consumers } from './consumers.ts';
import { produces } from './events.ts';
import { learnedAdvisor, modelTraining } from './jury-learning.ts';
import { policy } from './policy.ts';
import { commissionDocumentRoutes } from './resolvers/commission-documents.ts';
import { documentRoutes } from './resolvers/documents.ts';
import { resolvers } from './resolvers/index.ts';
import { aggregatesOf, makeStores } from './store.ts';

export const definition: ServiceDefinition<ExpertiseConfig> = {
  name: 'expertise',
  schema: new URL('../schema/', import.meta.url),
  config,
  policy,
  async compose({ config: settings, connection, clock, verifier }) {
    const stores = makeStores(connection);
    const papers = {
      documents: documentStore(connection),
      storage: await fileStorage(settings),
      pdf: libreOffice(settings.documentsSoffice),
    };
    return {
      resolvers: resolvers({
        stores,
        clock,
        papers,
        verifier: configuredVerifier(settings),
        ...(settings.juryModel ? { advisor: learnedAdvisor(stores) } : {}),
      }),
      stores: aggregatesOf(stores),
      consumers: consumers(stores, clock),
      produces,
      background: settings.juryModel ? [modelTraining(stores, clock)] : [],
      audit: expertiseAudit(stores),
      blocks: blockGate({ stores, clock }),
      routes: (app) => {
        documentRoutes({ stores, papers, verifier })(app);
        commissionDocumentRoutes({ stores, papers, verifier })(app);
      },
    };
  },
};
