import { v7 } from 'uuid';

/** A new opaque id: UUIDv7 (RFC 9562), so ids made later sort later. */
export function newId(): string {
  return v7();
}
