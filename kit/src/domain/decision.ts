/** Why a decision said no: a stable code, where in the input, and numbers or words for the message. */
export type Rejection<C extends string = string> = {
  code: C;
  path?: readonly string[];
  params?: Readonly<Record<string, string | number>>;
};

/** What a decision gives: the whole new state with its events, or a rejection. Expected outcomes are never thrown. */
export type Decision<S, E, C extends string> =
  | { ok: true; state: S; events: readonly E[] }
  | { ok: false; rejection: Rejection<C> };

/** The new state and what happened, in order. */
export function accept<S, E = never>(state: S, ...events: E[]): { ok: true; state: S; events: E[] } {
  return { ok: true, state, events };
}

/** A refusal; `path` names the input field, `params` fill the message template. */
export function reject<C extends string>(
  code: C,
  path?: readonly string[],
  params?: Readonly<Record<string, string | number>>,
): { ok: false; rejection: Rejection<C> } {
  return {
    ok: false,
    rejection: { code, ...(path ? { path } : {}), ...(params ? { params } : {}) },
  };
}
