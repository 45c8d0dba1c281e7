import type { OutboxEvent } from '@veche/kit';
import { event, topicsOf } from '@veche/proto';
import {
  ConsentGivenSchema,
  ConsentWithdrawnSchema,
  PersonErasedSchema,
  PersonRegisteredSchema,
} from '@veche/proto/identity/v1/identity';
import type { PersonEvent } from './domain/person.ts';

export const produces = topicsOf(
  PersonRegisteredSchema,
  ConsentGivenSchema,
  ConsentWithdrawnSchema,
  PersonErasedSchema,
);

/** Only the pseudonymous id leaves; the purpose of a consent says nothing about who the person is. */
export function toOutbox(happened: PersonEvent, personId: string): OutboxEvent {
  switch (happened.kind) {
    case 'PersonRegistered':
      return event(PersonRegisteredSchema, personId, { personId, confirmed: happened.confirmed });
    case 'ConsentGiven': {
      const { purpose, textVersion } = happened;
      return event(ConsentGivenSchema, personId, { personId, purpose, textVersion });
    }
    case 'ConsentWithdrawn':
      return event(ConsentWithdrawnSchema, personId, { personId, purpose: happened.purpose });
    case 'PersonErased':
      return event(PersonErasedSchema, personId, { personId });
  }
}
