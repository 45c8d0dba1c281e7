import { forbidden, mapConnection } from '@veche/kit';
import { formatMoney } from '@veche/kit/domain/money';
import type { QueryResolvers } from '../gen/graphql.ts';
import { commissionView } from '../session-views.ts';
import { commissionsOf } from '../store/commissions.ts';
import { pageOfSubmitted, type SubmittedFacts } from '../store/submitted.ts';
import { seesCommission, type ResolverParts } from './parts.ts';

const submittedView = ({ id, contestId, totalCost, ...facts }: SubmittedFacts & { id: string }) => ({
  ...facts,
  application: { id },
  contest: { id: contestId },
  totalCost: formatMoney(totalCost),
});

export function commissionListQueries(
  parts: ResolverParts,
): Pick<QueryResolvers, 'commissionApplications' | 'myCommissions'> {
  return {
    commissionApplications: async (_source, { contestId, state, category, oktmo, ...args }, context) => {
      if (!(await seesCommission(parts, context, contestId))) throw forbidden();
      const page = await pageOfSubmitted(parts.stores, { contestId, state, category, oktmo }, args);
      return mapConnection(page, submittedView) as never;
    },
    myCommissions: async (_source, _args, context) =>
      (await commissionsOf(parts.stores, context.requireCaller().personId)).map(commissionView) as never,
  };
}
