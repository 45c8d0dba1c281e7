import type { Rejection } from '@veche/kit/domain/decision';

/** Where a person wants to be reached; an absent member means "nowhere". */
export interface Contacts {
  email?: string;
  /** E.164. */
  phone?: string;
}

const EMAIL_MAX = 254;
const EMAIL =
  /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;

/**
 * Trimmed, the domain in lower case; null when it cannot be an address. Cyrillic addresses (.рф) are taken, the part
 * before @ keeps its case (RFC 5321, 2.4). That the mailbox exists only a letter can prove.
 */
export function normaliseEmail(text: string): string | null {
  const email = text.trim();
  if (email.length > EMAIL_MAX || !EMAIL.test(email)) return null;
  const at = email.lastIndexOf('@');
  const local = email.slice(0, at);
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return null;
  return `${local}@${email.slice(at + 1).toLowerCase()}`;
}

/**
 * A Russian telephone in any usual spelling ("8 (912) 345-67-89", "+7912…", "912 345 67 89") as E.164; null when it
 * is none. Area codes of Russia begin with 3-9; 6 and 7 belong to Kazakhstan, which shares +7. Ten
 * digits that begin with 8 are refused: more likely a digit was forgotten than the prefix.
 */
export function normalisePhone(text: string): string | null {
  const bare = text.trim().replace(/[\s()\u2010-\u2015.-]/g, '');
  const national = /^(?:\+7|7|8)([34589]\d{9})$|^([3459]\d{9})$/.exec(bare);
  return national ? `+7${national[1] ?? national[2]}` : null;
}

/** Checks new contacts; null and empty text remove a contact. */
export function checkContacts(input: {
  email?: string | null;
  phone?: string | null;
}): { ok: true; contacts: Contacts } | { ok: false; rejection: Rejection<'EMAIL_INVALID' | 'PHONE_INVALID'> } {
  const email = input.email?.trim() ? normaliseEmail(input.email) : undefined;
  if (email === null) return { ok: false, rejection: { code: 'EMAIL_INVALID', path: ['email'] } };
  const phone = input.phone?.trim() ? normalisePhone(input.phone) : undefined;
  if (phone === null) return { ok: false, rejection: { code: 'PHONE_INVALID', path: ['phone'] } };
  return { ok: true, contacts: { ...(email ? { email } : {}), ...(phone ? { phone } : {}) } };
}
