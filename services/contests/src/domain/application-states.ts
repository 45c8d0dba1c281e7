/** States of an application. */
export type ApplicationStatus =
  | 'DRAFT'
  | 'SUBMITTED'
  | 'RETURNED'
  | 'ADMITTED'
  | 'REFUSED'
  | 'WITHDRAWN'
  | 'WINNER'
  | 'RESERVE'
  | 'NOT_SELECTED';

/** The one table of the steps between them; `to` is null where a step keeps the state or the outcome names it (131-ФЗ art. 26.1). */
export const TRANSITIONS = {
  save: { from: ['DRAFT', 'RETURNED'], to: null },
  submit: { from: ['DRAFT', 'RETURNED'], to: 'SUBMITTED' },
  return: { from: ['SUBMITTED'], to: 'RETURNED' },
  admit: { from: ['SUBMITTED'], to: 'ADMITTED' },
  refuse: { from: ['SUBMITTED'], to: 'REFUSED' },
  withdraw: { from: ['DRAFT', 'SUBMITTED', 'RETURNED', 'ADMITTED'], to: 'WITHDRAWN' },
  decide: { from: ['ADMITTED', 'WINNER', 'RESERVE', 'NOT_SELECTED'], to: null },
} as const satisfies Record<string, { from: readonly ApplicationStatus[]; to: ApplicationStatus | null }>;

type Step = keyof typeof TRANSITIONS;

export const may = (step: Step, status: ApplicationStatus): boolean =>
  (TRANSITIONS[step].from as readonly string[]).includes(status);

/** Filed and not decided about yet: such applications hold up the ballot. */
export const UNDECIDED: readonly ApplicationStatus[] = ['SUBMITTED', 'RETURNED'];
