import fc from 'fast-check';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { sha256Hex } from '@veche/kit';
import { TIE_BREAKS, type BallotRule, type VotingRule } from '@veche/kit/domain/voting-rule';
import type { RecordedChoices } from '../../src/domain/ballot.ts';
import type { CountInputs } from '../../src/domain/count/inputs.ts';

/** What both programs are given; a rule or inputs that they must refuse are among them. */
export interface Case {
  rule: VotingRule;
  inputs: CountInputs;
  records: { tag: string; rev: number; choices: RecordedChoices }[];
}

const IDS = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
const KEYS = ['Парк', 'Двор', 'школа'];
const TERRITORIES = ['север', 'юг'];
const DIVISIONS = ['line-1', 'line-2', 'город'];
const SEED = 'кубик 17';

/** A field that is often left out. */
const maybe = <T>(name: string, value: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<Record<string, T>> =>
  fc.option(value, { freq }).map((drawn): Record<string, T> => (drawn === null ? {} : { [name]: drawn }));

const merged = <T>(...parts: fc.Arbitrary<object>[]): fc.Arbitrary<T> =>
  fc.tuple(...parts).map((drawn) => Object.assign({}, ...drawn) as T);

const fraction = fc
  .tuple(fc.integer({ min: -2, max: 6 }), fc.constantFrom(1, 1, 2, 3))
  .map(([n, d]) => (d === 1 ? String(n) : `${n}/${d}`));
// Few values, so that there are many ties.
const cost = fc.oneof(fc.constantFrom(0, 10, 20, 20, 30, 40), fc.nat(90)).map(String);
const roubles = fc.oneof(
  fc.constantFrom('0', '0.1', '0.30', '0.50'),
  fc.nat(90).map((n) => (n / 100).toFixed(2)),
);
const ratio = fc.constantFrom('0', '0.1', '0.25', '1/3', '0.5', '1', '4/3');

const project = (id: string) =>
  merged<CountInputs['projects'][number]>(
    fc.record({
      id: fc.constant(id),
      number: fc.constant(id),
      cost,
      category: fc.constantFrom(...KEYS),
      territory: fc.constantFrom(...TERRITORIES, null),
      submittedAt: fc.constantFrom(-1, 0, 0, 5, 1_790_000_000_000),
      expertScore: fc.option(fraction, { freq: 9 }),
      cofinancing: fc.option(fraction, { freq: 3 }),
      groups: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, fc.subarray(['a', 'b'])),
      withdrawn: fc.nat(19).map((drawn) => drawn === 0),
    }),
    maybe('divisions', fc.subarray(DIVISIONS, { minLength: 1 })),
    fc.nat(19).map((drawn) => (drawn === 0 ? { barred: true } : {})),
  );

const limits = fc.constantFrom([{ max: 2 }], [{ key: KEYS[0], max: 1 }, { max: 3 }]);
const ballot: fc.Arbitrary<BallotRule> = merged(
  fc.oneof(
    fc.constantFrom<object>({ type: 'approval' }, { type: 'approval', maxSumCost: '0.60' }, { type: 'choose-1' }),
    fc.constantFrom<object>({ type: 'forAgainst' }, { type: 'forAgainst', maxLen: 5 }),
    fc.constantFrom<object>(
      { type: 'cumulative', maxSumPoints: 12 },
      { type: 'cumulative', maxSumPoints: 12, maxPoints: 3 },
    ),
    fc.constantFrom<object>(
      { type: 'ordinal', maxLen: 3 },
      { type: 'ordinal', positionPoints: [5, 3, 0, 1] },
      { type: 'ordinal', maxLen: 2, positionPoints: [2, 1, 1] },
    ),
  ),
  maybe('perCategory', limits, 5),
  maybe('perTerritory', limits, 5),
);

