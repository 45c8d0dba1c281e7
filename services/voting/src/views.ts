import DataLoader from 'dataloader';
import { loaderOf, type Aggregate, type Clock, type Context } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import type { Protocol, ProtocolLine } from './count/counting.ts';
import { changesOf } from './domain/redetermination.ts';
import { lackOf, type Voting } from './domain/voting.ts';
import type { KeyPort } from './box/keys.ts';
import { lastHead, lastLeaf, published } from './log/log.ts';
import { latestResult, resultsOf, type Head, type Stores, type StoredResult } from './store.ts';
import { shownTally } from './live/tallying.ts';

export interface ViewParts {
  stores: Stores;
  keys: KeyPort;
  clock: Clock;
}

/** The voting of a contest as the schema shows it; null until its passport is known. */
export function votingView(parts: ViewParts, { id, state }: Aggregate<Voting>) {
  const { announcement, window, ballot, status } = state;
  if (!announcement || !window) return null;
  return {
    contest: { id },
    state: status,
    ...window,
    rule: announcement.rule,
    ruleHash: announcement.ruleHash,
    problem: status === 'ANNOUNCED' ? lackOf(state) : null,
    receiptKey: parts.keys.receiptPublicKey,
    ballot: () => ballotView(parts, id, state),
    turnout: () => turnout(parts.stores, id),
    head: async () => headView(await lastHead(parts.stores, id)),
    result: async () => resultView(await latestResult(parts.stores, id)),
    results: async () => (await resultsOf(parts.stores, id)).map(resultView),
    recountDue: state.recountDue ?? false,
    undecided: state.undecided ?? [],
    // The list keeps the order in which it was approved.
    size: ballot?.length ?? 0,
  };
}

async function ballotView({ stores }: ViewParts, id: string, state: Voting) {
  const score = await scoresOf(stores, id, state);
  const { withdrawn } = changesOf(state);
  return (state.ballot ?? []).map(
    ({ applicationId, territory: _territory, submittedAt: _submittedAt, ...project }) => ({
      ...project,
      application: { id: applicationId },
      exclusiveGroups: project.groups ?? [],
      withdrawn: withdrawn.has(applicationId),
      barredBy: project.barredBy ?? [],
      score: score && (score.get(applicationId) ?? '0'),
    }),
  );
}

/** Scores by application: those of the result, before it the counters where the rule lets them be seen; else null. */
async function scoresOf(stores: Stores, id: string, state: Voting): Promise<ReadonlyMap<string, string> | null> {
  if (state.status === 'COUNTED') {
    const { projects } = JSON.parse((await latestResult(stores, id))!.protocol) as Protocol;
    return new Map(projects.map(({ applicationId, score }) => [applicationId, score]));
  }
  if (state.announcement!.resultsVisibility !== 'LIVE') return null;
  const { lines } = await shownTally(stores, id);
  return new Map([...lines].map(([project, { score }]) => [project, String(score)]));
}

/** From the log alone: the numbers are those of the last sealed second. */
export async function turnout(stores: Stores, contest: string) {
  const last = await lastLeaf(stores, contest);
  const accepted = last ? last.index + 1 : 0;
  const superseded = last?.superseded ?? 0;
  return { accepted, superseded, excluded: 0, counted: accepted - superseded };
}

function headView(head: Head | null) {
  if (!head) return null;
  const { witnesses, ...body } = published(head);
  const { size, root, time } = body;
  return { size, root, time: new Date(time * 1000), signed: canonicalJson(body), witnesses };
}

export function resultView(stored: StoredResult | null) {
  if (!stored) return null;
  const {
    version,
    accepted,
    superseded,
    excluded = [],
    counted,
    budgetKopecks,
    spentKopecks,
    projects,
    ties,
    reason,
    ...paper
  } = JSON.parse(stored.protocol) as Protocol;
  const { channels, doubleVotes, doubleVotesRefused, vouchedByAct }: Partial<Protocol> = paper;
  return {
    version,
    determinedAt: stored.determinedAt,
    reason: reason ?? null,
    protocolHash: stored.protocolHash,
    turnout: { accepted, superseded, excluded: excluded.length, counted },
    excluded,
    budget: BigInt(budgetKopecks),
    spent: BigInt(spentKopecks),
    projects: projects.map(lineView),
    ties,
    files: Object.entries(FILES).map(([kind, file]) => ({
      kind,
      path: `/open/contests/${stored.contest}/${file}?version=${version}`,
    })),
    // A protocol of before there were channels names none.
    channels: channels ?? [],
    doubleVotes: doubleVotes ?? 0,
    doubleVotesRefused: doubleVotesRefused ?? 0,
    vouchedByAct: vouchedByAct ?? null,
  };
}

const FILES = {
  PACKAGE: 'package.tar',
  JSON: 'result/protocol.json',
  CSV: 'result/result.csv',
  XLSX: 'result/result.xlsx',
  PROTOCOL: 'result/protocol.html',
};

const lineView = ({ applicationId, costKopecks, against, part, ...line }: ProtocolLine) => ({
  ...line,
  against: against ?? null,
  part: part ?? null,
  application: { id: applicationId },
  cost: BigInt(costKopecks),
});

/** What the latest count says of applications: their contests first, then one protocol for each contest. */
export function resultOfApplication(parts: ViewParts, context: Context, applicationId: string) {
  const loader = loaderOf(
    context,
    'results',
    () => new DataLoader<string, ReturnType<typeof lineView> | null>((ids) => linesOf(parts.stores, ids)),
  );
  return loader.load(applicationId);
}

async function linesOf(stores: Stores, ids: readonly string[]) {
  const votings = await stores.votings.find({ 'ballot.applicationId': { $in: [...ids] }, status: 'COUNTED' });
  const results = await Promise.all(votings.map(({ id }) => latestResult(stores, id)));
  const lines = new Map(
    results
      .flatMap((result) => (result ? (JSON.parse(result.protocol) as Protocol).projects : []))
      .map((line) => [line.applicationId, line]),
  );
  return ids.map((id) => (lines.has(id) ? lineView(lines.get(id)!) : null));
}
