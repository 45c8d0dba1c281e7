import { createHmac } from 'node:crypto';
import {
  badInput,
  commandOf,
  forbidden,
  loaderOf,
  mapConnection,
  payload,
  randomHex,
  type Aggregate,
  type Caller,
  type Context,
  type Outcome,
} from '@veche/kit';
import { ageOn, localDateOf } from '@veche/kit/domain/calendar';
import type { PublicJury } from '@veche/kit/domain/criterion';
import { covers, isOktmo } from '@veche/kit/domain/oktmo';
import { addressOf, deviceOf, networkOf } from '@veche/kit/domain/request-origin';
import { isInn } from '@veche/kit/domain/requisites';
import { appealEnd } from '../domain/appeal-term.ts';
import {
  appealRefusal,
  applyToJury,
  decideJuror,
  decideJurorAppeal,
  type Juror,
  type JurorCode,
  type JurorEvent,
  type JurorResult,
} from '../domain/jury.ts';
import type { JuryAdvisor } from '../domain/jury-advice.ts';
import { lessonOf } from '../domain/jury-model.ts';
import { phaseOf } from '../domain/stage.ts';
import { jurorToOutbox } from '../events.ts';
import type { ApplyForPublicJuryInput, MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { latestModel } from '../jury-learning.ts';
import { juryAdvice, jurorFacts, jurySceneOf, type JuryScene } from '../jury-scene.ts';
import { juryDrawView, juryModelView, jurorView } from '../jury-views.ts';
import { messages } from '../messages.ts';
import { mayOrganise, mayOversee } from '../policy.ts';
import { contestOfJuror, jurorId } from '../store/jury.ts';
import type { ContestFacts, Stores } from '../store.ts';
import { contestFacts } from '../views.ts';
import { boundedText, refusal, type ResolverParts } from './parts.ts';

export interface JuryParts extends ResolverParts {
  /** Who suggests; the built-in rules where nothing else is attached. */
  advisor?: JuryAdvisor;
}

const DRAWS_MAX = 100;
/** Working days in which a refusal may be appealed against. */
const APPEAL_DAYS = 5;
const TERRITORIES_MAX = 20;

/** Whether people may still come to the jury: until its stage is over. */
export const juryOpen = async ({ stores, clock }: ResolverParts, contestId: string): Promise<boolean> =>
  phaseOf(await stores.juryWindows.get(contestId), clock.now()) !== 'AFTER';

export function juryQueries(parts: JuryParts): Pick<QueryResolvers, 'publicJury' | 'juryCandidates' | 'myJuryPart'> {
  const { stores } = parts;
  return {
    publicJury: async (_source, { contestId }, context) => {
      const contest = await contestFacts(stores, context, contestId);
      if (!contest?.scoring?.publicJury) return null;
      const { caller } = context;
      const may = caller !== null && mayOversee(caller, contest.oktmo);
      const draws = await stores.juryDraws.find({ contestId }, { sort: { createdAt: 1 }, limit: DRAWS_MAX });
      return {
        contest: { id: contestId },
        open: () => juryOpen(parts, contestId),
        members: () => stores.jurors.count({ contestId, state: 'SEATED' }),
        candidates: () => stores.jurors.count({ contestId }),
        draws: draws.map((one) => juryDrawView(one, may)),
        model: () => (may ? modelOf(parts, contest.oktmo) : null),
      } as never;
    },
    juryCandidates: async (_source, { contestId, state, ...args }, context) => {
      const contest = await contestFacts(stores, context, contestId);
      if (!contest || !mayOversee(context.requireCaller(), contest.oktmo)) throw forbidden();
      const sort = { appliedAt: 1, _id: 1 } as const;
      const page = await stores.jurors.page({ contestId, ...(state ? { state } : {}) }, sort, args);
      const scene = () => pageScene(parts, context, contestId, contest);
      return mapConnection(page, (one) => candidateView(scene, one)) as never;
    },
    myJuryPart: async (_source, { contestId }, context) => {
      const mine = await stores.jurors.load(jurorId(contestId, context.requireCaller().personId));
      return (mine && jurorView(mine)) as never;
    },
  };
}

async function modelOf({ stores }: JuryParts, oktmo: string) {
  const model = await latestModel(stores, oktmo);
  return model && juryModelView(model);
}

/** A candidate with the suggestion as it is now; one of whom a person decided, with what was suggested then. */
const candidateView = (scene: () => Promise<JuryScene>, juror: Aggregate<Juror>) => ({
  ...jurorView(juror),
  advice: async () => juror.state.decision?.advice ?? juryAdvice(await scene(), juror.state),
});

/** Of one request, read once the first candidate of whom nobody has decided is looked at. */
const pageScene = ({ stores, advisor }: JuryParts, context: Context, contestId: string, contest: ContestFacts) =>
  loaderOf(context, `jury scene ${contestId}`, () => jurySceneOf(stores, contestId, contest, advisor));

type Names = 'applyForPublicJury' | 'decideJuror' | 'appealJurorRefusal' | 'decideJurorAppeal';

const answered = (outcome: Outcome<Juror, JurorCode>) =>
  payload(outcome, messages, (one) => ({ juror: jurorView(one) })) as never;

export const juryMemberMutations = (parts: JuryParts): Pick<MutationResolvers, Names> => ({
  ...applying(parts),
  ...deciding(parts),
  ...appealing(parts),
});

function applying(parts: JuryParts): Pick<MutationResolvers, 'applyForPublicJury'> {
  const { stores } = parts;
  return {
    applyForPublicJury: async (_source, { input }, context) => {
      const command = commandOf(context, 'applyForPublicJury', input);
      const { contestId } = input;
      checkProfile(input);
      const contest = await contestFacts(stores, context, contestId);
      if (!contest) return refusal('juror', { code: 'NOT_FOUND', path: ['contestId'] });
      const rule = contest.scoring?.publicJury;
      const juror = await newJuror(parts, context, contest, rule, input);
      const open = await juryOpen(parts, contestId);
      const outcome = await stores.jurors.upsert<JurorEvent, JurorCode>({
        id: jurorId(contestId, juror.personId),
        command,
        events: jurorToOutbox,
        initial: () => juror,
        decide: (state, { version }) => applyToJury(state, rule, { open, isNew: version === 0 }),
      });
      // Of two requests at once the second sees the first one's application.
      return answered(outcome);
    },
  };
}

function checkProfile({ organisationInn, territories }: ApplyForPublicJuryInput): void {
  if (organisationInn && !(organisationInn.length === 10 && isInn(organisationInn)))
    throw badInput('No INN of a legal entity', ['organisationInn']);
  const places = territories ?? [];
  if (places.length > TERRITORIES_MAX) throw badInput(`At most ${TERRITORIES_MAX} territories`, ['territories']);
  const wrong = places.findIndex((code) => !isOktmo(code));
  if (wrong >= 0) throw badInput('No OKTMO code', ['territories', String(wrong)]);
}

async function newJuror(
  { stores, clock }: JuryParts,
  context: Context,
  contest: ContestFacts,
  rule: PublicJury | null | undefined,
  { contestId, organisationInn, territories }: ApplyForPublicJuryInput,
): Promise<Juror> {
  const caller = context.requireCaller();
  const network = await networkTag(stores, contestId, context);
  return {
    contestId,
    personId: caller.personId,
    state: 'APPLIED',
    organisationInn: organisationInn ?? null,
    territories: territories ?? [],
    claims: claimsOf(caller, contest, rule?.minAge ?? 0, clock.now()),
    origin: {
      device: deviceOf(context.headers?.['user-agent']),
      network,
      sameNetwork: network ? await stores.jurors.count({ contestId, 'origin.network': network }) : 0,
    },
    appliedAt: clock.now(),
    decision: null,
    appeal: null,
  };
}

function claimsOf({ assurance, birthdate, residence }: Caller, contest: ContestFacts, minAge: number, now: Date) {
  const today = localDateOf(now, contest.timeZone || 'UTC');
  return {
    confirmed: assurance === 'confirmed',
    oldEnough: birthdate === undefined ? null : ageOn(birthdate, today) >= minAge,
    resident: residence === undefined ? null : covers(contest.oktmo, residence),
  };
}

/** The network of a request under the key of this jury: it cannot be followed to another contest. */
async function networkTag({ juryKeys }: Stores, contestId: string, { headers }: Context): Promise<string | null> {
  const network = networkOf(addressOf(headers));
  if (!network) return null;
  const { aggregate } = await juryKeys.upsert<never, never>({
    id: contestId,
    events: () => [],
    initial: () => ({ key: randomHex(32) }),
    decide: (state) => ({ ok: true, state, events: [] }),
  });
  if (!aggregate) return null;
  return createHmac('sha256', aggregate.state.key).update(network).digest('hex').slice(0, 16);
}

/** The contest of a juror, to the organisers of its place, who may decide of him; to others there is no such juror. */
async function organisedContest({ stores }: JuryParts, context: Context, id: string) {
  const contest = await contestFacts(stores, context, contestOfJuror(id));
  return contest && mayOrganise(context.requireCaller(), contest.oktmo) ? contest : null;
}

function deciding(parts: JuryParts): Pick<MutationResolvers, 'decideJuror'> {
  const { stores, clock } = parts;
  return {
    decideJuror: async (_source, { input }, context) => {
      const command = commandOf(context, 'decideJuror', input);
      const { jurorId: id, admitted, reason } = input;
      boundedText(reason, ['reason']);
      const contest = await organisedContest(parts, context, id);
      const found = contest && (await stores.jurors.load(id));
      if (!found) return refusal('juror', { code: 'NOT_FOUND', path: ['jurorId'] });
      const scene = await jurySceneOf(stores, contest.id, contest, parts.advisor);
      const facts = await jurorFacts(scene, found.state);
      const advice = await scene.suggest(facts);
      const by = context.requireCaller().personId;
      const verdict = { admitted, reason, by, advice, lesson: lessonOf(contest.oktmo, facts) };
      return changed(stores, id, command, (juror) => decideJuror(juror, verdict, clock.now()));
    },
  };
}

function appealing(parts: JuryParts): Pick<MutationResolvers, 'appealJurorRefusal' | 'decideJurorAppeal'> {
  const { stores, clock } = parts;
  return {
    appealJurorRefusal: async (_source, { input }, context) => {
      const command = commandOf(context, 'appealJurorRefusal', input);
      const { contestId, text } = input;
      boundedText(text, ['text']);
      const id = jurorId(contestId, context.requireCaller().personId);
      const [juror, contest] = await Promise.all([stores.jurors.load(id), contestFacts(stores, context, contestId)]);
      if (!juror || !contest) return refusal('juror', { code: 'NOT_FOUND', path: ['contestId'] });
      const refusedAt = juror.state.decision?.at ?? clock.now();
      const until = appealEnd(refusedAt, APPEAL_DAYS, contest.timeZone || 'UTC')!;
      return changed(stores, id, command, (state) => appealRefusal(state, text, until, clock.now()));
    },
    decideJurorAppeal: async (_source, { input }, context) => {
      const command = commandOf(context, 'decideJurorAppeal', input);
      const { jurorId: id, upheld, answer } = input;
      boundedText(answer, ['answer']);
      if (!(await organisedContest(parts, context, id)))
        return refusal('juror', { code: 'NOT_FOUND', path: ['jurorId'] });
      const by = context.requireCaller().personId;
      return changed(stores, id, command, (juror) => decideJurorAppeal(juror, { by, upheld, answer }, clock.now()));
    },
  };
}

const changed = async (
  { jurors }: Stores,
  id: string,
  command: ReturnType<typeof commandOf>,
  decide: (juror: Juror) => JurorResult,
) => answered(await jurors.change<JurorEvent, JurorCode>({ id, command, events: jurorToOutbox, decide }));
