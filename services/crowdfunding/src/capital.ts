import { NORMAL_AGAIN_MS, type Audit, type Background, type Clock } from '@veche/kit';
import { bookkeeper, streamOf } from './bookkeeping.ts';
import { CapitalAudit, capitalPostingsOf, type CapitalPosting } from './domain/capital-ledger.ts';
import { countCapital, phaseOf, type CapitalCampaign } from './domain/capital-campaign.ts';
import { takeBack, type VirtualAccount } from './domain/virtual-account.ts';
import type { CapitalStores } from './store/capital.ts';
import { capitalToOutbox } from './events.ts';

const none = (): [] => [];
const CAMPAIGNS_MAX = 1_000;
const AT_ONCE = 500;

/** Keeps the books of virtual capital: what was given is booked, what applications that went hold comes back, and what is over is counted. */
export function capitalKeeping(stores: CapitalStores, clock: Clock): Background {
  const { accounts: store, capitals, capitalLedger: ledger } = stores;
  const book = bookkeeper({ store, ledger, postingsOf: capitalPostingsOf }, clock);
  return {
    name: 'virtual-capital',
    // A gift books itself; this is for what a crash left, and for what time brings.
    everyMs: 5_000,
    run: async ({ signal }) => {
      await book(signal);
      // Everything that is not counted has an instant at which it is due.
      const uncounted = await capitals.find(
        { dueAt: { $gt: new Date(0) } },
        { sort: { dueAt: 1 }, limit: CAMPAIGNS_MAX },
      );
      const waiting = uncounted.filter(({ state }) => phaseOf(state, clock.now()) !== 'BEFORE');
      let returned = 0;
      for (const { id } of waiting) returned += await takeBackIn(stores, clock, id, signal);
      if (returned > 0) await book(signal);
      for (const { id, state } of waiting) await countOne(stores, clock, id, state, signal);
    },
  };
}

/** Whatever is there: a gift that was decided while its application went is found by the next run. */
async function takeBackIn(
  { applications, accounts, capitalLedger }: CapitalStores,
  clock: Clock,
  contestId: string,
  signal: AbortSignal,
): Promise<number> {
  const gone = await applications.find({ contestId, admitted: false });
  const holding = (await capitalLedger.supportOf(gone.map(({ id }) => id))).filter(({ points }) => points !== 0);
  let returned = 0;
  for (const { applicationId } of holding)
    for (const id of await capitalLedger.givers(applicationId)) {
      signal.throwIfAborted();
      await accounts.change({ id, events: none, decide: (account) => takeBack(account, applicationId, clock.now()) });
      returned += 1;
    }
  return returned;
}

async function countOne(
  { applications, capitals, capitalLedger }: CapitalStores,
  clock: Clock,
  contestId: string,
  { dueAt, window }: CapitalCampaign,
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now();
  if (!dueAt || !window || now < dueAt) return;
  signal.throwIfAborted();
  const admitted = await applications.find({ contestId, admitted: true });
  const supports = await capitalLedger.supportOf(admitted.map(({ id }) => id));
  const lines = supports.filter(({ points }) => points !== 0);
  await capitals.change({
    id: contestId,
    events: capitalToOutbox,
    decide: (state) => countCapital(state, window.closesAt, lines, now),
  });
}

/** I7 for virtual capital: accounts, ledger and what was told as counted are one. */
export function capitalAudit(stores: CapitalStores): Audit {
  return {
    invariants: ['I7'],
    async *look({ now, contests, stopping }) {
      const filter = contests.length > 0 ? { _id: { $in: [...contests] } } : {};
      for await (const { id, state } of streamOf(stores.capitals, filter, { _id: 1 })) {
        if (!state.rule) continue;
        for (const violation of await auditContest(stores, id, state, { now, stopping }))
          yield { ...violation, contest: id };
      }
    },
  };
}

async function auditContest(
  stores: CapitalStores,
  contestId: string,
  campaign: CapitalCampaign,
  { now, stopping }: { now: Date; stopping: AbortSignal },
) {
  const { accounts, applications, capitalLedger } = stores;
  const audit = new CapitalAudit(contestId, campaign);
  const young = new Date(now.getTime() - NORMAL_AGAIN_MS);
  let batch: Batch = [];
  for await (const account of streamOf(accounts, { contestId }, { _id: 1 })) {
    stopping.throwIfAborted();
    batch.push({ id: account.id, state: account.state, fresh: account.updatedAt >= young });
    if (batch.length < AT_ONCE) continue;
    await auditBatch(stores, audit, batch);
    batch = [];
  }
  await auditBatch(stores, audit, batch);
  audit.whole(await capitalLedger.count(contestId));
  const { counted } = campaign;
  const settled = counted && counted.at < young ? new Date(counted.at.getTime() - NORMAL_AGAIN_MS) : young;
  const [admitted, gone] = await Promise.all([
    applications.find({ contestId, admitted: true }),
    applications.find({ contestId, admitted: false }),
  ]);
  const due = gone.filter(({ goneAt }) => goneAt !== null && goneAt < settled);
  audit.gone(await capitalLedger.supportOf(due.map(({ id }) => id)));
  // A stage that was extended after its count takes gifts again; they are told at its new end.
  if (counted && campaign.dueAt === null) {
    const told = [...counted.lines.map(({ applicationId }) => applicationId), ...admitted.map(({ id }) => id)];
    audit.counted(counted.lines, await capitalLedger.supportOf([...new Set(told)]));
  }
  return audit.violations;
}

type Batch = { id: string; state: VirtualAccount; fresh: boolean }[];

async function auditBatch({ capitalLedger }: CapitalStores, audit: CapitalAudit, batch: Batch): Promise<void> {
  const postings = await capitalLedger.ofAccounts(batch.map(({ id }) => id));
  const own: Map<string, CapitalPosting[]> = Map.groupBy(postings, ({ accountId }) => accountId);
  for (const { id, state, fresh } of batch) audit.add(id, state, own.get(id) ?? [], fresh);
}
