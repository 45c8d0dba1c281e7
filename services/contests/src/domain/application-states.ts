/** States of an application, with what people call them. */
export const STATE_NAMES = {
  DRAFT: 'черновик',
  SUBMITTED: 'подана',
  RETURNED: 'на доработке',
  ADMITTED: 'допущена',
  REFUSED: 'отказано',
  WITHDRAWN: 'отозвана',
  WINNER: 'победитель',
  RESERVE: 'в резерве',
  NOT_SELECTED: 'не прошла отбор',
} as const;
export type ApplicationStatus = keyof typeof STATE_NAMES;

interface Transition {
  from: readonly ApplicationStatus[];
  /** Where it leads: one state, the outcomes that the step names, or null where the state stays. */
  to: ApplicationStatus | readonly ApplicationStatus[] | null;
  by: 'member' | 'lead' | 'organiser' | 'vote or commission';
  /** For the documentation that is drawn from this table. */
  what: string;
}

/** The one table of the steps between them (131-ФЗ art. 26.1); `docs/application-states.md` is drawn from it. */
export const TRANSITIONS = {
  save: { from: ['DRAFT', 'RETURNED'], to: null, by: 'member', what: 'Fields are saved, or a remark is answered.' },
  submit: {
    from: ['DRAFT', 'RETURNED'],
    to: 'SUBMITTED',
    by: 'lead',
    what: 'It is filed: complete, in the intake or within the term of a rework. The first time gives number and time.',
  },
  return: {
    from: ['SUBMITTED'],
    to: 'RETURNED',
    by: 'organiser',
    what: 'It goes back with remarks by field and a term.',
  },
  admit: {
    from: ['SUBMITTED'],
    to: 'ADMITTED',
    by: 'organiser',
    what: 'It passes the check, as long as the ballot is not fixed; from now on everybody sees it.',
  },
  refuse: {
    from: ['SUBMITTED'],
    to: 'REFUSED',
    by: 'organiser',
    what: 'It is refused with a ground of the law and an explanation.',
  },
  assign: {
    from: ['SUBMITTED', 'RETURNED'],
    to: null,
    by: 'organiser',
    what: 'An official takes it or gives it to another.',
  },
  publish: {
    from: ['SUBMITTED', 'RETURNED'],
    to: null,
    by: 'organiser',
    what: 'It is published once, within three working days of its filing; residents comment for five.',
  },
  offerRework: {
    from: ['SUBMITTED'],
    to: 'RETURNED',
    by: 'organiser',
    what: 'The administration offers to rework it together; without that no better way is a ground of refusal.',
  },
  declineRework: {
    from: ['RETURNED'],
    to: 'SUBMITTED',
    by: 'lead',
    what: 'The initiators decline the offer and keep what was filed.',
  },
  reopen: {
    from: ['REFUSED'],
    to: 'SUBMITTED',
    by: 'organiser',
    what: 'A refusal is taken back with a reason, as long as the ballot is not fixed.',
  },
  withdraw: {
    from: ['DRAFT', 'SUBMITTED', 'RETURNED', 'ADMITTED'],
    to: 'WITHDRAWN',
    by: 'lead',
    what: 'The initiators take it back, until the vote is closed; on the ballot it stays, marked.',
  },
  decide: {
    from: ['ADMITTED', 'WINNER', 'RESERVE', 'NOT_SELECTED'],
    to: ['WINNER', 'RESERVE', 'NOT_SELECTED'],
    by: 'vote or commission',
    what: 'The result of the contest reaches it; a later version of the result replaces an earlier one.',
  },
} as const satisfies Record<string, Transition>;

type Step = keyof typeof TRANSITIONS;

export const may = (step: Step, status: ApplicationStatus): boolean =>
  (TRANSITIONS[step].from as readonly string[]).includes(status);

/** Filed and not decided about yet: such applications hold up the ballot. */
export const UNDECIDED: readonly ApplicationStatus[] = ['SUBMITTED', 'RETURNED'];
