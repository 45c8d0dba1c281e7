import type { Clock } from '@veche/kit';
import { reject } from '@veche/kit/domain/decision';
import type { Application } from '../domain/application.ts';
import { admitApplication } from '../domain/application-steps.ts';
import { firstTierLost } from '../domain/tier/entry.ts';
import { hashToSign } from '../head-signatures.ts';
import type { Surroundings } from '../loaders.ts';
import type { Decide } from './application-change.ts';

/** An admission, which a project of a second tier passes only as long as it passes the first one. */
export const admission =
  (clock: Clock): Decide =>
  (state, { contest, group, source }) => {
    const lost = firstTierLost(state, contest, source);
    return lost
      ? { ok: false, rejection: lost }
      : admitApplication(state, contest, group?.memberIds ?? [], clock.now());
  };

/** A filing, under the same condition; what a municipality files is signed by its head as it stands. */
export function filing(
  application: Application,
  { contest, source, signedHash, application: { id } }: Surroundings,
  decide: () => ReturnType<Decide>,
): ReturnType<Decide> {
  const lost = firstTierLost(application, contest, source);
  if (lost) return { ok: false, rejection: lost };
  const decision = decide();
  const unsigned = application.municipality && hashToSign(id, application) !== signedHash;
  return decision.ok && unsigned ? reject('HEAD_SIGNATURE_MISSING', ['applicationId']) : decision;
}
