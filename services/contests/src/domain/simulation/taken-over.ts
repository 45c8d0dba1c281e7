import type { Application } from '../application.ts';
import { contentErrors } from '../content.ts';
import type { Contest } from '../contest.ts';
import { fieldTitle } from '../field-words.ts';
import type { Participant } from './generated.ts';

const SHOWN = 5;

/** Applications of another contest as those of the draft, and what has to be said about that. */
export function takenOver(
  draft: Contest,
  source: Pick<Contest, 'title'>,
  applications: readonly { id: string; state: Application }[],
): { participants: Participant[]; notes: string[] } {
  const codes = new Set((draft.divisions ?? []).map(({ code }) => code));
  const participants = applications.map(({ id, state }): Participant => {
    const { number, imported, submittedAt } = state;
    const divisions = (state.content.divisions ?? []).filter((code) => codes.has(code));
    return { id, number: number ?? '', content: { ...state.content, divisions }, imported, submittedAt };
  });
  return {
    participants,
    notes: [`Заявки взяты из конкурса «${source.title}»: ${applications.length}.`, ...unfit(draft, participants)],
  };
}

/** Last year's applications may not be such as the draft would take; they take part nevertheless, and this says so. */
function unfit(draft: Contest, participants: readonly Participant[]): string[] {
  const wrong = participants
    .filter(({ imported }) => !imported)
    .map(({ number, content }) => ({ number, errors: contentErrors(draft, content) }));
  const failing = wrong.filter(({ errors }) => errors.length > 0);
  if (failing.length === 0) return [];
  const fields = new Set(
    failing.flatMap(({ errors }) => errors.map(({ path }) => fieldTitle(draft.form, fieldOf(path)))),
  );
  const named = [...fields]
    .slice(0, SHOWN)
    .map((title) => `«${title}»`)
    .join(', ');
  const numbers = failing
    .slice(0, SHOWN)
    .map(({ number }) => `№ ${number}`)
    .join(', ');
  return [
    `Проверку при подаче по правилам черновика не прошли бы заявки: ${failing.length} (${numbers}), поля: ${named}. В прогоне они участвуют; ответ, которого нет, считается нулём, «нет» или пустым.`,
  ];
}

const fieldOf = (path: string): string =>
  path
    .split('.')
    .slice(0, path.startsWith('answers.') ? 2 : 1)
    .join('.');
