import type { Bridge } from './bridge.ts';
import type { Claims } from './domain/person.ts';

const KEPT_SECONDS = 90 * 86_400;

/** The set that counts the people of a day. */
export const setOf = (day: string): string => `sign-ins:${day}`;
/** Day of the calendar, UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Counts the sign-in of a confirmed person; a counter that cannot be written must not keep anybody out. */
export async function countSignIn(bridge: Bridge, { esia_trusted, snils_h }: Claims): Promise<void> {
  if (!esia_trusted || snils_h === undefined) return;
  try {
    await bridge.store.note(setOf(dayOf(bridge.now())), bridge.blindSignIn(snils_h), KEPT_SECONDS);
  } catch (error) {
    bridge.log.error({ kind: (error as Error).name, alert: true }, 'a sign-in was not counted');
  }
}
