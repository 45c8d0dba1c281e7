import type { Context } from '@veche/kit';
import type { Resolvers } from '../gen/graphql.ts';
import { decisionView } from '../session-views.ts';
import { assessmentOf, rankingOf } from '../views.ts';
import { distributionMutations, distributionQueries } from './distribution.ts';
import { appealMutations, appealQueries, redeterminationAsked } from './appeals.ts';
import { documentRegisterQuery, documentSigning } from './document-signing.ts';
import { documentMutation, sheetDocuments, type DocumentsParts } from './documents.ts';
import { commissionDocumentMutations, commissionDocuments } from './commission-documents.ts';
import { commissionListQueries } from './commission-list.ts';
import { commissionMutations, commissionQueries } from './commission.ts';
import { publicAssessmentOf } from '../jury-views.ts';
import { juryMemberMutations, juryQueries, type JuryParts } from './jury-members.ts';
import { jurorSheets, juryWorkMutations } from './jury-work.ts';
import { assignExperts, determine } from './organising.ts';
import { outlierQueries } from './outliers.ts';
import { panelMutations, panelQueries } from './panel.ts';
import { poolMutations, poolQueries } from './pool.ts';
import { sessionMutations } from './sessions.ts';
import { sheetMutations, sheetQueries } from './sheets.ts';
import { sheetSignature, signingMutations, signingQuery, type SigningParts } from './signatures.ts';

import { taskQueries } from './tasks.ts';

type Reference = { id: string };

export function resolvers(parts: SigningParts & DocumentsParts & JuryParts): Resolvers {
  const { stores } = parts;
  return {
    Query: {
      ...poolQueries(parts),
      ...panelQueries(parts),
      ...distributionQueries(parts),
      ...sheetQueries(parts),
      ...signingQuery(parts),
      ...outlierQueries(parts),
      ...commissionQueries(parts),
      ...commissionListQueries(parts),
      ...appealQueries(parts),
      ...taskQueries(parts),
      ...juryQueries(parts),
      ...documentRegisterQuery(parts),
    },
    Mutation: {
      ...poolMutations(parts),
      ...panelMutations(parts),
      ...distributionMutations(parts),
      ...assignExperts(parts),
      ...sheetMutations(parts),
      ...signingMutations(parts),
      ...documentMutation(parts),
      ...commissionDocumentMutations(parts),
      ...documentSigning(parts),
      ...determine(parts),
      ...commissionMutations(parts),
      ...sessionMutations(parts),
      ...appealMutations(parts),
      ...juryMemberMutations(parts),
      ...juryWorkMutations(parts),
    },
    ScoreSheet: { ...sheetSignature(stores), ...sheetDocuments(parts) },
    ...commissionDocuments(parts),
    Juror: jurorSheets(parts),
    Contest: {
      __resolveReference: ({ id }: Reference) => ({ id }),
      ranking: ({ id }: Reference, _args: object, context: Context) => rankingOf(stores, context, id),
    },
    Application: {
      __resolveReference: ({ id }: Reference) => ({ id }),
      assessment: ({ id }: Reference, _args: object, context: Context) => assessmentOf(stores, context, id),
      commissionDecision: ({ id }: Reference, _args: object, context: Context) => decisionView(stores, context, id),
      publicAssessment: ({ id }: Reference, _args: object, context: Context) =>
        publicAssessmentOf(stores, parts.clock, context, id),
      redeterminationAsked: ({ id }: Reference, _args: object, context: Context) =>
        redeterminationAsked(stores, context, id),
    },
  } as Resolvers;
}
