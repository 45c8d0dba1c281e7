import type { Background, Consumer } from '@veche/kit';
import { on } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationDecidedSchema,
  ApplicationRefusedSchema,
  ApplicationReturnedSchema,
  ApplicationSubmittedSchema,
  ApplicationWithdrawnSchema,
} from '@veche/proto/contests/v1/contests';
import { IdeaChangedSchema } from '@veche/proto/contests/v1/discussion';
import { ProjectCompletedSchema } from '@veche/proto/registry/v1/registry';
import type { Application } from './domain/application.ts';
import { isPublishedIdea, type Idea } from './domain/community/idea.ts';
import { termsOf, type Kind } from './domain/search/terms.ts';
import { PUBLIC_STATES } from './policy.ts';
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
  const carriedOut = new Set(finished.map(({ id }) => id));
  const terms = new Map([
    ...ideas.map(({ id, state }) => [`IDEA:${id}`, ideaTerms(state)] as const),
    ...applications.map(({ id, state }) => [`APPLICATION:${id}`, applicationTerms(state, carriedOut.has(id))] as const),
  ]);
  return read.map(({ kind, ref }) => ({ kind, ref, terms: terms.get(`${kind}:${ref}`) ?? null }));
}

const ideaTerms = (idea: Idea): string[] | null =>
  isPublishedIdea(idea) ? termsOf({ ...idea, kind: 'IDEA', isPublic: true, finished: false }) : null;

/** Drafts are nobody's business but their group's, and what was withdrawn is not looked for. */
const UNSEEN: readonly Application['status'][] = ['DRAFT', 'WITHDRAWN'];

function applicationTerms({ status, content, contestId, number }: Application, finished: boolean): string[] | null {
  if (UNSEEN.includes(status)) return null;
  const isPublic = PUBLIC_STATES.includes(status);
  const text = `${number ?? ''} ${textsIn(content.answers).join(' ')}`;
  return termsOf({ ...content, kind: 'APPLICATION', text, contestId, isPublic, finished: finished && isPublic });
}

/** Every text in the answers of a form; codes of choices are words as well and do no harm. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
