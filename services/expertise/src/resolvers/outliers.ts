import { badInput, forbidden } from '@veche/kit';
import { toDecimalString } from '@veche/kit/domain/rational';
import { outlierReport } from '../domain/outliers.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { mayOversee } from '../policy.ts';
import { sheetsOf } from '../store.ts';
import type { ResolverParts } from './parts.ts';

const PLACES = 2;
const OUTLIERS_MAX = 1000;

export function outlierQueries({ stores }: ResolverParts): Pick<QueryResolvers, 'outlierReport'> {
  return {
    outlierReport: async (_source, { contestId, atLeast }, context) => {
      if (atLeast < 1 || atLeast > 100) throw badInput('A distance of 1 to 100 percent', ['atLeast']);
      const contest = await stores.contests.get(contestId);
      if (!contest) return null;
      if (!mayOversee(context.requireCaller(), contest.oktmo)) throw forbidden();
      const sheets = (await sheetsOf(stores, contestId)).map(({ state }) => state);
      const { outliers, leanings } = outlierReport(sheets, contest.criteria, atLeast);
      return {
        outliers: outliers.slice(0, OUTLIERS_MAX).map(({ applicationId, expertId, median, distance, ...mark }) => ({
          ...mark,
          application: { id: applicationId },
          expert: { id: expertId },
          median: toDecimalString(median, PLACES),
          distance: toDecimalString(distance, PLACES),
        })),
        leanings: leanings.map(({ expertId, marks, lean }) => ({
          expert: { id: expertId },
          marks,
          lean: toDecimalString(lean, PLACES),
        })),
      } as never;
    },
  };
}
