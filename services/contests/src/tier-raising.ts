import type { Aggregate, Clock, Command, Outcome } from '@veche/kit';
import { reject, type Decision, type Rejection } from '@veche/kit/domain/decision';
import { covers } from '@veche/kit/domain/oktmo';
import { freeNumber } from './application-number.ts';
import { derivedId } from './derived-id.ts';
import { draftApplication, submitApplication } from './domain/application-steps.ts';
import type { Actor, Application, ApplicationCode, ApplicationEvent } from './domain/application.ts';
import type { ContentDraft } from './domain/content.ts';
import type { Contest } from './domain/contest.ts';
import { attributed } from './domain/history.ts';
import { carriedContent, entryProblem } from './domain/tier/entry.ts';
import { municipalityOf } from './domain/tier/link.ts';
import { takePlace, type Place } from './domain/tier/places.ts';
import { uploadsInUse } from './domain/uploads.ts';
import { applicationToOutbox as events } from './events.ts';
import type { Stores } from './store.ts';

export interface RaisingParts {
  stores: Stores;
  clock: Clock;
}

/** A project of the first tier that is to enter a contest of the second one. */
export interface Wish {
  contest: Aggregate<Contest>;
  source: Aggregate<Application>;
  sourceContest: Contest;
  /** Municipality that files it; null: it comes up by itself, for those who filed it below. */
  municipality: string | null;
  /** Filled in beside or in place of what comes up. */
  content?: ContentDraft | null;
  command?: Command;
  /** Who files it; nobody where it comes up by itself. */
  actor?: Actor;
}

type Raised = Outcome<Application, ApplicationCode>;

export const raisedId = (contestId: string, sourceId: string): string => derivedId(contestId, sourceId);

/**
 * Makes the application of the second tier as a draft, under an id made of contest and project. Its place is taken first: a call that broke off is
 * finished by the next one, and a project that is there already is not made again.
 */
export async function raise(parts: RaisingParts, wish: Wish): Promise<Raised> {
  const { stores } = parts;
  const { contest, source, command } = wish;
  const id = raisedId(contest.id, source.id);
  const known = await stores.applications.load(id);
  if (known && !command) return { aggregate: known, rejection: null, repeated: true };
  const reused = command ? await stores.applications.isReused(command) : false;
  const refusal = known || reused ? null : await prepare(parts, wish, id);
  if (refusal) return { aggregate: null, rejection: refusal };
  return stores.applications.create<ApplicationEvent, ApplicationCode>({
    id,
    ...(command ? { command } : {}),
    events,
    decide: () => (known ? reject('RAISED_ALREADY', ['sourceApplicationId']) : begun(parts, wish)),
    onDuplicate: () => ({ code: 'RAISED_ALREADY', path: ['sourceApplicationId'] }),
  });
}

/** Its place and its files, or why it may not come up. */
async function prepare(parts: RaisingParts, wish: Wish, id: string) {
  const { stores } = parts;
  const trial = begun(parts, wish);
  if (!trial.ok) return trial.rejection;
  const refusal = await placeFor(parts, wish);
  if (refusal) return refusal;
  const files = await stores.uploads.of([wish.source.id]);
  for (const file of uploadsInUse(trial.state.content.answers, files))
    await stores.uploads.keep({ ...file, applicationId: id });
  return null;
}

function begun({ clock }: RaisingParts, wish: Wish): Decision<Application, ApplicationEvent, ApplicationCode> {
  const { contest, source, sourceContest, municipality } = wish;
  const first = { application: source.state, contest: sourceContest };
  const problem =
    entryProblem(contest.state, first, municipality === null ? 'CARRY' : 'FILING') ?? applicantProblem(wish);
  if (problem) return { ok: false, rejection: problem };
  const { groupId, municipality: carried } = source.state;
  const filer = municipality ?? carried;
  const whose = filer ? { groupId: null, municipality: filer } : { groupId };
  const ids = { contestId: contest.id, sourceId: source.id, ...whose };
  const draft = draftApplication(contest.state, ids, contentOf(wish), clock.now());
  return wish.actor ? attributed(draft, 0, wish.actor) : draft;
}

