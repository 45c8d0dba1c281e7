import { citizenSession, staffSession, type Session, type StandState } from '../../login/driver.ts';
import { DEMO_PASSWORD } from '../../../stand/keycloak/demo-staff.ts';

/** Everybody who takes part, each signed in through Keycloak; residents through ESIA as well. */
export interface People {
  organiser: Session;
  stranger: Session;
  experts: Session[];
  official: Session;
  finance: Session;
  residents: Session[];
}

/** People of the ESIA double who may not vote in Surgut, with the reason. */
export const OUTSIDERS = [
  { person: 'nefteyugansk-1', code: 'VOTER_NOT_RESIDENT' },
  { person: 'teen-14', code: 'VOTER_TOO_YOUNG' },
  { person: 'standard', code: 'ACCOUNT_NOT_CONFIRMED' },
  { person: 'no-snils', code: 'VOTER_KEY_MISSING' },
] as const;

export const staff = (state: StandState, name: string): Promise<Session> => staffSession(state, name, DEMO_PASSWORD);
export const resident = (state: StandState, person: string): Promise<Session> =>
  citizenSession(state, person, { voterKey: true });

/** Signs everybody in: staff by Keycloak's own form, residents by the state login with the voter key. */
export async function signIn(state: StandState, residents: number): Promise<People> {
  const [organiser, stranger, official, finance] = await Promise.all(
    ['organiser.surgut', 'organiser.nefteyugansk', 'municipality.surgut', 'finance.surgut'].map((name) =>
      staff(state, name),
    ),
  );
  const experts = await Promise.all(['expert1', 'expert2', 'expert3'].map((name) => staff(state, name)));
  const citizens: Session[] = [];
  for (let n = 1; n <= residents; n++) citizens.push(await resident(state, `citizen-${n}`));
  return {
    organiser: organiser!,
    stranger: stranger!,
    experts,
    official: official!,
    finance: finance!,
    residents: citizens,
  };
}

/** Signs in those who will be refused. */
export const signInOutsiders = (state: StandState): Promise<{ voter: Session; code: string }[]> =>
  Promise.all(OUTSIDERS.map(async ({ person, code }) => ({ voter: await resident(state, person), code })));
