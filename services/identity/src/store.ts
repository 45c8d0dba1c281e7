import { aggregateStore, newId, projectionStore } from '@veche/kit';
import type { AggregateStore, Clock } from '@veche/kit';
import type mongoose from 'mongoose';
import type { PersonState } from './domain/person.ts';

/** Persons by Keycloak subject; everything is read by id, so no further index is needed. */
export function personStore(connection: mongoose.Connection): AggregateStore<PersonState> {
  return aggregateStore<PersonState>(connection, {
    collection: 'people',
    fields: {
      registeredAt: Date,
      confirmed: Boolean,
      name: String,
      email: String,
      phone: String,
      consents: [{ purpose: String, textVersion: String, givenAt: Date, endedAt: Date }],
      erasedAt: Date,
    },
  });
}

/** Somebody read personal data of somebody else. */
export interface AccessRecord {
  at: Date;
  by: string;
  personId: string;
  field: string;
}

/** Append-only record of readings. */
export interface AccessAudit {
  record(by: string, personId: string, field: string): Promise<void>;
  /** The latest readings of a person's data, at most 1000. */
  of(personId: string): Promise<AccessRecord[]>;
}

export function accessAudit(connection: mongoose.Connection, clock: Clock): AccessAudit {
  const store = projectionStore<AccessRecord>(connection, {
    collection: 'access_audit',
    fields: { at: Date, by: String, personId: String, field: String },
    // For the person who asks, and for an auditor who looks into what an official read.
    indexes: [[{ personId: 1, at: -1 }], [{ by: 1, at: -1 }]],
  });
  return {
    async record(by, personId, field) {
      await store.upsertIfNewer(newId(), 1, { at: clock.now(), by, personId, field });
    },
    of: (personId) => store.find({ personId }, { sort: { at: -1 }, limit: 1_000 }),
  };
}
