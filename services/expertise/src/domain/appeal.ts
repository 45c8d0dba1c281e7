import { accept, reject, type Decision } from '@veche/kit/domain/decision';

/** An appeal of an applicant against what the commission decided. */
export interface Appeal {
  contestId: string;
  applicationId: string;
  /** Session whose decision it is against. */
  session: number;
  by: string;
  text: string;
  filedAt: Date;
  state: 'FILED' | 'UPHELD' | 'REJECTED';
  /** Answer of the commission, with reasons. */
  answer: string | null;
  decidedBy: string | null;
  decidedAt: Date | null;
}

export type AppealEvent = { kind: 'AppealFiled' } | { kind: 'AppealDecided' };
export type AppealCode =
  | 'NOT_DECIDED'
  | 'NOT_AN_APPLICANT'
  | 'NO_APPEAL'
  | 'APPEAL_TERM_PASSED'
  | 'APPEAL_FILED'
  | 'APPEAL_DECIDED'
  | 'REASON_REQUIRED'
  | 'NOT_PRESIDING'
  | 'RECUSED';

export type AppealResult = Decision<Appeal, AppealEvent, AppealCode>;

const TEXT = { min: 20, max: 4000 };
const sound = (text: string): boolean => text.trim().length >= TEXT.min && text.trim().length <= TEXT.max;

export interface Filing {
  contestId: string;
  applicationId: string;
  by: string;
  text: string;
  /** Initiative group of the application. */
  memberIds: readonly string[];
  /** Session of the decision in force and end of the term; null where nothing was decided. */
  decision: { session: number; until: Date | null } | null;
}

/** Files an appeal: a member of the initiative group, once against a decision, within the term. */
export function fileAppeal({ memberIds, decision, ...filing }: Filing, now: Date): AppealResult {
  if (!memberIds.includes(filing.by)) return reject('NOT_AN_APPLICANT');
  if (decision === null) return reject('NOT_DECIDED');
  if (decision.until === null) return reject('NO_APPEAL');
  if (now >= decision.until) return reject('APPEAL_TERM_PASSED');
  if (!sound(filing.text)) return reject('REASON_REQUIRED', ['text'], TEXT);
  const appeal: Appeal = {
    ...filing,
    text: filing.text.trim(),
    session: decision.session,
    filedAt: now,
    state: 'FILED',
    answer: null,
    decidedBy: null,
    decidedAt: null,
  };
  return accept(appeal, { kind: 'AppealFiled' });
}

export interface Answer {
  by: string;
  /** Whether the person runs the sessions of the commission. */
  presides: boolean;
  /** Whether the person is of the initiative group. */
  concerned: boolean;
  upheld: boolean;
  answer: string;
}

/** Decides an appeal, with reasons. One that is upheld asks the commission to decide anew. */
export function decideAppeal(
  appeal: Appeal,
  { by, presides, concerned, upheld, answer }: Answer,
  now: Date,
): AppealResult {
  if (!presides) return reject('NOT_PRESIDING');
  if (concerned) return reject('RECUSED');
  if (appeal.state !== 'FILED') return reject('APPEAL_DECIDED');
  if (!sound(answer)) return reject('REASON_REQUIRED', ['answer'], TEXT);
  return accept(
    {
      ...appeal,
      state: upheld ? 'UPHELD' : 'REJECTED',
      answer: answer.trim(),
      decidedBy: by,
      decidedAt: now,
    },
    { kind: 'AppealDecided' },
  );
}
