import type { Background, Consumer } from '@veche/kit';
import { on } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationDecidedSchema,
  ApplicationPublishedSchema,
  ApplicationRefusedSchema,
  ApplicationReturnedSchema,
  ApplicationSubmittedSchema,
  ApplicationWithdrawnSchema,
} from '@veche/proto/contests/v1/contests';
import { IdeaChangedSchema } from '@veche/proto/contests/v1/discussion';
import { ProjectCompletedSchema } from '@veche/proto/registry/v1/registry';
import { scopesOf, type Application } from './domain/application.ts';
import { isPublishedIdea, type Idea } from './domain/community/idea.ts';
import { termsOf, type Kind } from './domain/search/terms.ts';
import { isPublic } from './policy.ts';
import type { CommunityStores } from './store/community.ts';
import { done, markForIndex, waiting, writeIndex, type Wanted } from './store/search-index.ts';
import type { SearchStores } from './store/search.ts';
import type { Stores } from './store.ts';

interface Sources {
  stores: Stores;
  community: CommunityStores;
  search: SearchStores;
}

/** Every event after which an idea or an application is found otherwise; events repeat, and so may marks. */
export function searchConsumers({ search }: Sources): Consumer[] {
  const application = ({ applicationId }: { applicationId: string }) =>
    markForIndex(search, 'APPLICATION', applicationId);
  return [
    on(IdeaChangedSchema, ({ ideaId }) => markForIndex(search, 'IDEA', ideaId)),
    on(ApplicationSubmittedSchema, application),
    on(ApplicationPublishedSchema, application),
    on(ApplicationReturnedSchema, application),
    on(ApplicationAdmittedSchema, application),
    on(ApplicationRefusedSchema, application),
    on(ApplicationWithdrawnSchema, application),
    on(ApplicationDecidedSchema, application),
    on(ProjectCompletedSchema, async ({ projectId, acceptedOn }, { sequence }) => {
      await search.finished.upsertIfNewer(projectId, sequence, { acceptedOn });
      await markForIndex(search, 'APPLICATION', projectId);
    }),
  ];
}

const AT_ONCE = 500;

/** Writes what waits into the index, on the replica that holds the lease. */
export const searchIndexing = (sources: Sources): Background => ({
  name: 'search-index',
  everyMs: 500,
  run: async (lease) => {
    for (;;) {
      const read = await waiting(sources.search, AT_ONCE);
      if (read.length === 0 || lease.signal.aborted) return;
      const wanted = await wantedOf(sources, read);
      await lease.check();
      await writeIndex(sources.search, wanted);
      await done(sources.search, read);
    }
  },
});

async function wantedOf(
  { stores, community, search }: Sources,
  read: readonly { kind: Kind; ref: string }[],
): Promise<Wanted[]> {
  const refs = (kind: Kind): string[] => read.filter((one) => one.kind === kind).map(({ ref }) => ref);
  const [ideas, applications, finished] = await Promise.all([
    community.ideas.loadMany(refs('IDEA')),
    stores.applications.loadMany(refs('APPLICATION')),
    search.finished.getMany(refs('APPLICATION')),
  ]);
  const contests = await stores.contests.loadMany([...new Set(applications.map(({ state }) => state.contestId))]);
  const places = new Map(contests.map(({ id, state }) => [id, state.oktmo]));
  const carriedOut = new Set(finished.map(({ id }) => id));
  const terms = new Map([
    ...ideas.map(({ id, state }) => [`IDEA:${id}`, ideaTerms(state)] as const),
    ...applications.map(({ id, state }) => {
      const shown = { oktmo: places.get(state.contestId)!, finished: carriedOut.has(id) };
      return [`APPLICATION:${id}`, applicationTerms(state, shown)] as const;
    }),
  ]);
  return read.map(({ kind, ref }) => ({ kind, ref, terms: terms.get(`${kind}:${ref}`) ?? null }));
}

const ideaTerms = (idea: Idea): string[] | null =>
  isPublishedIdea(idea) ? termsOf({ ...idea, kind: 'IDEA', seenIn: null, finished: false }) : null;

/** Drafts are nobody's business but their group's, and what was withdrawn is not looked for. */
const UNSEEN: readonly Application['status'][] = ['DRAFT', 'WITHDRAWN'];

/** `oktmo`: of the contest, whose officials see the application before it is public. */
function applicationTerms(application: Application, { oktmo, finished }: { oktmo: string; finished: boolean }) {
  const { status, content, contestId, number } = application;
  if (UNSEEN.includes(status)) return null;
  const seenIn = isPublic(application) ? null : scopesOf(oktmo);
  const text = `${number ?? ''} ${textsIn(content.answers).join(' ')}`;
  return termsOf({ ...content, kind: 'APPLICATION', text, contestId, seenIn, finished: finished && seenIn === null });
}

/** Every text in the answers of a form; codes of choices are words as well and do no harm. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
