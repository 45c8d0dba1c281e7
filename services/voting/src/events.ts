import { sha256Hex, type OutboxEvent } from '@veche/kit';
import { event, topicsOf } from '@veche/proto';
import {
  BallotAcceptedSchema,
  ResultDeterminedSchema,
  VotingClosedSchema,
  VotingOpenedSchema,
} from '@veche/proto/voting/v1/voting';
import type { Protocol } from './count/counting.ts';
import type { Voting, VotingEvent } from './domain/voting.ts';

export const produces = topicsOf(VotingOpenedSchema, BallotAcceptedSchema);

/** What a voting tells; choices never leave it, totals only with the result. */
export function toOutbox(happened: VotingEvent, contestId: string, voting: Voting): OutboxEvent {
  switch (happened.kind) {
    case 'VotingOpened': {
      const { announcement, ballot, window } = voting;
      const told = {
        contestId,
        ruleHash: announcement!.ruleHash,
        projects: ballot!.length,
        closesAt: window!.closesAt.toISOString(),
      };
      return event(VotingOpenedSchema, contestId, told);
    }
    case 'VotingClosed':
      return event(VotingClosedSchema, contestId, {
        contestId,
        accepted: BigInt(happened.accepted),
        superseded: BigInt(happened.superseded),
      });
    case 'ResultDetermined':
      return event(ResultDeterminedSchema, contestId, {
        ...resultOf(contestId, happened.result),
        advisory: voting.announcement?.advisory ?? false,
      });
  }
}

function resultOf(contestId: string, text: string) {
  const protocol = JSON.parse(text) as Protocol;
  const { version, ruleHash, accepted, counted, spentKopecks, excluded = [] } = protocol;
  return {
    contestId,
    version,
    ruleHash,
    protocolHash: sha256Hex(text),
    accepted: BigInt(accepted),
    counted: BigInt(counted),
    excluded: BigInt(excluded.length),
    spentKopecks: BigInt(spentKopecks),
    projects: protocol.projects.map(
      ({ costKopecks, voters, against, part: _part, explanation: _explanation, ...line }) => ({
        ...line,
        costKopecks: BigInt(costKopecks),
        voters: BigInt(voters),
        against: BigInt(against ?? 0),
      }),
    ),
  };
}
