import {
  forget,
  badInput,
  commandOf,
  forbidden,
  payload,
  type Aggregate,
  type Context,
  type Outcome,
} from '@veche/kit';
import { BLOCKS, BLOCK_PARTS } from '@veche/kit/domain/blocks';
import { EVERYWHERE } from '@veche/kit/domain/oktmo';
import { mayActIn } from '@veche/kit/domain/territory-scope';
import { settingsToOutbox } from '../community-events.ts';
import { communityMessages, type CommunityCode } from '../community-messages.ts';
import {
  changeSettings,
  originsOf,
  rulesOf,
  type ScopeSettings,
  type SettingsCode,
  type SettingsEvent,
} from '../domain/community/settings.ts';
import type { ChangeSettingsInput, MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { loadContest } from '../loaders.ts';
import { mayOversee, maySeeContest } from '../policy.ts';
import { settingsOver, statesOf } from '../store/community.ts';
import { visibleContest, type ViewParts } from '../views.ts';

/** A territory, or a contest in it. */
interface Scope {
  scope: string;
  oktmo: string;
  contestId: string | null;
}

export function settingsQueries(parts: ViewParts): Pick<QueryResolvers, 'settings'> {
  return {
    settings: async (_source, args, context) => {
      const scope = await scopeOf(parts, context, args);
      return scope ? ((await shown(parts, context, scope)) as never) : null;
    },
  };
}

export function settingsMutation(parts: ViewParts): Pick<MutationResolvers, 'changeSettings'> {
  return {
    changeSettings: async (_source, { input }, context) => {
      const command = commandOf(context, 'changeSettings', input);
      const scope = await scopeOf(parts, context, input);
      if (!scope)
        return answer(parts, context, null, { aggregate: null, rejection: { code: 'NOT_FOUND', path: ['contestId'] } });
      const caller = context.requireCaller();
      if (!mayActIn(caller, scope.oktmo)) throw forbidden();
      const change = changeOf(input, scope.scope, caller.personId);
      const outcome = await parts.community.settings.upsert<SettingsEvent, SettingsCode>({
        id: scope.scope,
        command,
        expectedVersion: input.expectedVersion ?? undefined,
        events: settingsToOutbox,
        initial: () => ({ scope: scope.scope, versions: [] }),
        decide: (state) => changeSettings(state, change, parts.clock.now()),
      });
      return answer(parts, context, scope, outcome);
    },
  };
}

const changeOf = (
  { effectiveFrom = null, reason, settings }: ChangeSettingsInput,
  scope: string,
  authorId: string,
) => ({
  scope,
  authorId,
  effectiveFrom,
  reason,
  // Input objects have no prototype; what is kept is a plain one.
  settings: { ...settings },
});

/** What is meant; null for a contest that the caller does not see. Throws BAD_USER_INPUT for both or none. */
export async function scopeOf(
  parts: ViewParts,
  context: Context,
  { oktmo, contestId }: { oktmo?: string | null; contestId?: string | null },
): Promise<Scope | null> {
  if ((oktmo ?? null) !== null && (contestId ?? null) !== null)
    throw badInput('Name a territory or a contest', ['contestId']);
  if (oktmo) return { scope: oktmo, oktmo, contestId: null };
  if (!contestId) throw badInput('Name a territory or a contest', ['oktmo']);
  const contest = await loadContest(parts.stores, context, contestId);
  if (!contest || !maySeeContest(context.caller, contest.state)) return null;
  return { scope: contestId, oktmo: contest.state.oktmo, contestId };
}

async function shown(parts: ViewParts, context: Context, place: Scope) {
  const { community, clock } = parts;
  const scopes = await settingsOver(community, place);
  const kept = scopes.find(({ id }) => id === place.scope);
  const over = statesOf(scopes);
  const rules = rulesOf(over, clock.now());
  const blocks = BLOCKS.filter((block) => !rules.blocksOff.includes(block));
  const staff = mayOversee(context.caller, place.oktmo);
  return {
    scope: place.scope,
    version: kept?.version ?? 0,
    rules: {
      ...rules,
      stopList: staff ? rules.stopList : null,
      blocks,
      roles: blocks.flatMap((block) => BLOCK_PARTS[block].roles),
    },
    origins: originsOf(over, clock.now()).map(({ setting, scopes }) => ({
      setting,
      scopes: scopes.map((scope) => scopeView(parts, context, scope, place)),
    })),
    versions: (kept?.state.versions ?? []).map(({ authorId, settings, ...version }) => ({
      ...version,
      author: { id: authorId },
      settings: { ...settings, stopList: staff ? (settings.stopList ?? null) : null },
    })),
  };
}

const scopeView = (parts: ViewParts, context: Context, scope: string, { contestId }: Scope) => ({
  scope,
  territory: scope === contestId || scope === EVERYWHERE ? null : { oktmo: scope },
  contest: () => (scope === contestId ? visibleContest(parts, context, scope) : null),
});

async function answer(
  parts: ViewParts,
  context: Context,
  scope: Scope | null,
  outcome: Outcome<ScopeSettings, CommunityCode>,
) {
  forget(context);
  const settings = outcome.rejection === null && scope ? await shown(parts, context, scope) : null;
  return payload(
    outcome as Outcome<ScopeSettings, CommunityCode>,
    communityMessages,
    (_kept: Aggregate<ScopeSettings>) => ({
      settings,
    }),
  ) as never;
}
