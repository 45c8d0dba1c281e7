import { badInput, commandOf, payload, sha256Hex, type Aggregate } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { DistributionInput, DistributionRule } from '../domain/distribution.ts';
import {
  isReproduced,
  recordDistribution,
  type DistributionRecord,
  type Tools,
} from '../domain/distribution-record.ts';
import { distributionToOutbox } from '../events.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { mayOversee } from '../policy.ts';
import { reachingExperts } from '../jury-gate.ts';
import { activeExperts, conflictWith, giveSheets, type Pooled } from '../sheet-giving.ts';
import { admittedOf, panelRules, sheetsOf, type StoredApplication, type Stores } from '../store.ts';
import { contestFor, refusal, type ResolverParts } from './parts.ts';

const EXPERTS_MAX = 100;
const RECORDS_MAX = 100;

const tools: Tools = { hashOf: (value) => sha256Hex(canonicalJson(value)), draw: sha256Hex };

const distributionView = ({ id, createdAt, state }: Aggregate<DistributionRecord>, may: boolean) => ({
  id,
  madeAt: createdAt,
  rule: state.input.rule,
  seed: state.input.seed,
  perApplication: state.perApplication,
  experts: state.input.experts.length,
  applications: state.result.given.length,
  missing: state.result.missing.map(({ applicationId, missing }) => ({ application: { id: applicationId }, missing })),
  inputHash: state.inputHash,
  resultHash: state.resultHash,
  reproduced: () => (may ? isReproduced(state, tools) : null),
});

export function distributionQueries({ stores }: ResolverParts): Pick<QueryResolvers, 'distributions'> {
  return {
    distributions: async (_source, { contestId }, { caller }) => {
      const contest = await stores.contests.get(contestId);
      const found = await stores.distributions.find({ contestId }, { sort: { createdAt: 1 }, limit: RECORDS_MAX });
      const may = caller !== null && contest !== null && mayOversee(caller, contest.oktmo);
      return found.map((one) => distributionView(one, may)) as never;
    },
  };
}

interface Asked {
  contestId: string;
  rule: DistributionRule;
  seed?: string | null;
  expertIds: readonly string[];
  perApplication: number;
}

/** Everything that decides a distribution, as it stands now: what was given before counts as load, and is not given again. */
async function inputOf(
  stores: Stores,
  asked: Asked,
  experts: ReadonlyMap<string, Pooled>,
  applications: readonly StoredApplication[],
): Promise<DistributionInput> {
  const { contestId, rule, perApplication } = asked;
  const [sheets, rules] = await Promise.all([sheetsOf(stores, contestId), panelRules(stores, contestId)]);
  const taken = sheets.map(({ state }) => state).filter(({ status }) => status !== 'BARRED' && status !== 'REPLACED');
  const loads = Map.groupBy(taken, ({ expertId }) => expertId);
  const had = Map.groupBy(taken, ({ applicationId }) => applicationId);
  const known = new Set(sheets.map(({ state }) => `${state.applicationId} ${state.expertId}`));
  return {
    rule,
    seed: rule === 'RANDOM' ? (asked.seed ?? '') : '',
    experts: [...experts.values()]
      .map(({ id, competences }) => ({ id, competences: [...competences], load: loads.get(id)?.length ?? 0 }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    works: applications.map((application) => ({
      applicationId: application.id,
      category: application.category ?? '',
      needed: Math.max(0, perApplication - (had.get(application.id)?.length ?? 0)),
      barred: [...experts.values()]
        .filter(
          (expert) => known.has(`${application.id} ${expert.id}`) || conflictWith(expert, application, rules) !== null,
        )
        .map(({ id }) => id)
        .toSorted(),
    })),
  };
}

/** Also when the command is a repetition: the first attempt may have died between two sheets. */
async function giveRecorded(stores: Stores, { contestId, result }: DistributionRecord): Promise<void> {
  const applications = new Map((await admittedOf(stores, contestId)).map((one) => [one.id, one]));
  const experts = await activeExperts(
    stores,
    result.given.flatMap(({ expertIds }) => expertIds),
  );
  const wanted = result.given.flatMap(({ applicationId, expertIds }) => {
    const application = applications.get(applicationId);
    return application ? [{ application, experts: expertIds.flatMap((id) => experts.get(id) ?? []) }] : [];
  });
  await giveSheets(stores, contestId, wanted, await panelRules(stores, contestId));
}

export function distributionMutations(parts: ResolverParts): Pick<MutationResolvers, 'distributeApplications'> {
  const { stores } = parts;
  return {
    distributeApplications: async (_source, { input }, context) => {
      const command = commandOf(context, 'distributeApplications', input);
      const { contestId, expertIds, perApplication } = input;
      if (expertIds.length > EXPERTS_MAX) throw badInput(`At most ${EXPERTS_MAX} experts`, ['expertIds']);
      if (!(await contestFor(parts, context, contestId)))
        return refusal('distribution', { code: 'NOT_FOUND', path: ['contestId'] });
      const experts = await activeExperts(stores, expertIds);
      const reaching = await reachingExperts(stores, parts.clock, contestId);
      if (reaching.rejection) return refusal('distribution', reaching.rejection);
      const distribution = await inputOf(stores, input, experts, reaching.applications);
      const outcome = await stores.distributions.create({
        command,
        events: distributionToOutbox,
        decide: () =>
          recordDistribution(
            { contestId, perApplication, input: distribution, stranger: expertIds.findIndex((id) => !experts.has(id)) },
            tools,
          ),
      });
      if (!outcome.rejection) await giveRecorded(stores, outcome.aggregate.state);
      return payload(outcome, messages, (one) => ({ distribution: distributionView(one, true) })) as never;
    },
  };
}
