/** Where an application stands that came before a commission; RETURNED: its group answers remarks. */
export const SUBMITTED_STATES = [
  'SUBMITTED',
  'RETURNED',
  'ADMITTED',
  'REFUSED',
  'WITHDRAWN',
  'WINNER',
  'RESERVE',
  'NOT_SELECTED',
] as const;
export type SubmittedState = (typeof SUBMITTED_STATES)[number];

/** Throws for an outcome that nobody has agreed on. */
export function stateOfOutcome(outcome: string): SubmittedState {
  const state = SUBMITTED_STATES.find((known) => known === outcome);
  if (!state) throw new Error(`unknown outcome ${outcome}`);
  return state;
}
