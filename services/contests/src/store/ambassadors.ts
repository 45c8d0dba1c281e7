import { aggregateStore, type AggregateStore } from '@veche/kit';
import type mongoose from 'mongoose';
import type { Ambassador, LinkStep, LinkUse } from '../domain/ambassadors/ambassador.ts';

export interface AmbassadorStores {
  ambassadors: AggregateStore<Ambassador>;
  uses: AggregateStore<LinkUse>;
}

export const makeAmbassadorStores = (connection: mongoose.Connection): AmbassadorStores => ({
  ambassadors: aggregateStore<Ambassador>(connection, {
    collection: 'ambassadors',
    fields: { contestId: String, personId: String, code: String, appointedAt: Date, endedAt: Date },
    indexes: [[{ code: 1 }, { unique: true }], [{ contestId: 1, appointedAt: 1 }], [{ personId: 1, appointedAt: -1 }]],
  }),
  uses: aggregateStore<LinkUse>(connection, {
    collection: 'ambassador_link_uses',
    fields: { code: String, step: String, day: String },
    indexes: [[{ code: 1, step: 1 }]],
  }),
});

export const ambassadorId = (contestId: string, personId: string): string => `${contestId}:${personId}`;

const MOST = 1000;

export const ambassadorsOf = ({ ambassadors }: AmbassadorStores, contestId: string) =>
  ambassadors.find({ contestId }, { sort: { appointedAt: 1 }, limit: MOST });

export const ambassadorsWith = ({ ambassadors }: AmbassadorStores, codes: readonly string[]) =>
  ambassadors.find({ code: { $in: [...codes] } });

export const usesOf = async ({ uses }: AmbassadorStores, code: string, step: LinkStep): Promise<number> =>
  Number(await uses.count({ code, step }));
