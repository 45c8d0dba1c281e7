import { PLAIN_SCORING, type Criterion } from '@veche/kit/domain/criterion';
import type { Contest } from '../contest.ts';
import { form } from '../templates/fields.ts';
import type { Participant } from './generated.ts';
import { simulated, type Assumptions } from './simulate.ts';

/** Sixteen hexadecimal digits of a text; no cryptography is needed to see what a run does with them. */
export function hash(given: string): string {
  let [one, other] = [0x811c9dc5, 0x2545f491];
  for (const sign of given) {
    one = Math.imul(one ^ sign.codePointAt(0)!, 0x01000193);
    other = Math.imul(other ^ (one >>> 7), 0x85ebca6b);
  }
  return [one ^ (other >>> 13), other ^ (one >>> 15)]
    .map((half) => (half >>> 0).toString(16).padStart(8, '0'))
    .join('');
}
export const MLN = 100_000_000n;

/** A line from 0 to 100 over a number of the form. */
export const SCORE: Criterion = {
  code: 'score',
  kind: 'LINEAR',
  title: 'Балл',
  maxPoints: '100',
  weight: '1',
  parameters: { input: 'answers.score', a: '0', b: '100' },
};
export const GATE: Criterion = {
  code: 'gate',
  kind: 'GATE',
  title: 'Софинансирование',
  maxPoints: '0',
  weight: '0',
  parameters: { condition: 'CITIZENS_SHARE >= 5', message: 'Доля жителей меньше 5 %.' },
};
export const EXPERT: Criterion = {
  code: 'idea',
  kind: 'EXPERT',
  title: 'Замысел',
  maxPoints: '10',
  weight: '1',
  parameters: { commentRequired: false },
};
export const RULE = { version: 1, ballot: { type: 'approval' }, order: 'score' };

export const stage = (type: 'INTAKE' | 'VOTING' | 'COMMISSION') => ({
  type,
  opensLocal: '',
  closesLocal: '',
  opensAt: new Date('2026-03-01T00:00:00Z'),
  closesAt: new Date('2026-04-01T00:00:00Z'),
});

export const draft = (more: Partial<Contest> = {}): Contest =>
  ({
    status: 'DRAFT',
    title: 'Проект правил',
    oktmo: '71876000',
    timeZone: 'Asia/Yekaterinburg',
    level: 'MUNICIPALITY',
    divisions: [],
    budget: 10n * MLN,
    maxPerProject: 5n * MLN,
    minOwnShare: null,
    stages: [stage('INTAKE'), stage('COMMISSION')],
    form: form({ score: { type: 'number', title: 'Балл', minimum: 0, maximum: 100 } }, []),
    criteria: [SCORE],
    scoring: PLAIN_SCORING,
    votingRule: RULE,
    winnersBy: 'COMMISSION',
    ...more,
  }) as unknown as Contest;

export const one = (
  id: string,
  score: number,
  tenths: number,
  more: Partial<Participant['content']> = {},
): Participant => ({
  id,
  number: id,
  submittedAt: null,
  imported: false,
  content: {
    title: `Проект ${id}`,
    oktmo: '71876000',
    category: 'PARK',
    totalCost: (BigInt(tenths) * MLN) / 10n,
    funding: [{ source: 'MUNICIPAL', amount: (BigInt(tenths) * MLN) / 10n }],
    beneficiaries: 10,
    population: 100,
    divisions: [],
    answers: { score },
    ...more,
  },
});

/** The example of a budget of 10 million: points and cost of four projects. */
export const FOUR = [one('P1', 91.2, 30), one('P2', 88.4, 45), one('P3', 80, 32), one('P4', 79.9, 21)];
export const PLAIN: Assumptions = { seed: '1', marks: [], votes: null, whenShort: null };

export function run(contest: Contest, participants: readonly Participant[], more: Partial<Assumptions> = {}) {
  const decision = simulated(contest, participants, { ...PLAIN, ...more }, hash);
  if (!decision.ok) throw new Error(JSON.stringify(decision.rejection));
  return decision.state;
}
