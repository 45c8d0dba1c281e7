import { timingSafeEqual } from 'node:crypto';
import type { Context, SigningKey } from '@veche/kit';
import { statusOf } from '../domain/status.ts';
import { linkOf, renewLink, revokeLink } from '../domain/status-link.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { aroundOf, loadApplication } from '../loaders.ts';
import { isInsider } from '../policy.ts';
import { stepsOf } from '../store/works.ts';
import { visibleContest, type ViewParts } from '../views.ts';
import { byLead, changeApplication } from './application-change.ts';

const NAMED = /^([0-9a-f-]{36})(?:\.(\d{1,9}))?\./;

/**
 * The link holds the id, and from the second on which link of the application it is, under the service's Ed25519 signature: nobody can guess
 * one, and a signature of something else is none of a link.
 */
function textOf(signer: SigningKey, id: string, edition: number): string {
  const [named, signed] = edition === 0 ? [id, id] : [`${id}.${edition}`, `${id}:${edition}`];
  return `${named}.${Buffer.from(signer.sign(`status-link:${signed}`), 'base64').toString('base64url')}`;
}

function readLink(signer: SigningKey, link: string): { id: string; edition: number } | null {
  const [, id, edition = '0'] = NAMED.exec(link) ?? [];
  if (!id) return null;
  const [given, right] = [Buffer.from(link), Buffer.from(textOf(signer, id, Number(edition)))];
  return given.length === right.length && timingSafeEqual(given, right) ? { id, edition: Number(edition) } : null;
}

/** The application that a link shows; null for one that was revoked or replaced as for one that never was. */
async function shownBy({ stores, signer }: ViewParts, context: Context, link: string) {
  const read = readLink(signer, link);
  const application = read && (await loadApplication(stores, context, read.id));
  if (!application) return null;
  const { edition, revoked } = linkOf(application.state);
  return edition === read.edition && !revoked ? application : null;
}

export const statusQueries = (parts: ViewParts): Pick<QueryResolvers, 'applicationStatus'> => ({
  applicationStatus: async (_source, { link }, context) => {
    const application = await shownBy(parts, context, link);
    if (!application) return null;
    const { state } = application;
    const status = statusOf(application.id, state, await stepsOf(parts.works, [application.id]));
    return status && ({ ...status, contest: () => visibleContest(parts, context, state.contestId) } as never);
  },
});

export const statusMutations = (parts: ViewParts): Pick<MutationResolvers, 'revokeStatusLink' | 'renewStatusLink'> => ({
  revokeStatusLink: (_source, { input }, context) =>
    changeApplication(parts, { context, name: 'revokeStatusLink', input, right: byLead }, revokeLink),
  renewStatusLink: (_source, { input }, context) =>
    changeApplication(parts, { context, name: 'renewStatusLink', input, right: byLead }, renewLink),
});

export const statusLink = (parts: ViewParts) => ({
  statusLink: async ({ id, number }: { id: string; number: string | null }, _args: object, context: Context) => {
    const around = number === null ? null : await aroundOf(parts.stores, context, id);
    if (!around) return null;
    const { application, contest, group } = around;
    const { edition, revoked } = linkOf(application.state);
    return !revoked && isInsider(context.caller, application.state, contest, group)
      ? textOf(parts.signer, id, edition)
      : null;
  },
});
