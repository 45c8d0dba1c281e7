import type { OutboxEvent } from '@veche/kit';
import { event, topicsOf } from '@veche/proto';
import {
  ConsentGivenSchema,
  ConsentWithdrawnSchema,
  PersonErasedSchema,
  PersonRegisteredSchema,
  TerritoryNotedSchema,
} from '@veche/proto/identity/v1/identity';
import type { PersonEvent } from './domain/person.ts';
import type { Territory, TerritoryEvent } from './domain/territory.ts';

export const produces = topicsOf(
  PersonRegisteredSchema,
  ConsentGivenSchema,
  ConsentWithdrawnSchema,
  PersonErasedSchema,
  TerritoryNotedSchema,
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

export const territoryToOutbox = (_happened: TerritoryEvent, oktmo: string, { name, parent, level }: Territory) =>
  event(TerritoryNotedSchema, oktmo, { oktmo, name, level, parent: parent ?? '' });
