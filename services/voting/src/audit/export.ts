import type { BallotRule } from '@veche/kit/domain/voting-rule';
import type { Protocol } from '../count/counting.ts';
import { pointsOf } from '../domain/ballot.ts';
import type { Exported } from '../domain/audit.ts';
import type { CountInputs } from '../domain/count/inputs.ts';
import type { Voting } from '../domain/voting.ts';
import { parsePabulib, type PabulibElection } from '../pabulib/parse.ts';
import { pabulibHead, pabulibVote } from '../pabulib/write.ts';
import { countedBallots } from '../count/counted-ballots.ts';
import { resultOfVersion, type Stores } from '../store.ts';

/** Writes a version of a result in the Pabulib format, reads the text in as anybody would, and counts what it says. Throws PabulibError. */
export async function exportedNumbers(
  stores: Stores,
  contest: string,
  voting: Voting,
  version: number,
): Promise<Exported> {
  const { protocol, inputs } = (await resultOfVersion(stores, contest, version))!;
  const { rule } = voting.announcement!;
  const about = { rule, window: voting.window!, protocol: JSON.parse(protocol) as Protocol };
  const lines = [...pabulibHead({ ...about, inputs: JSON.parse(inputs) as CountInputs })];
  const excluded = new Set(about.protocol.excluded);
  let row = 0;
  for await (const { choices } of countedBallots(stores, contest, excluded))
    lines.push(pabulibVote(++row, rule.ballot.type, choices));
  return numbersOf(parsePabulib(`${lines.join('\n')}\n`), rule.ballot);
}

/** What the votes of a file give, under the rule of the ballot. */
function numbersOf({ projects, votes }: PabulibElection, rule: BallotRule): Exported {
  const scores = new Map(projects.map(({ id }) => [id, { score: 0n, voters: 0 }]));
  for (const { choices, points } of votes) {
    const given = points ? choices.map((id, at) => [id, points[at]!] as const) : choices;
    for (const [id, value] of pointsOf(rule, given)) {
      const line = scores.get(id)!;
      line.score += BigInt(value);
      line.voters += 1;
    }
  }
  return {
    counted: votes.length,
    scores: new Map([...scores].map(([id, { score, voters }]) => [id, { score: String(score), voters }])),
  };
}
