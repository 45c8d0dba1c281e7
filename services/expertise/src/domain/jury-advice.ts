import type { Device } from '@veche/kit/domain/request-origin';

/** ADMIT: nothing speaks against it. LOOK: a person should look at something first. REFUSE: a rule of the contest is not met. */
export type AdviceVerdict = 'ADMIT' | 'LOOK' | 'REFUSE';

export interface AdviceReason {
  /** Name of the rule. */
  code: string;
  verdict: AdviceVerdict;
  /** In Russian, for the person who decides. */
  text: string;
}

/** A suggestion with its reasons; it binds nobody. */
export interface Advice {
  /** Who suggests: the built-in rules, or the name of a model. */
  advisor: string;
  verdict: AdviceVerdict;
  reasons: readonly AdviceReason[];
  /** By a model, in how many of 100 such cases persons admitted. */
  probability?: number | null;
  /** Why a model said nothing, in Russian. */
  note?: string | null;
}

/** What is known of one who wants to be a juror; no name, no address, no date of birth. */
export interface JurorFacts {
  confirmed: boolean;
  oldEnough: boolean | null;
  resident: boolean | null;
  residentsOnly: boolean;
  device: Device;
  /** Applications to this jury from the same network that were or are undecided, beside this one. */
  sameNetwork: number;
  /** Numbers of the applications in whose initiative group the person is. */
  ownApplications: readonly string[];
  /** Numbers of the applications that name the organisation of the person. */
  organisationApplications: readonly string[];
  /** Whether the person is an expert or a member of the commission of the same contest. */
  decidesLater: boolean;
  /** Whether the application names an organisation, and places in which the person works. */
  organisationNamed: boolean;
  placesNamed: boolean;
  /** How other juries decided of the person before. */
  earlierAdmitted: number;
  earlierRefused: number;
}

/** Suggests what to do with an application to a jury. */
export type Suggest = (facts: JurorFacts) => Advice | Promise<Advice>;

/** Who suggests. A model may stand behind it; a person decides. */
export interface JuryAdvisor {
  /** As it stands now for the juries of a place; one for all applications that are looked at together. */
  inPlace(oktmo: string): Promise<Suggest>;
}

interface AdviceRule extends Omit<AdviceReason, 'text'> {
  holds: (facts: JurorFacts) => boolean;
  text: (facts: JurorFacts) => string;
}

/** So many applications from one network are conspicuous; a family or an office has fewer. */
const SAME_NETWORK = 5;

const RULES: readonly AdviceRule[] = [
  {
    code: 'NOT_CONFIRMED',
    verdict: 'REFUSE',
    holds: ({ confirmed }) => !confirmed,
    text: () => 'Учётная запись Госуслуг не подтверждена: за ней может не быть отдельного человека.',
  },
  {
    code: 'AGE_UNKNOWN',
    verdict: 'LOOK',
    holds: ({ oldEnough }) => oldEnough === null,
    text: () => 'Вход не сообщил возраст: проверьте его.',
  },
  {
    code: 'NOT_A_RESIDENT',
    verdict: 'REFUSE',
    holds: ({ residentsOnly, resident }) => residentsOnly && resident === false,
    text: () => 'Место регистрации — вне территории конкурса, а жюри составляют только из жителей.',
  },
  {
    code: 'RESIDENCE_UNKNOWN',
    verdict: 'LOOK',
    holds: ({ residentsOnly, resident }) => residentsOnly && resident === null,
    text: () => 'Вход не сообщил место регистрации: проверьте его.',
  },
  {
    code: 'DECIDES_LATER',
    verdict: 'REFUSE',
    holds: ({ decidesLater }) => decidesLater,
    text: () => 'Этот человек — эксперт или член комиссии того же конкурса.',
  },
  {
    code: 'OWN_APPLICATION',
    verdict: 'LOOK',
    holds: ({ ownApplications }) => ownApplications.length > 0,
    text: ({ ownApplications }) =>
      `Состоит в инициативной группе (заявки: ${ownApplications.join(', ')}); эти заявки ему не достанутся.`,
  },
  {
    code: 'OWN_ORGANISATION',
    verdict: 'LOOK',
    holds: ({ organisationApplications }) => organisationApplications.length > 0,
    text: ({ organisationApplications }) =>
      `Его организация названа в заявках: ${organisationApplications.join(', ')}; эти заявки ему не достанутся.`,
  },
  {
    code: 'AUTOMATED',
    verdict: 'LOOK',
    holds: ({ device }) => device === 'AUTOMATED',
    text: () => 'Заявление подано программой, а не из браузера.',
  },
  {
    code: 'SAME_NETWORK',
    verdict: 'LOOK',
    holds: ({ sameNetwork }) => sameNetwork >= SAME_NETWORK,
    text: ({ sameNetwork }) => `Из той же сети в это жюри заявились ещё ${sameNetwork}.`,
  },
];

/** The gravest last. */
export const ADVICE_ORDER: readonly AdviceVerdict[] = ['ADMIT', 'LOOK', 'REFUSE'];

export const BUILT_IN = 'rules-1';

/** The suggestion of the built-in rules: the gravest of what holds. */
export function advise(facts: JurorFacts): Advice {
  const reasons = RULES.filter(({ holds }) => holds(facts)).map(({ code, verdict, text }) => ({
    code,
    verdict,
    text: text(facts),
  }));
  const verdict = ADVICE_ORDER.findLast((one) => reasons.some((reason) => reason.verdict === one)) ?? 'ADMIT';
  const nothing = { code: 'NOTHING_AGAINST', verdict, text: 'Условия конкурса выполнены, ничто не настораживает.' };
  return { advisor: BUILT_IN, verdict, reasons: reasons.length > 0 ? reasons : [nothing] };
}

export const builtInAdvisor: JuryAdvisor = { inPlace: () => Promise.resolve(advise) };
