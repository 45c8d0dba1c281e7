import { badInput, forbidden, rejectionOf, sha256Hex, type Context } from '@veche/kit';
import { reject, type Rejection } from '@veche/kit/domain/decision';
import { accept } from '@veche/kit/domain/decision';
import { fieldTitle } from '../domain/field-words.ts';
import type { Contest } from '../domain/contest.ts';
import { drawsOf } from '../domain/simulation/draws.ts';
import { generated, unmade, type Participant } from '../domain/simulation/generated.ts';
import { simulated, type Assumptions } from '../domain/simulation/simulate.ts';
import { takenOver } from '../domain/simulation/taken-over.ts';
import type { QueryResolvers, SimulateContestInput } from '../gen/graphql.ts';
import { loadContest } from '../loaders.ts';
import { messages, type Code } from '../messages.ts';
import { mayOrganise, mayOversee } from '../policy.ts';
import { admittedOf } from '../store/application-queries.ts';
import { simulationView } from '../simulation-views.ts';
import type { ViewParts } from '../views.ts';

const MOST = 5000;
const SEED_MAX = 100;

export function simulationQuery(parts: ViewParts): Pick<QueryResolvers, 'simulateContest'> {
  return {
    simulateContest: async (_source, { input }, context) => {
      const contest = await loadContest(parts.stores, context, input.contestId);
      if (!contest || !mayOversee(context.caller, contest.state.oktmo))
        return refused({ code: 'NOT_FOUND', path: ['contestId'] });
      if (!mayOrganise(context.caller, contest.state.oktmo)) throw forbidden();
      if ((input.seed?.length ?? 0) > SEED_MAX)
        throw badInput(`a seed has at most ${SEED_MAX} characters`, ['input', 'seed']);
      const found = await participantsOf(parts, context, contest.state, input);
      if (!found.ok) return refused(found.rejection);
      const { participants, notes } = found.state;
      const decision = simulated(contest.state, participants, assumptionsOf(input), sha256Hex);
      if (!decision.ok) return refused(decision.rejection);
      return { simulation: simulationView(contest.state, decision.state, notes), rejection: null } as never;
    },
  };
}

const refused = (rejection: Rejection<Code>) =>
  ({ simulation: null, rejection: rejectionOf(rejection, messages) }) as never;

const seedOf = ({ seed }: SimulateContestInput): string => seed ?? '1';

function assumptionsOf(input: SimulateContestInput): Assumptions {
  const { marks, votes, whenShort } = input;
  return {
    seed: seedOf(input),
    marks: marks ?? [],
    votes: votes ? { ...votes, counts: votes.counts ?? [], ballots: votes.ballots ?? null } : null,
    whenShort: whenShort ?? null,
  };
}

interface Found {
  participants: readonly Participant[];
  /** What has to be said about where they come from, in Russian. */
  notes: readonly string[];
}

async function participantsOf({ stores }: ViewParts, context: Context, contest: Contest, input: SimulateContestInput) {
  const { fromContestId, generate } = input;
  if (((fromContestId ?? null) === null) === ((generate ?? null) === null)) return reject('SIMULATION_SOURCE' as const);
  if (fromContestId) {
    const source = await loadContest(stores, context, fromContestId);
    if (!source || !mayOversee(context.caller, source.state.oktmo))
      return reject('NOT_FOUND' as const, ['fromContestId']);
    const applications = await admittedOf(stores.applications, fromContestId, MOST + 1);
    if (applications.length > MOST) return reject('SIMULATION_TOO_LARGE' as const, ['fromContestId'], { max: MOST });
    return accept<Found, never>(takenOver(contest, source.state, applications));
  }
  if (generate! < 1 || generate! > MOST) return reject('SIMULATION_TOO_LARGE' as const, ['generate'], { max: MOST });
  return made(contest, generate!, seedOf(input));
}

function made(contest: Contest, count: number, seed: string) {
  const participants = generated(contest, count, drawsOf(seed, sha256Hex));
  const wrong = unmade(contest, participants);
  const fields = wrong
    .slice(0, 5)
    .map(({ path }) => `«${fieldTitle(contest.form, path.split('.').slice(0, 2).join('.'))}»`);
  if (wrong.length > 0)
    return reject('GENERATION_IMPOSSIBLE' as const, ['generate'], { fields: [...new Set(fields)].join(', ') });
  const notes = [`Заявки созданы по форме и пределам черновика: ${count} (начальное значение «${seed}»).`];
  return accept<Found, never>({ participants, notes });
}