const order = fc.oneof(
  merged<object>(
    fc.constantFrom<object>({ order: 'score' }, { order: 'scorePerCost' }),
    fc.oneof(
      fc.constantFrom<object>({}, { onUnaffordable: 'skip' }, { onUnaffordable: 'stop' }),
      merged<object>(
        fc.constant({ onUnaffordable: 'stop' }),
        maybe('lastTopUpPercent', fc.constantFrom(1, 50, 80, 100), 9),
        maybe('topUpReserve', roubles, 1),
      ),
    ),
    maybe(
      'expert',
      fc.oneof(
        merged<object>(fc.constant({ mode: 'gateAfter' }), maybe('minimum', fc.constantFrom('0', '1'))),
        merged<object>(
          fc.constantFrom<object>({ mode: 'criterion', weight: '4' }, { mode: 'criterion', weight: '0.35' }),
          maybe('minimum', fc.constantFrom('0', '1')),
          maybe(
            'bands',
            fc.constant([
              { from: '0.1', points: '1' },
              { from: '1/3', points: '1.5' },
              { from: '0.5', points: '0' },
            ]),
          ),
        ),
      ),
    ),
  ),
  merged<object>(fc.constantFrom({ order: 'phragmen' }, { order: 'phragmen', onUnaffordable: 'stop' })),
  merged<object>(
    fc.constant({ order: 'equalShares' }),
    fc.record({
      equalShares: merged<object>(
        fc.record({
          utility: fc.constantFrom('cost', 'plain'),
          start: fc.constantFrom('exact', 'integer'),
          increment: fc.constantFrom(0, 0, 1, 1, 7),
          stopWhenExhaustive: fc.boolean(),
          completion: fc.constantFrom('none', 'utilitarian'),
        }),
        maybe('comparison', fc.constantFrom('none', 'byNumber', 'byAny'), 3),
      ),
    }),
  ),
);

const division = fc.constantFrom('category', 'territory');
const quota = fc.oneof(
  merged<object>(
    fc.record({ by: division, maxWinners: fc.nat(2) }),
    maybe('key', fc.constantFrom(...KEYS, ...TERRITORIES)),
  ),
  merged<object>(
    fc.record({ by: division, maxMoney: roubles }),
    maybe('key', fc.constantFrom(...KEYS, ...TERRITORIES)),
  ),
  merged<object>(
    fc.record({
      by: fc.constant('division'),
      keys: fc.subarray([...DIVISIONS, 'line-9'], { minLength: 1 }),
      title: fc.constant('Направление'),
    }),
    fc.oneof(fc.record({ maxWinners: fc.nat(2) }), fc.record({ maxMoney: roubles })),
  ),
);
const part = (key: string) => fc.record({ key: fc.constant(key), budget: roubles });
const partition = fc.oneof(
  fc.constant({ by: 'none' }),
  merged<object>(
    fc.constant({ by: 'category' }),
    fc.record({ budgets: fc.tuple(part('Двор'), part('Парк')) }),
    maybe('remainder', fc.constantFrom('none', 'cityPool'), 3),
  ),
  merged<object>(
    fc.constant({ by: 'territory' }),
    fc.record({ budgets: fc.tuple(part('юг'), part('север')) }),
    maybe('remainder', fc.constantFrom('cityPool'), 3),
  ),
);
const eligibility = merged<object>(
  maybe('minScore', fc.constantFrom(1, 2, 3)),
  maybe('minShareOfBallots', fc.constantFrom('0.1', '0.25', '1')),
  maybe('costShareFactor', ratio),
);

const rule: fc.Arbitrary<VotingRule> = merged<VotingRule>(
  fc.constant({ version: 1 }),
  fc.record({ ballot }),
  order,
  maybe('revote', fc.constantFrom('last', 'single')),
  maybe('eligibility', eligibility),
  maybe('partition', partition),
  maybe(
    'exclusiveGroups',
    fc.constantFrom(
      [['p0', 'p1']],
      [
        ['p0', 'p1', 'p2'],
        ['p2', 'p3'],
      ],
      [['p4', 'unknown']],
    ),
  ),
  maybe('exclusiveMode', fc.constantFrom('dropBelowBest', 'dropIfFunded')),
  maybe('quotas', fc.array(quota, { minLength: 1, maxLength: 2 })),
  maybe(
    'tieBreak',
    fc.oneof(
      fc.shuffledSubarray([...TIE_BREAKS], { minLength: 1 }),
      fc.constantFrom([['commissionDecision']], [['moreVotes', 'commissionDecision']]).map(([keys]) => keys),
    ),
  ),
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<object>({}) },
    fc.constantFrom<object>({ lotSeed: 'семя' }, { lotCommitment: sha256Hex(SEED) }),
  ),
).map(settled);

