export const ROLES = [
  'citizen',
  'organiser',
  'expert',
  'commission',
  'operator',
  'finance',
  'municipality',
  'admin',
  'auditor',
  'importer',
] as const;

export type Role = (typeof ROLES)[number];

/** Who asks. `territories` limits what the roles are good for; empty means nowhere. */
export interface Caller {
  personId: string;
  roles: ReadonlySet<Role>;
  territories: readonly string[];
  /** A program with its own account, not a person. */
  service: boolean;
  assurance: 'none' | 'basic' | 'confirmed';
  /** ISO date; only in tokens that were asked for with the scope voter-key, like the two fields below. */
  birthdate?: string;
  /** ОКТМО of the registered address. */
  residence?: string;
  voterKey?: string;
  name?: { given?: string; family?: string; middle?: string };
  /** Whether the login was confirmed by more than a password. */
  secondFactor: boolean;
}

/** Claims of an access token of the realm; unknown roles (default-roles-..., offline_access) are left out. */
export interface Claims {
  sub?: string;
  typ?: unknown;
  realm_access?: { roles?: unknown };
  oktmo?: unknown;
  esia_trusted?: unknown;
  esia_lvl?: unknown;
  preferred_username?: unknown;
  snils_h?: unknown;
  birthdate?: unknown;
  addr_reg_oktmo?: unknown;
  given_name?: unknown;
  family_name?: unknown;
  middle_name?: unknown;
  acr?: unknown;
  amr?: unknown;
}

/** Throws TypeError when the token names nobody. */
export function callerOf(claims: Claims): Caller {
  if (!claims.sub) throw new TypeError('token without a subject');
  const roles = new Set(texts(claims.realm_access?.roles).filter(isRole));
  const caller: Caller = {
    personId: claims.sub,
    roles,
    territories: texts(claims.oktmo),
    service: text(claims.preferred_username)?.startsWith('service-account-') ?? false,
    assurance: assuranceOf(claims),
    secondFactor: hasSecondFactor(claims),
  };
  put(caller, 'birthdate', claims.birthdate);
  put(caller, 'residence', claims.addr_reg_oktmo);
  put(caller, 'voterKey', claims.snils_h);
  const name = nameOf(claims);
  if (name) caller.name = name;
  return caller;
}

function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}

function assuranceOf(claims: Claims): Caller['assurance'] {
  // Keycloak's attribute mappers give a boolean or its text, depending on the declared type.
  if (claims.esia_trusted === true || claims.esia_trusted === 'true') return 'confirmed';
  return claims.esia_lvl === undefined ? 'none' : 'basic';
}

/** Ways of RFC 8176 that are, or imply, a second factor; `DS`: ESIA's login by an electronic signature. */
const SECOND_FACTORS = ['mfa', 'otp', 'hwk', 'sc', 'DS'];

/** By the ways that the login names, or by a level of authentication above the first (Keycloak's step-up). */
const hasSecondFactor = ({ acr, amr }: Claims): boolean =>
  texts(amr).some((way) => SECOND_FACTORS.includes(way)) || (typeof acr === 'string' && /^[2-9]$/.test(acr));

function nameOf(claims: Claims): Caller['name'] | null {
  const name: NonNullable<Caller['name']> = {};
  put(name, 'given', claims.given_name);
  put(name, 'family', claims.family_name);
  put(name, 'middle', claims.middle_name);
  return Object.keys(name).length > 0 ? name : null;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

// A multivalued attribute with one value may arrive as a plain string.
function texts(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one): one is string => typeof one === 'string' && one !== '');
}

/** What is not told is left out. With each vote comes a new token: to spread an object for each field costs several times as much. */
function put<K extends string>(into: Partial<Record<K, string>>, key: K, value: unknown): void {
  const found = text(value);
  if (found !== undefined) into[key] = found;
}
