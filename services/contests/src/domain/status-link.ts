import { accept, reject, type Decision } from '@veche/kit/domain/decision';
import type { Application, ApplicationCode, ApplicationEvent } from './application.ts';

/** Which of the links that an application has had is in force, if any. */
export interface StatusLink {
  /** 0 for the first. */
  edition: number;
  revoked: boolean;
}

const FIRST: StatusLink = { edition: 0, revoked: false };

export const linkOf = ({ statusLink }: Pick<Application, 'statusLink'>): StatusLink => statusLink ?? FIRST;

type Result = Decision<Application, ApplicationEvent, ApplicationCode>;

/** Whoever holds a link follows the application by it no more. */
export function revokeLink(application: Application): Result {
  if (application.number === null) return reject('WRONG_STATE');
  const link = linkOf(application);
  return accept(link.revoked ? application : { ...application, statusLink: { ...link, revoked: true } });
}

/** Another link; the one before is none any more. */
export function renewLink(application: Application): Result {
  if (application.number === null) return reject('WRONG_STATE');
  return accept({ ...application, statusLink: { edition: linkOf(application).edition + 1, revoked: false } });
}
