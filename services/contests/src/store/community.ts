import {
  aggregateStore,
  outsideOf,
  type Aggregate,
  type AggregateStore,
  type BlockReader,
  type BlockScope,
  type ConnectionArgs,
} from '@veche/kit';
import { scopesFor, type BlockPlace } from '@veche/kit/domain/blocks';
import { prefixOf } from '@veche/kit/domain/oktmo';
import mongoose from 'mongoose';
import type { Comment } from '../domain/community/comment.ts';
import type { Idea } from '../domain/community/idea.ts';
import { rulesOf, switchesOf, type Rules, type ScopeSettings } from '../domain/community/settings.ts';
import { supportId, type Support } from '../domain/community/support.ts';

const { Mixed } = mongoose.Schema.Types;
const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false, minimize: false });

export interface CommunityStores {
  ideas: AggregateStore<Idea>;
  comments: AggregateStore<Comment>;
  supports: AggregateStore<Support>;
  settings: AggregateStore<ScopeSettings>;
}

const MODERATED: mongoose.SchemaDefinition = {
  status: String,
  waitingSince: Date,
  stopWords: [String],
  verdicts: [part({ at: Date, decision: String, ground: String, reason: String })],
  decidedAt: Date,
  complaints: [part({ by: String, at: Date, ground: String })],
  complainants: [String],
  authorId: String,
  oktmo: String,
  scopes: [String],
  contestId: String,
};

/** What waits for a moderator and what moderators decided, by territory. */
const OF_MODERATORS: [Record<string, 1 | -1>][] = [
  [{ scopes: 1, waitingSince: 1, _id: 1 }],
  [{ scopes: 1, decidedAt: -1, _id: -1 }],
];

export function makeCommunityStores(connection: mongoose.Connection): CommunityStores {
  return {
    ideas: aggregateStore<Idea>(connection, {
      collection: 'ideas',
      fields: {
        ...MODERATED,
        title: String,
        text: String,
        category: String,
        revisions: [part({ at: Date, title: String, text: String, category: String })],
        mergedInto: String,
        merge: part({ at: Date, reason: String }),
        problemId: String,
        supporters: Number,
      },
      indexes: [
        ...OF_MODERATORS,
        [{ status: 1, createdAt: -1, _id: -1 }], // newest
        [{ status: 1, supporters: -1, _id: -1 }], // most supported
        [{ scopes: 1, status: 1, createdAt: -1, _id: -1 }], // of a territory
        [{ scopes: 1, status: 1, supporters: -1, _id: -1 }],
        [{ contestId: 1, status: 1, createdAt: -1, _id: -1 }], // for a contest
        [{ authorId: 1, createdAt: -1, _id: -1 }],
        [{ mergedInto: 1 }, { sparse: true }],
      ],
    }),
    comments: aggregateStore<Comment>(connection, {
      collection: 'comments',
      fields: { ...MODERATED, kind: String, subjectId: String, answersTo: String, official: Boolean, text: String },
      indexes: [
        ...OF_MODERATORS,
        [{ subjectId: 1, createdAt: 1, _id: 1 }],
        [{ subjectId: 1, status: 1, createdAt: 1, _id: 1 }],
        [{ subjectId: 1, authorId: 1, status: 1 }],
      ],
    }),
    supports: aggregateStore<Support>(connection, {
      collection: 'idea_supports',
      fields: { ideaId: String, personId: String, given: Boolean },
      indexes: [[{ ideaId: 1, given: 1 }]],
    }),
    settings: aggregateStore<ScopeSettings>(connection, {
      collection: 'settings',
      fields: {
        scope: String,
        versions: [
          part({ number: Number, at: Date, authorId: String, effectiveFrom: Date, reason: String, settings: Mixed }),
        ],
      },
      indexes: [[{ 'versions.settings.blocksOff': 1 }]], // scopes that ever switched a block off
    }),
  };
}

/** What settings say about blocks. */
export function blocksOfSettings({ settings }: Pick<CommunityStores, 'settings'>): BlockReader {
  const switches = ({ id, state }: Aggregate<ScopeSettings>) => ({ id, versions: switchesOf(state) });
  return {
    getMany: async (scopes) => (await settings.loadMany(scopes)).map(switches),
    naming: async (blocks) =>
      (await settings.find({ 'versions.settings.blocksOff': { $in: [...blocks] } })).map(switches),
  };
}

/** Settings over a place and a contest there: the country, the region, the municipality, the settlement, the contest. */
export async function settingsOver(
  { settings }: CommunityStores,
  place: BlockPlace,
): Promise<Aggregate<ScopeSettings>[]> {
  const scopes = scopesFor(place);
  const found = new Map((await settings.loadMany(scopes)).map((one) => [one.id, one]));
  return scopes.map((scope) => found.get(scope)).filter((one) => one !== undefined);
}

/** What holds in a place, and in a contest there. */
export const rulesFor = async (stores: CommunityStores, place: BlockPlace, now: Date): Promise<Rules> =>
  rulesOf(statesOf(await settingsOver(stores, place)), now);

export const statesOf = (settings: readonly Aggregate<ScopeSettings>[]): ScopeSettings[] =>
  settings.map(({ state }) => state);

/**
 * Counts the supporters of an idea anew and keeps the number. Whoever writes looks again afterwards, so of two at once the later one finds
 * and mends what the other left; a change of the idea at the same moment writes its older number, which the event of the change mends.
 */
export async function recountSupporters({ ideas, supports }: CommunityStores, ideaId: string): Promise<void> {
  const count = () => supports.count({ ideaId, given: true });
  for (let supporters = await count(), written = -1; supporters !== written; supporters = await count()) {
    await ideas.model.updateOne({ _id: ideaId }, { $set: { supporters } });
    written = supporters;
  }
}