/** Most drawn combinations that the page refuses are made ones that it takes; a few stay. */
function settled(drawn: VotingRule): VotingRule {
  const { tieBreak: _tieBreak, ...rest } = drawn;
  const mended = { ...settledBallot(drawn), ...settledExpert(drawn), ...settledEligibility(drawn) };
  return { ...(asksTooOften(drawn) ? rest : drawn), ...mended } as VotingRule;
}

const asksTooOften = ({ equalShares, tieBreak }: VotingRule): boolean =>
  equalShares !== undefined && equalShares.increment > 0 && tieBreak?.includes('commissionDecision') === true;

const settledBallot = ({ order: by, ballot: { type } }: VotingRule) =>
  by === 'phragmen' && (type === 'ordinal' || type === 'cumulative') ? { ballot: { type: 'approval' } } : {};

const settledExpert = ({ order: by, exclusiveMode }: VotingRule) =>
  /equalShares|phragmen/.test(by) && exclusiveMode ? { expert: { mode: 'gateBefore', minimum: '0' } } : {};

const settledEligibility = ({ ballot: { type }, eligibility: drawn }: VotingRule) =>
  type === 'forAgainst' && drawn ? { eligibility: { ...drawn, minForShare: '0.5' } } : {};

interface Drawn {
  given: number[];
  order: number[];
  tag: number;
}

/** Choices as a record holds them; limits of length are kept to, those of categories and sums are the intake's. */
function choicesOf({ type, maxLen, positionPoints }: BallotRule, { given, order: preferred }: Drawn): RecordedChoices {
  const named = given.flatMap((points, index) => (points > 0 ? [{ id: [...IDS, 'unknown'][index]!, points }] : []));
  const longest = type === 'choose-1' ? 1 : (maxLen ?? positionPoints?.length ?? named.length);
  const kept = named.slice(0, longest);
  if (type === 'cumulative') return kept.map(({ id, points }) => [id, points] as const);
  if (type === 'forAgainst') return kept.map(({ id, points }) => [id, points > 1 ? -1 : 1] as const);
  const ids = kept.map(({ id }) => id);
  if (type !== 'ordinal') return ids;
  return ids.toSorted((a, b) => preferred[IDS.indexOf(a)]! - preferred[IDS.indexOf(b)]!);
}

const drawnBallots = fc.array(
  fc.record({
    given: fc.array(fc.constantFrom(0, 0, 1, 1, 1, 2, 3), { minLength: 8, maxLength: 8 }),
    order: fc.array(fc.nat(20), { minLength: 7, maxLength: 7 }),
    tag: fc.nat(14),
  }),
  { maxLength: 14 },
);

function recordsOf({ ballot: kind }: VotingRule, drawn: Drawn[]): Case['records'] {
  const revisions = new Map<number, number>();
  const records = drawn.map((one) => {
    const rev = (revisions.get(one.tag) ?? 0) + 1;
    revisions.set(one.tag, rev);
    return { tag: `t${one.tag}`, rev, choices: choicesOf(kind, one) };
  });
  // The log is in the order of hashes: a later revision may well come first.
  return records.reverse();
}

export const anyCase: fc.Arbitrary<Case> = fc
  .record({
    rule,
    budget: fc.oneof(fc.constantFrom(0, 100, 150, 200), fc.integer({ min: 30, max: 400 })),
    projects: fc.nat(6).chain((more) => fc.tuple(...IDS.slice(0, more + 1).map(project))),
    ballots: drawnBallots,
    decision: fc.oneof(
      { weight: 1, arbitrary: fc.constant<string[]>([]) },
      { weight: 1, arbitrary: fc.shuffledSubarray(IDS) },
      { weight: 2, arbitrary: fc.shuffledSubarray(IDS, { minLength: IDS.length }) },
    ),
  })
  .map(({ rule: drawnRule, budget, projects, ballots, decision }) => ({
    rule: JSON.parse(canonicalJson(drawnRule)) as VotingRule,
    inputs: {
      v: 1 as const,
      contest: 'generated',
      budget: String(budget),
      projects,
      ...(drawnRule.lotCommitment === undefined ? {} : { lotSeed: SEED }),
      ...(decision.length === 0 ? {} : { decision }),
    },
    records: recordsOf(drawnRule, ballots),
  }));
