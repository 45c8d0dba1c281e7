import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { BLOCKS, blocksOffBy, type Block, type BlockSwitch } from '@veche/kit/domain/blocks';
import { stemsOf } from '../search/words.ts';

/** PRE: shown after a moderator looked; POST: shown at once, and looked at afterwards. */
export type ModerationMode = 'PRE' | 'POST';
/** Whether whoever speaks up must live in the territory: never asked, held against the token where it tells, or told by the token. */
export type ResidenceRule = 'ANY' | 'WHEN_KNOWN' | 'REQUIRED';

/** What a territory or a contest decides about ideas and discussion; what it leaves out, the wider territory decides. */
export interface Settings {
  blocksOff?: readonly Block[] | null;
  ideaModeration?: ModerationMode | null;
  commentModeration?: ModerationMode | null;
  /** Full years. */
  minAge?: number | null;
  residence?: ResidenceRule | null;
  /** As many complaints take a text out of sight until a moderator has looked. */
  complaintsToHold?: number | null;
  /** Working days of notice before a meeting of residents. */
  meetingNoticeDays?: number | null;
  /** Words that hold a text for a moderator, in whatever form. */
  stopList?: readonly string[] | null;
}

export interface SettingsVersion {
  number: number;
  at: Date;
  authorId: string;
  effectiveFrom: Date;
  reason: string;
  settings: Settings;
}

/** Settings of one scope: the code of a territory, or the id of a contest. */
export interface ScopeSettings {
  scope: string;
  versions: readonly SettingsVersion[];
}

export interface Rules {
  blocksOff: readonly Block[];
  ideaModeration: ModerationMode;
  commentModeration: ModerationMode;
  minAge: number;
  residence: ResidenceRule;
  complaintsToHold: number;
  meetingNoticeDays: number;
  stopList: readonly string[];
}

/** Without any decision: after moderation, residents from sixteen on (131-ФЗ article 26.1 part 4). */
const DEFAULTS: Rules = {
  blocksOff: [],
  ideaModeration: 'PRE',
  commentModeration: 'POST',
  minAge: 16,
  residence: 'WHEN_KNOWN',
  complaintsToHold: 3,
  meetingNoticeDays: 5,
  stopList: [],
};

export type SettingsEvent = { kind: 'SettingsChanged' };
export type SettingsCode = 'SETTINGS_INVALID' | 'REASON_REQUIRED' | 'EFFECTIVE_IN_PAST';

const AGE = { min: 14, max: 18 };
const NOTICE = { min: 1, max: 60 };
const COMPLAINTS = { min: 1, max: 100 };
const STOP_LIST = { words: 1000, length: 40 };
const REASON = { min: 10, max: 2000 };

interface Change {
  scope: string;
  authorId: string;
  effectiveFrom: Date | null;
  reason: string;
  settings: Settings;
}

/** A new version; it replaces the whole settings of its scope from its day on, and the older ones stay readable. */
export function changeSettings(
  current: ScopeSettings,
  { effectiveFrom, reason, settings, authorId }: Change,
  now: Date,
): Decision<ScopeSettings, SettingsEvent, SettingsCode> {
  const why = reason.trim();
  if (why.length < REASON.min || why.length > REASON.max) return reject('REASON_REQUIRED', ['reason'], REASON);
  const from = effectiveFrom ?? now;
  if (from < now) return reject('EFFECTIVE_IN_PAST', ['effectiveFrom']);
  const wrong = problemOf(settings);
  if (wrong) return reject('SETTINGS_INVALID', ['settings', wrong]);
  const version = {
    number: current.versions.length + 1,
    at: now,
    authorId,
    effectiveFrom: from,
    reason: why,
    settings,
  };
  return accept({ ...current, versions: [...current.versions, version] }, { kind: 'SettingsChanged' });
}

const within = (value: number | null | undefined, { min, max }: { min: number; max: number }): boolean =>
  value === null || value === undefined || (Number.isInteger(value) && value >= min && value <= max);

function problemOf({ minAge, complaintsToHold, meetingNoticeDays, stopList, blocksOff }: Settings): string | null {
  if (!within(minAge, AGE)) return 'minAge';
  if (!within(complaintsToHold, COMPLAINTS)) return 'complaintsToHold';
  if (!within(meetingNoticeDays, NOTICE)) return 'meetingNoticeDays';
  if ((blocksOff ?? []).length > BLOCKS.length) return 'blocksOff';
  const words = stopList ?? [];
  const fits = (word: string): boolean => word.length <= STOP_LIST.length && stemsOf(word).length === 1;
  return words.length > STOP_LIST.words || !words.every(fits) ? 'stopList' : null;
}

/** The version in force; null before the first one. */
export const versionInForce = ({ versions }: ScopeSettings, now: Date): SettingsVersion | null =>
  versions.findLast(({ effectiveFrom }) => effectiveFrom <= now) ?? null;

/** What a scope decided about blocks. */
export const switchesOf = ({ versions }: ScopeSettings): BlockSwitch[] =>
  versions.map(({ effectiveFrom, settings }) => ({ effectiveFrom, blocksOff: settings.blocksOff ?? [] }));

/**
 * What holds in a place, from the widest scope to the narrowest: a narrower one overrides, except that a stop-list adds to the wider ones
 * and a block that is off stays off.
 */
export function rulesOf(scopes: readonly ScopeSettings[], now: Date): Rules {
  let rules = DEFAULTS;
  for (const scope of scopes) {
    const given = versionInForce(scope, now)?.settings ?? {};
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
    rules = {
      ...rules,
      ...set,
      stopList: [...new Set([...rules.stopList, ...(given.stopList ?? [])])],
    };
  }
  return { ...rules, blocksOff: blocksOffBy(scopes.map(switchesOf), now) };
}

/**
 * Scopes that decided what holds in a place, by value, the widest first: the narrowest that says anything, and of stop-lists and blocks that
 * are off all that add to them. None: the platform's own value.
 */
export function originsOf(scopes: readonly ScopeSettings[], now: Date): { setting: keyof Rules; scopes: string[] }[] {
  return (Object.keys(DEFAULTS) as (keyof Rules)[]).map((setting) => {
    const deciding = scopes.filter((scope) => {
      const value = versionInForce(scope, now)?.settings[setting] ?? null;
      return Array.isArray(value) ? value.length > 0 : value !== null;
    });
    const last = Array.isArray(DEFAULTS[setting]) ? deciding : deciding.slice(-1);
    return { setting, scopes: last.map(({ scope }) => scope) };
  });
}

/** Words of the stop-list that a text holds, in whatever form. */
export function stopWordsIn(text: string, { stopList }: Rules): string[] {
  if (stopList.length === 0) return [];
  const stems = new Set(stemsOf(text));
  return stopList.filter((word) => stems.has(stemsOf(word)[0]!));
}
