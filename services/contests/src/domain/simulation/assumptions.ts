import type { Criterion } from '@veche/kit/domain/criterion';
import type { CapitalPoints, JuryPoints } from '@veche/kit/domain/scoring/facts';
import type { Draws } from './draws.ts';

/** What experts are taken to give by a criterion: the same points to everybody, or whole points between two bounds. */
export interface MarkAssumption {
  criterion: string;
  from: number;
  to: number;
}

/** What residents are taken to vote. */
export interface VoteAssumption {
  /** Votes for an application whose count is not given. */
  from: number;
  to: number;
  /** Counts of single applications, by number. */
  counts: readonly { number: string; votes: number }[];
  /** Ballots in all; null: each voter supported one project. */
  ballots: number | null;
}

export const VOTES_MAX = 100_000;
/** What is taken where the official says nothing. */
const DEFAULT_VOTES: VoteAssumption = { from: 0, to: 1000, counts: [], ballots: null };

export const isExpert = ({ kind }: Criterion): boolean => kind === 'EXPERT';

/** What is wrong with an assumption, in Russian; null when nothing is. */
export function assumptionFault(
  criteria: readonly Criterion[],
  marks: readonly MarkAssumption[],
  votes: VoteAssumption | null,
): string | null {
  const codes = marks.map(({ criterion }) => criterion);
  if (new Set(codes).size < codes.length) return 'критерий назван дважды';
  const unknown = marks.find((mark) => !isSound(criteria, mark));
  if (unknown) return `по критерию «${unknown.criterion.slice(0, 100)}» эксперты таких баллов не ставят`;
  return votes && voteFault(votes);
}

const isSound = (criteria: readonly Criterion[], { criterion: code, from, to }: MarkAssumption): boolean => {
  const criterion = criteria.find((one) => one.code === code && isExpert(one));
  return criterion !== undefined && from >= 0 && from <= to && to <= Number(criterion.maxPoints);
};

function voteFault({ from, to, counts, ballots }: VoteAssumption): string | null {
  const numbers = [from, to, ...counts.map(({ votes }) => votes)];
  if (numbers.some((one) => one < 0 || one > VOTES_MAX)) return `голосов за проект бывает от 0 до ${VOTES_MAX}`;
  if (from > to) return 'нижняя граница голосов больше верхней';
  return ballots !== null && ballots < Math.max(...numbers.slice(1))
    ? 'бюллетеней меньше, чем голосов за один проект'
    : null;
}

/** The mark of one expert by each expert criterion. */
export function assumedMarks(
  criteria: readonly Criterion[],
  marks: readonly MarkAssumption[],
  draws: Draws,
  id: string,
): ReadonlyMap<string, readonly number[]> {
  return new Map(
    criteria.filter(isExpert).map(({ code, maxPoints }) => {
      const { from, to } = marks.find(({ criterion }) => criterion === code) ?? {
        from: 0,
        to: Math.floor(Number(maxPoints)),
      };
      return [code, [draws.whole(`баллы ${code} ${id}`, from, to)]];
    }),
  );
}

const JURY = { sheets: 10, possible: 100n };

/** What the public jury is taken to give: ten sheets, any part of the points that they could have. */
export const assumedJury = (draws: Draws, id: string): JuryPoints => ({
  ...JURY,
  points: BigInt(draws.whole(`жюри ${id}`, 0, Number(JURY.possible))),
});

export const jurySentence = (seed: string): string =>
  `Оценки общественного жюри случайные, от 0 до 100 % возможных баллов, по ${JURY.sheets} листов на заявку (начальное значение «${seed}»).`;

/** So many supporters, and any part of the requested roubles in points. */
const SUPPORTERS = 100;

export const assumedCapital = (draws: Draws, id: string, requested: bigint): CapitalPoints => ({
  supporters: SUPPORTERS,
  points: (requested * BigInt(draws.whole(`баллы жителей ${id}`, 0, 100))) / (100n * 100n),
});

export const capitalSentence = (seed: string): string =>
  `Баллы жителей случайные, от 0 до 100 % запрошенной суммы, по ${SUPPORTERS} поддержавших на заявку (начальное значение «${seed}»).`;

/** Votes for an application. */
export function assumedVotes(
  votes: VoteAssumption | null,
  draws: Draws,
  { id, number }: { id: string; number: string },
): number {
  const { from, to, counts } = votes ?? DEFAULT_VOTES;
  return counts.find((one) => one.number === number)?.votes ?? draws.whole(`голоса ${id}`, from, to);
}

/** Sentences about what experts are taken to give. */
export function markSentences(
  criteria: readonly Criterion[],
  marks: readonly MarkAssumption[],
  seed: string,
): string[] {
  return criteria.filter(isExpert).map(({ code, title, maxPoints }) => {
    const given = marks.find(({ criterion }) => criterion === code);
    if (given && given.from === given.to)
      return `По критерию «${title}» каждая заявка получает от экспертов ${given.from}.`;
    const [from, to] = given ? [given.from, given.to] : [0, maxPoints];
    return `По критерию «${title}» баллы экспертов случайные, от ${from} до ${to} (начальное значение «${seed}»).`;
  });
}

export function voteSentences(votes: VoteAssumption | null, seed: string): string[] {
  const { from, to, counts, ballots } = votes ?? DEFAULT_VOTES;
  return [
    from === to
      ? `За каждую заявку отдано голосов: ${from}.`
      : `Голоса за заявки случайные, от ${from} до ${to} (начальное значение «${seed}»).`,
    ...(counts.length > 0 ? [`Числа голосов заданы для заявок: ${counts.length}.`] : []),
    ballots === null ? 'Каждый голосующий поддержал один проект.' : `Бюллетеней: ${ballots}.`,
  ];
}
