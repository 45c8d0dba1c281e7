import {
  forget,
  commandOf,
  forbidden,
  mapConnection,
  rejectionOf,
  type Context,
  type ConnectionArgs,
} from '@veche/kit';
import { accept, type Rejection } from '@veche/kit/domain/decision';
import type { ContentDraft } from '../domain/content.ts';
import { municipalityOf } from '../domain/tier/link.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { aroundOf, loadApplication } from '../loaders.ts';
import { messages, type Code } from '../messages.ts';
import { isOfMunicipality, mayOversee, maySeeApplication, maySeeContest } from '../policy.ts';
import { carryInto } from '../tier-carrying.ts';
import { raise } from '../tier-raising.ts';
import { stoppedView } from '../tier-views.ts';
import { applicationView, type ViewParts } from '../views.ts';
import { answer, contentOf, notFound } from './application-change.ts';
import { organisedContest } from './contests.ts';

export const tierQueries = (parts: ViewParts): Pick<QueryResolvers, 'municipalApplications'> => ({
  municipalApplications: async (_source, { oktmo, ...args }, context) => {
    const { caller } = context;
    if (!isOfMunicipality(caller, oktmo) && !mayOversee(caller, oktmo)) throw forbidden();
    const page = await ofMunicipality(parts, oktmo, args);
    return mapConnection(page, (one) => applicationView(parts, one)) as never;
  },
});

const ofMunicipality = ({ stores }: ViewParts, municipality: string, args: ConnectionArgs) =>
  stores.applications.page({ municipality: municipalityOf(municipality) }, { createdAt: -1, _id: -1 }, args);

export const tierMutations = (
  parts: ViewParts,
): Pick<MutationResolvers, 'fileForMunicipality' | 'carryApplications'> => ({
  fileForMunicipality: (_source, { input }, context) => file(parts, context, input),
  carryApplications: async (_source, { input }, context) => {
    const command = commandOf(context, 'carryApplications', input);
    const contest = await organisedContest(parts, context, input.contestId);
    if (!contest) return carryRefused({ code: 'NOT_FOUND', path: ['contestId'] });
    const { expectedVersion } = input;
    if (expectedVersion && expectedVersion !== contest.version) return carryRefused({ code: 'VERSION_CONFLICT' });
    if (contest.state.tier?.entry !== 'CARRY') return carryRefused({ code: 'NOT_SECOND_TIER', path: ['contestId'] });
    // A repetition goes on where the first call broke off.
    const asked = await parts.stores.batches.create<never, never>({
      command,
      events: () => [],
      decide: () => accept({ action: 'CARRY', count: 0 }),
    });
    if (asked.rejection) return carryRefused(asked.rejection);
    const { raised, refused } = await carryInto(parts, contest);
    forget(context);
    const applications = await Promise.all(raised.map((id) => loadApplication(parts.stores, context, id)));
    return {
      applications: applications.map((one) => applicationView(parts, one!)),
      stopped: refused.map((one) => stoppedView(parts, one)),
      rejection: null,
    } as never;
  },
});

const carryRefused = (rejection: Rejection<Code>) =>
  ({ applications: [], stopped: [], rejection: rejectionOf(rejection, messages) }) as never;

interface Filing {
  idempotencyKey: string;
  contestId: string;
  sourceApplicationId: string;
  municipality: string;
  content?: object | null | undefined;
}

/** The staff of the municipality files a project that passed below; who it is does not depend on whether the project passed. */
async function file(parts: ViewParts, context: Context, input: Filing) {
  const command = commandOf(context, 'fileForMunicipality', input);
  const content: ContentDraft | null = input.content ? contentOf({ content: input.content }) : null;
  if (!isOfMunicipality(context.requireCaller(), input.municipality)) throw forbidden();
  const [contest, around] = await Promise.all([
    parts.stores.contests.load(input.contestId),
    aroundOf(parts.stores, context, input.sourceApplicationId),
  ]);
  if (!contest || !maySeeContest(context.caller, contest.state)) return answer(parts, context, notFound('contestId'));
  const seen = around && maySeeApplication(context.caller, around.application.state, around.contest, around.group);
  if (!around || !seen) return answer(parts, context, notFound('sourceApplicationId'));
  const wish = {
    contest,
    source: around.application,
    sourceContest: around.contest,
    municipality: municipalityOf(input.municipality),
    content,
    command,
    actor: { role: 'MUNICIPALITY', personId: context.requireCaller().personId } as const,
  };
  return answer(parts, context, await raise(parts, wish));
}