/** A municipality files what is its own; what comes up by itself has somebody who goes on with it. */
function applicantProblem({ contest, source, sourceContest, municipality }: Wish): Rejection<ApplicationCode> | null {
  if (municipality === null) {
    const known = source.state.groupId ?? source.state.municipality;
    return known ? null : { code: 'APPLICANT_UNKNOWN', path: ['sourceApplicationId'] };
  }
  const inside = covers(municipality, sourceContest.oktmo) && covers(contest.state.oktmo, municipality);
  return inside ? null : { code: 'OUTSIDE_MUNICIPALITY', path: ['municipality'] };
}

/** What is filled in goes before what comes up. */
function contentOf({ contest, source, content }: Wish): ContentDraft {
  const carried = carriedContent(contest.state, source.state.content);
  const given = Object.entries(content ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return {
    ...carried,
    ...Object.fromEntries(given),
    answers: { ...carried.answers, ...content?.answers },
  };
}

/** Why there is no place for the project, null once it has one. */
async function placeFor({ stores }: RaisingParts, wish: Wish) {
  const { contest, source, sourceContest, municipality } = wish;
  const oktmo = municipalityOf(municipality ?? sourceContest.oktmo);
  const wanted = { sourceId: source.id, contestId: source.state.contestId, oktmo };
  const attempt = async (gone: ReadonlySet<string>) => {
    const { rejection } = await stores.tiers.upsert<never, 'TIER_QUOTA_EXCEEDED'>({
      id: contest.id,
      events: () => [],
      initial: () => ({ taken: [], stopped: [] }),
      decide: (places) => takePlace(places, wanted, contest.state.tier!, gone),
    });
    return rejection;
  };
  const refusal = await attempt(new Set());
  if (refusal?.code !== 'TIER_QUOTA_EXCEEDED') return refusal;
  const gone = await withdrawnBeside(stores, contest.id, wanted);
  return gone.size > 0 ? attempt(gone) : refusal;
}

/** Projects that have a place for the same contest or municipality and were withdrawn above. */
async function withdrawnBeside(stores: Stores, contestId: string, wanted: Place): Promise<Set<string>> {
  const taken = (await stores.tiers.load(contestId))?.state.taken ?? [];
  const beside = taken.filter((place) => place.contestId === wanted.contestId || place.oktmo === wanted.oktmo);
  const raised = await stores.applications.loadMany(beside.map(({ sourceId }) => raisedId(contestId, sourceId)));
  const gone = raised.filter(({ state }) => state.status === 'WITHDRAWN');
  return new Set(gone.map(({ state }) => state.sourceId!));
}

/** Files an application that came up by itself, where the second form asks for nothing more; otherwise it waits as a draft. */
export async function fileIfComplete(parts: RaisingParts, id: string, contest: Contest): Promise<void> {
  const { stores, clock } = parts;
  const draft = await stores.applications.load(id);
  if (draft?.state.status !== 'DRAFT' || draft.state.municipality) return;
  const group = draft.state.groupId ? await stores.groups.load(draft.state.groupId) : null;
  const judged = {
    contest,
    members: group?.state.memberIds.length ?? 0,
    uploads: await stores.uploads.of([id]),
    now: clock.now(),
  };
  if (!submitApplication(draft.state, { ...judged, number: '0' }).ok) return;
  const number = await freeNumber(parts, draft.state.contestId, id);
  // Bound to the version that was tried: who edits it at this moment files it himself.
  await stores.applications.change<ApplicationEvent, ApplicationCode>({
    id,
    expectedVersion: draft.version,
    events,
    decide: (state) => submitApplication(state, { ...judged, number }),
  });
}
