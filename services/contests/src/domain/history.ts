import type { Decision } from '@veche/kit/domain/decision';
import type { Actor, Application, ApplicationCode, ApplicationEvent } from './application.ts';

/** What people call those who take the steps of an application. */
export const ACTOR_NAMES = {
  INITIATORS: 'Инициативная группа',
  MUNICIPALITY: 'Муниципальное образование',
  ADMINISTRATION: 'Организатор конкурса',
  VOTE: 'Голосование жителей',
  COMMISSION: 'Конкурсная комиссия',
  IMPORT: 'Перенос из другой системы',
} as const satisfies Record<Actor['role'], string>;

/** Writes down who took the steps that a decision added to the first `known` entries of the history. */
export function attributed<D extends Decision<Application, ApplicationEvent, ApplicationCode>>(
  decision: D,
  known: number,
  actor: Actor,
): D {
  if (!decision.ok || decision.state.history.length <= known) return decision;
  const history = decision.state.history.map((entry, index) => (index < known ? entry : { ...entry, by: actor }));
  return { ...decision, state: { ...decision.state, history } };
}
