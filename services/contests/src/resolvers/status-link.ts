import { timingSafeEqual } from 'node:crypto';
import type { Context, SigningKey } from '@veche/kit';
import { statusOf } from '../domain/status.ts';
import type { QueryResolvers } from '../gen/graphql.ts';
import { aroundOf, loadApplication } from '../loaders.ts';
import { isInsider } from '../policy.ts';
import { stepsOf } from '../store/works.ts';
import { visibleContest, type ViewParts } from '../views.ts';

const ID = /^[0-9a-f-]{36}$/;

/**
 * The link holds the id under the service's Ed25519 signature: nobody can guess one, nothing is kept for it, and a signature of something
 * else is none of a link.
 */
const linkOf = (signer: SigningKey, id: string): string =>
  `${id}.${Buffer.from(signer.sign(`status-link:${id}`), 'base64').toString('base64url')}`;

function idOf(signer: SigningKey, link: string): string | null {
  const id = link.slice(0, link.indexOf('.'));
  if (!ID.test(id)) return null;
  const [given, right] = [Buffer.from(link), Buffer.from(linkOf(signer, id))];
  return given.length === right.length && timingSafeEqual(given, right) ? id : null;
}

export const statusQueries = (parts: ViewParts): Pick<QueryResolvers, 'applicationStatus'> => ({
  applicationStatus: async (_source, { link }, context) => {
    const id = idOf(parts.signer, link);
    const application = id === null ? null : await loadApplication(parts.stores, context, id);
    if (!application) return null;
    const { state } = application;
    const status = statusOf(application.id, state, await stepsOf(parts.works, [application.id]));
    return status && ({ ...status, contest: () => visibleContest(parts, context, state.contestId) } as never);
  },
});

export const statusLink = (parts: ViewParts) => ({
  statusLink: async ({ id, number }: { id: string; number: string | null }, _args: object, context: Context) => {
    const around = number === null ? null : await aroundOf(parts.stores, context, id);
    return around && isInsider(context.caller, around.application.state, around.contest, around.group)
      ? linkOf(parts.signer, id)
      : null;
  },
});
