import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import { may } from './application-states.ts';
import type { Application, ApplicationCode, ApplicationEvent } from './application.ts';
import { merge, type ContentDraft } from './content.ts';
import { changedFields, sameValue, valuesOf } from './content-values.ts';

type Result = Decision<Application, ApplicationEvent, ApplicationCode>;

/** A field that two people changed at once: what is there now, and what the other one wanted to put. */
export interface FieldConflict {
  field: string;
  theirs: unknown;
  yours: unknown;
  /** Version of the application that brought their value. */
  version: number;
}

/**
 * Takes over the fields of `draft` into the application whose version is `version`, and remembers of each changed field the version that
 * brought it. The rework of a returned application makes a new revision once.
 */
export function saveApplication(application: Application, draft: ContentDraft, version: number): Result {
  if (!may('save', application.status)) return reject('WRONG_STATE');
  const content = merge(application.content, draft);
  const changed = changedFields(application.content, content).map(({ field }) => field);
  const reworked = application.status === 'RETURNED' && lastRevision(application) === application.revision;
  return accept({
    ...application,
    content,
    edits: [
      ...(application.edits ?? []).filter(({ field }) => !changed.includes(field)),
      ...changed.map((field) => ({ field, version: version + 1 })),
    ],
    revision: application.revision + (reworked ? 1 : 0),
  });
}

/** Revision at the last step. */
export const lastRevision = ({ history }: Application): number => history.at(-1)?.revision ?? 0;

/**
 * Saves what was edited from `baseVersion` on top of what others have saved since. A field that somebody else changed meanwhile, to another
 * value, is a conflict; with one conflict nothing is saved.
 */
export function editApplication(
  application: Application,
  draft: ContentDraft,
  { baseVersion, version }: { baseVersion: number; version: number },
): Result & { conflicts?: FieldConflict[] } {
  if (baseVersion < 1 || baseVersion > version) return reject('BASE_VERSION_UNKNOWN', ['baseVersion']);
  const saved = saveApplication(application, draft, version);
  if (!saved.ok) return saved;
  const [now, wanted] = [valuesOf(application.content), valuesOf(saved.state.content)];
  const conflicts = (application.edits ?? [])
    .filter(({ field, version: brought }) => brought > baseVersion && !sameValue(now.get(field), wanted.get(field)))
    .map(({ field, version: brought }) => ({
      field,
      theirs: now.get(field) ?? null,
      yours: wanted.get(field) ?? null,
      version: brought,
    }));
  return conflicts.length > 0 ? { ...reject('FIELD_CONFLICT', ['content']), conflicts } : saved;
}
