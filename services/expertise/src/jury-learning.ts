import { sha256Hex, type Background, type Clock } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { advise, type JuryAdvisor } from './domain/jury-advice.ts';
import { FEATURE_SET } from './domain/jury-features.ts';
import { learnt, regionOf, withModel, type JuryModel } from './domain/jury-model.ts';
import type { Example } from './domain/logistic.ts';
import type { JuryStores } from './store/jury.ts';

type Learning = Pick<JuryStores, 'jurors' | 'juryModels'>;

const HOUR_MS = 3_600_000;
/** The latest decisions of a region that are learnt from. */
const EXAMPLES_MAX = 5_000;

/** The model of a region beside the built-in rules. It is asked, and changes nothing. */
export const learnedAdvisor = (stores: Pick<Learning, 'juryModels'>): JuryAdvisor => ({
  async inPlace(oktmo) {
    const model = await latestModel(stores, oktmo);
    return (facts) => withModel(model, facts, advise(facts));
  },
});

/** Of the region in which a place lies. */
export async function latestModel(
  { juryModels }: Pick<Learning, 'juryModels'>,
  oktmo: string,
): Promise<JuryModel | null> {
  const [latest] = await juryModels.find({ region: regionOf(oktmo) }, { sort: { number: -1 }, limit: 1 });
  return latest?.state ?? null;
}

/** Learns anew from what persons decided, region by region, where they have decided since. */
export function modelTraining(stores: Learning, clock: Clock): Background {
  return {
    name: 'jury-model',
    everyMs: HOUR_MS,
    run: async ({ signal }) => {
      const regions: string[] = await stores.jurors.model.distinct('decision.lesson.region', {
        'decision.lesson.region': { $gt: '' },
      });
      for (const region of regions) {
        signal.throwIfAborted();
        await learnRegion(stores, clock, region);
      }
    },
  };
}

async function learnRegion(stores: Learning, clock: Clock, region: string): Promise<void> {
  const examples = await examplesOf(stores, region);
  const latest = await latestModel(stores, region);
  const examplesHash = sha256Hex(canonicalJson({ set: FEATURE_SET, examples }));
  if (latest?.examplesHash === examplesHash) return;
  const model = learnt(examples, { region, number: (latest?.number ?? 0) + 1, examplesHash }, clock.now());
  if (!model) return;
  await stores.juryModels.create({
    id: `${region}:${model.number}`,
    events: () => [],
    decide: () => ({ ok: true, state: model, events: [] }),
  });
}

/** Decisions as they stand after an appeal, oldest first. */
async function examplesOf({ jurors }: Learning, region: string): Promise<Example[]> {
  const sort = { 'decision.at': -1, _id: -1 } as const;
  const decided = await jurors.find({ 'decision.lesson.region': region }, { sort, limit: EXAMPLES_MAX });
  return decided.reverse().flatMap(({ state: { decision, appeal } }) => {
    const lesson = decision?.lesson;
    if (!decision || lesson?.set !== FEATURE_SET) return [];
    return [{ values: [...lesson.values], yes: decision.admitted || appeal?.upheld === true }];
  });
}