/** Supporters who are carried over side by side. */
const CARRIED_AT_ONCE = 50;

/**
 * Lets the supporters of a merged idea support the one that it goes on in, and the one where that goes on in turn; those who have decided
 * about it already keep their word. Safe to repeat.
 */
export async function carrySupport(stores: CommunityStores, from: string, to: string): Promise<void> {
  const given = await stores.supports.find({ ideaId: from, given: true });
  for (let start = 0; start < given.length; start += CARRIED_AT_ONCE) {
    const some = given.slice(start, start + CARRIED_AT_ONCE);
    await Promise.all(some.map(({ state }) => carryOne(stores, state.personId, { from, to })));
  }
  await recountSupporters(stores, to);
  // Looked at after the writes: a merger of that one before them has not seen these supporters, one after them will.
  const next = (await stores.ideas.load(to))?.state.mergedInto;
  if (next) await carrySupport(stores, to, next);
}

async function carryOne({ supports }: CommunityStores, personId: string, { from, to }: { from: string; to: string }) {
  const carried = { ideaId: to, personId, given: true };
  const { rejection } = await supports.upsert({
    id: supportId(to, personId),
    fromEvent: `merge:${from}`,
    events: () => [],
    initial: () => ({ ...carried, given: false }),
    decide: (present, { version }) => ({ ok: true, state: version === 0 ? carried : present, events: [] }),
  });
  if (rejection) throw new Error(`a supporter of an idea was not carried over: ${rejection.code}`);
}

/** Which of the ideas a person supports. */
export async function supportedBy({ supports }: CommunityStores, personId: string, ideaIds: readonly string[]) {
  const found = await supports.loadMany(ideaIds.map((ideaId) => supportId(ideaId, personId)));
  return new Set(found.filter(({ state }) => state.given).map(({ state }) => state.ideaId));
}

export interface IdeaFilter {
  oktmo?: string | null;
  category?: string | null;
  contestId?: string | null;
}

const IDEA_ORDERS = {
  NEWEST: { createdAt: -1, _id: -1 },
  SUPPORT: { supporters: -1, _id: -1 },
} as const;
export type IdeaOrder = keyof typeof IDEA_ORDERS;

/** Published ideas, without those of territories and contests that do without ideas. */
export function pageOfIdeas(
  { ideas }: CommunityStores,
  { oktmo, category, contestId }: IdeaFilter,
  { order, off }: { order: IdeaOrder; off: readonly BlockScope[] },
  args: ConnectionArgs,
) {
  const filter = {
    status: 'PUBLISHED',
    ...(oktmo ? { scopes: prefixOf(oktmo) } : {}),
    ...(category ? { category } : {}),
    ...(contestId ? { contestId } : {}),
    ...outsideOf(off, { oktmo, contestId }),
  };
  return ideas.page(filter, IDEA_ORDERS[order], args);
}

/** Ideas of a person, the newest first. Mostly none of `off` is over them, and then the index alone answers. */
export async function pageOfMyIdeas(
  { ideas }: CommunityStores,
  authorId: string,
  off: readonly BlockScope[],
  args: ConnectionArgs,
) {
  const places: BlockPlace[] =
    off.length === 0 ? [] : await ideas.model.find({ authorId }, { _id: 0, oktmo: 1, contestId: 1 }).lean();
  const over = new Set(places.flatMap(scopesFor));
  const mine = { authorId, ...outsideOf(off.filter(({ scope }) => over.has(scope))) };
  return ideas.page(mine, { createdAt: -1, _id: -1 }, args);
}

/** Comments on a subject that a person sees: the published, the hidden without text, and his own that wait. */
export async function pageOfComments(
  { comments }: CommunityStores,
  subjectId: string,
  { personId, moderator }: { personId: string | null; moderator: boolean },
  args: ConnectionArgs,
) {
  const shown = { status: { $in: ['PUBLISHED', 'HIDDEN'] } };
  // Few have a text that waits, and for all others the index says what is shown.
  const waits =
    !moderator && personId !== null && (await comments.count({ subjectId, authorId: personId, status: 'PENDING' }));
  const seen = waits ? { $or: [shown, { authorId: personId }] } : shown;
  return comments.page({ subjectId, ...(moderator ? {} : seen) }, { createdAt: 1, _id: 1 }, args);
}

/** Any instant at all: what is absent is none. */
const ANY_TIME = { $gt: new Date(0) };

interface Moderated {
  oktmo: string;
  /** Territories and contests that do without such texts. */
  off: readonly BlockScope[];
}

const waitingIn = ({ oktmo, off }: Moderated) => ({
  scopes: prefixOf(oktmo),
  waitingSince: ANY_TIME,
  ...outsideOf(off, { oktmo }),
});

/** What waits for moderators of a territory, the longest first. */
export const pageToModerate = <S>(store: AggregateStore<S>, moderated: Moderated, args: ConnectionArgs) =>
  store.page(waitingIn(moderated), { waitingSince: 1, _id: 1 }, args);

/** How many texts of some territories wait for moderators, without those of `off`. */
export async function countToModerate<S>(
  store: AggregateStore<S>,
  territories: readonly string[],
  off: readonly BlockScope[],
): Promise<number> {
  const counts = await Promise.all(territories.map((oktmo) => store.count(waitingIn({ oktmo, off }))));
  return counts.reduce((sum, count) => sum + Number(count), 0);
}

/** Texts of a territory that moderators decided about, the latest first. */
export const pageOfDecided = <S>(store: AggregateStore<S>, { oktmo, off }: Moderated, args: ConnectionArgs) =>
  store.page(
    { scopes: prefixOf(oktmo), decidedAt: ANY_TIME, ...outsideOf(off, { oktmo }) },
    { decidedAt: -1, _id: -1 },
    args,
  );
