import type { StoredBallot, Stores } from '../store.ts';

type Audited = Pick<StoredBallot, '_id' | 'contest' | 'rev' | 'key' | 'record' | 'acceptedAt' | 'leaf'>;

/** All ballots of a contest by tag and revision, with what an audit asks. */
export const auditedBallots = ({ ballots }: Stores, contest: string) =>
  ballots
    .find(
      { _id: { $gte: `${contest}:`, $lt: `${contest};` } },
      { contest: 1, rev: 1, key: 1, record: 1, acceptedAt: 1, leaf: 1 },
    )
    .sort({ _id: 1 })
    .lean<Audited[]>()
    .cursor({ batchSize: 2000 });

/** When ballots were cast by people who signed in, by tag and revision. */
export const onlineBallots = ({ ballots }: Stores, contest: string) =>
  ballots
    .find({ _id: { $gte: `${contest}:`, $lt: `${contest};` }, channel: 'online' }, { acceptedAt: 1 })
    .sort({ _id: 1 })
    .lean<Pick<StoredBallot, '_id' | 'acceptedAt'>[]>()
    .cursor({ batchSize: 2000 });
