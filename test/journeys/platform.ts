import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session, StandState } from '../login/driver.ts';

/** What the gateway answered: data and GraphQL errors side by side. */
export interface Answer<T> {
  data: T;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string; userMessage?: string } }[];
}

/** One GraphQL request as a frontend sends it; `session` null is an anonymous visitor. */
export type Ask = <T>(document: string, variables?: object, session?: Session | null) => Promise<Answer<T>>;

/** Sends requests to one GraphQL endpoint of the running platform. */
export function asker(url: string): Ask {
  return async <T>(query: string, variables: object = {}, session: Session | null = null) => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (session) headers.authorization = `Bearer ${await session.token()}`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as Answer<T>;
  };
}

/** The running platform as the stories see it. */
export interface Platform {
  state: StandState;
  ask: Ask;
  /** Sends a request that must succeed; gives its data. */
  must<T>(document: string, variables?: object, session?: Session | null): Promise<T>;
  /** Sends a mutation `name(input)` that must not be refused; gives its payload. */
  does<T>(name: string, input: object, selection: string, session: Session | null): Promise<T>;
  /** Sends a mutation that must be refused; gives the rejection code. */
  refused(name: string, input: object, session: Session | null, selection?: string): Promise<string>;
}

/** Codes of answers that say "not now": a client repeats the request with the same key. */
const PASSING = new Set(['UNAVAILABLE', 'INTERNAL']);

/** A client that repeats what could not be answered, at most `seconds`; the idempotency keys make that safe. */
export function patient(ask: Ask, seconds = 60): Ask {
  return async <T>(document: string, variables?: object, session?: Session | null) => {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const answer = await ask<T>(document, variables, session).catch((error: Error) => error);
      const failed =
        answer instanceof Error || (answer.errors?.some(({ extensions }) => PASSING.has(extensions.code)) ?? false);
      if (!failed || Date.now() > end) {
        if (answer instanceof Error) throw answer;
        return answer;
      }
      await sleep(300);
    }
  };
}

/** Connects the stories to a running stand. */
export function platform(state: StandState, ask: Ask = asker(`${state.urls.gateway}/graphql`)): Platform {
  const must = async <T>(document: string, variables: object = {}, session: Session | null = null) => {
    const answer = await ask<T>(document, variables, session);
    if (answer.errors?.length) throw new Error(`${document.trim().slice(0, 120)}: ${JSON.stringify(answer.errors)}`);
    return answer.data;
  };
  const payload = async <T>(name: string, input: object, selection: string, session: Session | null) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
    const document = `mutation ($input: ${INPUT_TYPES[name] ?? type}) { ${name}(input: $input) { ${selection} rejection { code userMessage path } } }`;
    const keyed = KEYLESS.has(name) ? input : { idempotencyKey: randomUUID(), ...input };
    const data = await must<Record<string, T & { rejection: { code: string; userMessage: string } | null }>>(
      document,
      { input: keyed },
      session,
    );
    return data[name]!;
  };
  return {
    state,
    ask,
    must,
    does: async (name, input, selection, session) => {
      const result = await payload<object>(name, input, selection, session);
      if (result.rejection) throw new Error(`${name} refused: ${JSON.stringify(result)}`);
      return result as never;
    },
    refused: async (name, input, session, selection = '') => {
      const result = await payload<object>(name, input, selection, session);
      if (!result.rejection) throw new Error(`${name} was not refused: ${JSON.stringify(result)}`);
      if (!/[а-яё]/i.test(result.rejection.userMessage)) throw new Error(`${name}: userMessage is not Russian`);
      return result.rejection.code;
    },
  };
}

/** Input types that several mutations share. */
const INPUT_TYPES: Record<string, string> = {
  publishContest: 'ContestCommandInput!',
  approveBallotList: 'ContestCommandInput!',
  submitApplication: 'ApplicationCommandInput!',
  withdrawApplication: 'ApplicationCommandInput!',
  admitApplication: 'ApplicationCommandInput!',
  reopenApplication: 'ReasonedApplicationInput!',
  finaliseScoreSheet: 'ScoreSheetCommandInput!',
  giveConsent: 'ConsentInput!',
  withdrawConsent: 'ConsentInput!',
};

/** Mutations whose items carry the keys. */
const KEYLESS = new Set(['castBallots']);

/** Waits until `probe` gives something, at most `seconds`; the platform is eventually consistent across services. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
  seconds = 60,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await sleep(150);
  }
  throw new Error(
    `${what} did not happen within ${seconds} s; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
