import type { Context } from '@veche/kit';
import type { Resolvers } from '../gen/graphql.ts';
import { applicationSignatures } from '../head-signatures.ts';
import { applicationTiers, contestTiers } from '../tier-views.ts';
import { visibleApplication, visibleContest, visibleGroup } from '../views.ts';
import { batchMutation } from './application-batch.ts';
import { deskMutations, deskQueries } from './application-desk.ts';
import { editMutations, editQueries } from './application-editing.ts';
import { talkMutations, talkQueries } from './application-talk.ts';
import { applicationMutations } from './applications.ts';
import { applicationOfIdea, communityMutations, communityQueries, communityTypes } from './community.ts';
import { contestMutations } from './contests.ts';
import { criteriaMutation } from './criteria.ts';
import { applicationDocuments, documentMutations, type DocumentsParts } from './documents.ts';
import { documentSigning, documentRegisterQuery } from './document-signing.ts';
import { contestFileMutations } from './files.ts';
import { headMutations, headQueries } from './head-signing.ts';
import { groupMutations } from './groups.ts';
import { importMutation } from './import.ts';
import { meetingDocumentMutation } from './meeting-documents.ts';
import { queries } from './queries.ts';
import { simpleFilingMutation } from './simple-filing.ts';
import { simulationQuery } from './simulation.ts';
import { tierMutations, tierQueries } from './tiers.ts';
import { applicationFiles } from './uploads.ts';

type Reference = { id: string };

export function resolvers(parts: DocumentsParts): Resolvers {
  return {
    Query: {
      ...queries(parts),
      ...editQueries(parts),
      ...deskQueries(parts),
      ...talkQueries(parts),
      ...simulationQuery(parts),
      ...tierQueries(parts),
      ...headQueries(parts),
      ...documentRegisterQuery(parts),
      ...communityQueries(parts),
    },
    Mutation: {
      ...contestMutations(parts),
      ...criteriaMutation(parts),
      ...contestFileMutations(parts),
      ...groupMutations(parts),
      ...applicationMutations(parts),
      ...simpleFilingMutation(parts),
      ...editMutations(parts),
      ...deskMutations(parts),
      ...batchMutation(parts),
      ...talkMutations(parts),
      ...importMutation(parts),
      ...documentMutations(parts),
      ...meetingDocumentMutation(parts),
      ...documentSigning(parts),
      ...tierMutations(parts),
      ...headMutations(parts),
      ...communityMutations(parts),
    },
    Contest: {
      __resolveReference: ({ id }: Reference, context: Context) => visibleContest(parts, context, id),
      ...contestTiers(parts),
      territory: ({ oktmo }: { oktmo: string }) => ({ oktmo }),
    },
    Application: {
      ...applicationFiles(parts),
      ...applicationDocuments(parts),
      __resolveReference: ({ id }: Reference, context: Context) => visibleApplication(parts, context, id),
      ...applicationOfIdea(parts),
      ...applicationTiers(parts),
      ...applicationSignatures(parts),
    },
    ...communityTypes(parts),
    InitiativeGroup: { __resolveReference: ({ id }: Reference, context: Context) => visibleGroup(parts, context, id) },
  } as Resolvers;
}
