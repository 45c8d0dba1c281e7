import DataLoader from 'dataloader';
import { builtInAdvisor, type Advice, type JurorFacts, type JuryAdvisor, type Suggest } from './domain/jury-advice.ts';
import type { Juror } from './domain/jury.ts';
import { memberOf } from './domain/session.ts';
import { juryPartsOf, sameNetworks } from './store/jury.ts';
import { admittedOf, type ContestFacts, type StoredApplication, type Stores } from './store.ts';

/** What is around the candidates for the jury of a contest: read once for all who are looked at together. */
export interface JuryScene {
  contestId: string;
  residentsOnly: boolean;
  applications: readonly StoredApplication[];
  /** Whether a person is an expert or a member of the commission of the contest. */
  decidesLater: (personId: string) => boolean;
  suggest: Suggest;
  /** How many came from a network. */
  networks: DataLoader<string, number>;
  /** What a person applied for, here and in other contests. */
  parts: DataLoader<string, Juror[]>;
}

export async function jurySceneOf(
  stores: Stores,
  contestId: string,
  contest: ContestFacts,
  advisor: JuryAdvisor = builtInAdvisor,
): Promise<JuryScene> {
  const [applications, panel, commission, suggest] = await Promise.all([
    admittedOf(stores, contestId),
    stores.panels.load(contestId),
    stores.commissions.load(contestId),
    advisor.inPlace(contest.oktmo),
  ]);
  const experts = new Set(panel?.state.expertIds);
  const members = commission?.state.members ?? [];
  return {
    contestId,
    residentsOnly: contest.scoring.publicJury?.residentsOnly ?? false,
    applications,
    decidesLater: (personId) => experts.has(personId) || memberOf(members, personId) !== undefined,
    suggest,
    networks: new DataLoader((tags) => sameNetworks(stores, contestId, tags)),
    parts: new DataLoader((personIds) => juryPartsOf(stores, personIds)),
  };
}

export async function juryAdvice(scene: JuryScene, juror: Juror): Promise<Advice> {
  return scene.suggest(await jurorFacts(scene, juror));
}

export async function jurorFacts(scene: JuryScene, juror: Juror): Promise<JurorFacts> {
  const { applications, residentsOnly } = scene;
  const { personId, organisationInn, claims, origin } = juror;
  const [now, earlier] = await Promise.all([
    origin.network ? scene.networks.load(origin.network) : 0,
    earlierParts(scene, personId),
  ]);
  return {
    ...claims,
    residentsOnly,
    device: origin.device,
    sameNetwork: Math.max(origin.sameNetwork, now - 1),
    ownApplications: applications.filter(({ memberIds }) => memberIds.includes(personId)).map(({ number }) => number),
    organisationApplications: applications
      .filter(({ organisationInns }) => organisationInn !== null && (organisationInns ?? []).includes(organisationInn))
      .map(({ number }) => number),
    decidesLater: scene.decidesLater(personId),
    organisationNamed: organisationInn !== null,
    placesNamed: juror.territories.length > 0,
    ...earlier,
  };
}

/** How other juries decided of the person. */
async function earlierParts({ contestId, parts }: JuryScene, personId: string) {
  const others = (await parts.load(personId)).filter((part) => part.contestId !== contestId && part.decision !== null);
  const refused = others.filter(({ state }) => state === 'REFUSED').length;
  return { earlierAdmitted: others.length - refused, earlierRefused: refused };
}
