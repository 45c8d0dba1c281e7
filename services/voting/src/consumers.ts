import { sha256Hex, type Consumer } from '@veche/kit';
import type { VotingRule } from '@veche/kit/domain/voting-rule';
import { checkVotingRule } from '@veche/kit/domain/voting-rule-check';
import { on, topicsOf } from '@veche/proto';
import {
  ApplicationWithdrawnSchema,
  BallotListApprovedSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
  type BallotProject as ToldProject,
  type ContestPublished,
  type Stage,
} from '@veche/proto/contests/v1/contests';
import { RankingDeterminedSchema } from '@veche/proto/expertise/v1/expertise';
import type { Decision } from '@veche/kit/domain/decision';
import { eligibilityRuleOf } from './domain/eligibility.ts';
import { takeWithdrawal } from './domain/redetermination.ts';
import {
  announce,
  reschedule,
  takeBallot,
  takeRanking,
  unknownVoting,
  type Announcement,
  type BallotProject,
  type Voting,
  type VotingEvent,
  type Window,
} from './domain/voting.ts';
import { toOutbox } from './events.ts';
import type { KeyPort } from './box/keys.ts';
import type { Stores } from './store.ts';

export const CONSUMED = topicsOf(
  ContestPublishedSchema,
  ContestRescheduledSchema,
  BallotListApprovedSchema,
  RankingDeterminedSchema,
);

/** What contests and expertise tell of a vote; any order, any number of times. */
export function consumers({ votings }: Stores, keys: KeyPort): Consumer[] {
  const learn = (id: string, decide: (voting: Voting) => Decision<Voting, VotingEvent, never>) =>
    votings.upsert({ id, events: toOutbox, initial: unknownVoting, decide });
  return [
    on(ContestPublishedSchema, async (contest, { sequence }) => {
      const window = windowOf(contest.stages);
      // The commission alone decides there.
      if (!window) return;
      const announcement = announcementOf(contest);
      // Once announced it has its key; if that is lost, another would give every voter a second ballot.
      const known = await votings.load(contest.contestId);
      if (!known?.state.announcement) await keys.prepare(contest.contestId);
      await learn(contest.contestId, (voting) => announce(voting, announcement, window, sequence));
    }),
    on(ContestRescheduledSchema, async ({ contestId, stages }, { sequence }) => {
      const window = windowOf(stages);
      if (window) await learn(contestId, (voting) => reschedule(voting, window, sequence));
    }),
    on(BallotListApprovedSchema, async ({ contestId, projects }) => {
      const ballot = projects.map(projectOf);
      await learn(contestId, (voting) => takeBallot(voting, ballot));
    }),
    on(ApplicationWithdrawnSchema, async ({ contestId, applicationId }) => {
      await learn(contestId, (voting) => takeWithdrawal(voting, applicationId));
    }),
    on(RankingDeterminedSchema, async ({ contestId, version, lines }) => {
      // What a gate, a floor or a threshold keeps out has points, but no score to win with.
      const scores = lines
        .filter(({ excluded }) => !excluded)
        .map(({ applicationId, exactScore }) => ({ applicationId, score: exactScore }));
      await learn(contestId, (voting) => takeRanking(voting, scores, version));
    }),
  ];
}

const projectOf = (told: ToldProject): BallotProject => ({
  applicationId: told.applicationId,
  number: told.number,
  title: told.title,
  cost: told.costKopecks,
  category: told.category,
  territory: told.oktmo || null,
  submittedAt: new Date(told.submittedAt),
  cofinancing: told.cofinancingShare || null,
  groups: told.exclusiveGroups,
  divisions: told.divisions,
  barredBy: told.barredBy,
});

/** When ballots are taken; null in a contest without a vote. */
function windowOf(stages: readonly Stage[]): Window | null {
  const stage = stages.find(({ type }) => type === 'VOTING');
  return stage ? { opensAt: new Date(stage.opensAt), closesAt: new Date(stage.closesAt) } : null;
}

/** A text that is no JSON tells nothing; the voting then says what it lacks. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function announcementOf(contest: ContestPublished): Announcement {
  const checked = checkVotingRule(JSON.parse(contest.votingRuleJson), contest.budgetKopecks);
  if (!checked.ok) throw new Error(`voting rule: ${checked.path} ${checked.reason}`);
  return {
    oktmo: contest.oktmo,
    timeZone: contest.timeZone,
    budget: contest.budgetKopecks,
    rule: checked.rule satisfies VotingRule,
    ruleHash: sha256Hex(contest.votingRuleJson),
    eligibility: eligibilityRuleOf(parsed(contest.eligibilityJson)),
    advisory: contest.winnersBy === 'COMMISSION',
    resultsVisibility: contest.resultsVisibility === 'LIVE' ? 'LIVE' : 'HIDDEN_UNTIL_END',
    graceSeconds: contest.graceSeconds,
  };
}
