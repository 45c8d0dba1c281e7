import { commandOf, forbidden, payload, randomHex, type Aggregate, type Context, type Outcome } from '@veche/kit';
import { accept, type Decision } from '@veche/kit/domain/decision';
import { communityMessages, type CommunityCode } from '../community-messages.ts';
import { appoint, end, type Ambassador, type AmbassadorCode } from '../domain/ambassadors/ambassador.ts';
import type { AmbassadorInput, CountAmbassadorLinkInput, MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { loadContest, loadLink } from '../loaders.ts';
import { mayOrganise, mayOversee } from '../policy.ts';
import { ambassadorId, ambassadorsOf, usesOf } from '../store/ambassadors.ts';
import { visibleContest, type ViewParts } from '../views.ts';

const CODE_BYTES = 8;

export const ambassadorQueries = (parts: ViewParts): Pick<QueryResolvers, 'ambassadors'> => ({
  ambassadors: async (_source, { contestId }, context) => {
    const caller = context.requireCaller();
    const contest = await loadContest(parts.stores, context, contestId);
    const found = contest ? await ambassadorsOf(parts.ambassadors, contestId) : [];
    const all = contest !== null && mayOversee(caller, contest.state.oktmo);
    const seen = found.filter(({ state }) => all || state.personId === caller.personId);
    return seen.map((one) => view(parts, context, one)) as never;
  },
});

type Mutations = Pick<MutationResolvers, 'appointAmbassador' | 'endAmbassador' | 'countAmbassadorLink'>;

export function ambassadorMutations(parts: ViewParts): Mutations {
  const { clock } = parts;
  return {
    appointAmbassador: (_source, { input }, context) =>
      change(parts, context, 'appointAmbassador', input, (state, version) => appoint(state, version > 0, clock.now())),
    endAmbassador: (_source, { input }, context) =>
      change(parts, context, 'endAmbassador', input, (state) => end(state, clock.now())),
    countAmbassadorLink: (_source, { input }, context) => count(parts, context, input),
  };
}

type Decide = (state: Ambassador, version: number) => Decision<Ambassador, never, AmbassadorCode>;

/** By staff of the territory, in a contest that is published. */
async function change(
  { stores, ...parts }: ViewParts,
  context: Context,
  name: 'appointAmbassador' | 'endAmbassador',
  input: AmbassadorInput,
  decide: Decide,
) {
  const command = commandOf(context, name, input);
  const { contestId, personId } = input;
  const contest = await stores.contests.load(contestId);
  if (!contest || contest.state.status === 'DRAFT') return answer({ stores, ...parts }, context, notFound('contestId'));
  if (!mayOrganise(context.requireCaller(), contest.state.oktmo)) throw forbidden();
  const about = {
    id: ambassadorId(contestId, personId),
    command,
    events: () => [],
    decide: (state: Ambassador, { version }: { version: number }) => decide(state, version),
  };
  const initial = (): Ambassador => ({
    contestId,
    personId,
    code: randomHex(CODE_BYTES),
    appointedAt: parts.clock.now(),
    endedAt: null,
  });
  const { ambassadors } = parts.ambassadors;
  const outcome =
    name === 'appointAmbassador'
      ? await ambassadors.upsert<never, AmbassadorCode>({ ...about, initial })
      : await ambassadors.change<never, AmbassadorCode>(about);
  return answer({ stores, ...parts }, context, outcome);
}

const notFound = (path: string) =>
  ({ aggregate: null, rejection: { code: 'NOT_FOUND', path: [path] } }) satisfies Outcome<Ambassador, CommunityCode>;

const answer = (parts: ViewParts, context: Context, outcome: Outcome<Ambassador, CommunityCode>) =>
  payload(outcome, communityMessages, (one) => ({ ambassador: view(parts, context, one) })) as never;

const view = (parts: ViewParts, context: Context, { state }: Aggregate<Ambassador>) => ({
  person: { id: state.personId },
  contest: () => visibleContest(parts, context, state.contestId),
  appointedAt: state.appointedAt,
  endedAt: state.endedAt ?? null,
  code: state.code,
  visits: () => usesOf(parts.ambassadors, state.code, 'VISIT'),
  registrations: () => usesOf(parts.ambassadors, state.code, 'REGISTRATION'),
});

/** One record for each use, under the key of the request alone: who it was is not among what is kept. */
async function count(parts: ViewParts, context: Context, input: CountAmbassadorLinkInput) {
  const { code, step } = input;
  const command = { ...commandOf(context, 'countAmbassadorLink', input), caller: 'link' };
  const found = await loadLink(parts.ambassadors, context, code);
  const answered = (outcome: Outcome<object, CommunityCode>, contestId: string) =>
    payload(outcome, communityMessages, () => ({ contest: () => visibleContest(parts, context, contestId) })) as never;
  if (!found || found.state.endedAt)
    return answered({ aggregate: null, rejection: { code: 'NOT_FOUND', path: ['code'] } }, '');
  const day = parts.clock.now().toISOString().slice(0, 10);
  const decide = () => accept({ code, step, day });
  const outcome = await parts.ambassadors.uses.create<never, never>({ command, events: () => [], decide });
  return answered(outcome, found.state.contestId);
}
