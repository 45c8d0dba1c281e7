import { randomUUID } from 'node:crypto';
import type { Platform } from '../journeys/platform.ts';
import type { Session } from '../login/driver.ts';

export interface ExpertiseWorld {
  /** The expert of the sheet. */
  expertId: string;
  /** An open session of the commission of the contest, with one question; its chair is the commission member. */
  commissionSessionId: string;
  chairId: string;
}

export const newComposition = (chairId: string = randomUUID()) => ({
  title: 'Конкурсная комиссия',
  act: 'Постановление № 1 от 01.02.2026',
  members: [
    { personId: chairId, seat: 'CHAIR', byCouncil: true },
    { personId: randomUUID(), seat: 'SECRETARY', byCouncil: true },
    { personId: randomUUID(), seat: 'MEMBER', byCouncil: false },
  ],
});

/** Forms the commission of the contest, with the member at its head, who opens a session with one question. */
export async function commissionOf(
  p: Platform,
  organiser: Session,
  chair: Session,
  contestId: string,
): Promise<Omit<ExpertiseWorld, 'expertId'>> {
  const { person } = await p.does<{ person: { id: string } }>('registerMe', {}, 'person { id }', chair);
  await p.does('formCommission', { contestId, ...newComposition(person.id) }, 'commission { version }', organiser);
  const opening = { contestId, form: 'IN_PERSON', place: 'ул. Ленина, 1' };
  const { session } = await p.does<{ session: { id: string } }>(
    'openCommissionSession',
    opening,
    'session { id }',
    chair,
  );
  const question = { sessionId: session.id, text: 'О порядке работы комиссии', proposals: [] };
  await p.does('putCommissionQuestion', question, 'session { version }', chair);
  return { commissionSessionId: session.id, chairId: person.id };
}
