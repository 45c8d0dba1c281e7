/** Builders for the repeated parts of a Keycloak realm representation (Keycloak 26.x admin JSON). */
export type Config = Readonly<Record<string, string>>;

/** The claim goes to every token: for what identifies the session (auth_time, client id). */
export const EVERYWHERE: Config = {
  'access.token.claim': 'true',
  'id.token.claim': 'true',
  'userinfo.token.claim': 'true',
  'introspection.token.claim': 'true',
};

/** The claim goes to the access token only: what services decide on, never read by a frontend. */
export const ACCESS_TOKEN_ONLY: Config = {
  'access.token.claim': 'true',
  'id.token.claim': 'false',
  'userinfo.token.claim': 'false',
  'introspection.token.claim': 'true',
};

export function protocolMapper(name: string, protocolMapper: string, config: Config) {
  return { name, protocol: 'openid-connect', protocolMapper, consentRequired: false, config };
}

/** Maps a declared user attribute to a claim; `jsonType` is Keycloak's `jsonType.label`. */
export function attributeClaim(
  claim: string,
  options: { attribute?: string; jsonType?: string; config?: Config; more?: Config } = {},
) {
  return protocolMapper(claim, 'oidc-usermodel-attribute-mapper', {
    'user.attribute': options.attribute ?? claim,
    'claim.name': claim,
    'jsonType.label': options.jsonType ?? 'String',
    ...(options.config ?? ACCESS_TOKEN_ONLY),
    ...options.more,
  });
}

/** Adds a client to `aud`. The client needs no flow of its own for that. */
export function audience(client: string) {
  return protocolMapper(`audience ${client}`, 'oidc-audience-mapper', {
    'included.client.audience': client,
    'access.token.claim': 'true',
    'id.token.claim': 'false',
    'introspection.token.claim': 'true',
  });
}

export function clientScope(name: string, protocolMappers: readonly object[], inTokenScope = false) {
  return {
    name,
    protocol: 'openid-connect',
    attributes: {
      'include.in.token.scope': String(inTokenScope),
      'display.on.consent.screen': 'false',
    },
    protocolMappers,
  };
}

/** syncMode FORCE: what changes upstream lands here at the next login. */
export function providerMapper(name: string, identityProviderMapper: string, config: Config) {
  return {
    name,
    identityProviderAlias: 'esia',
    identityProviderMapper,
    config: { syncMode: 'FORCE', ...config },
  };
}

export function importClaim(claim: string, attribute = claim) {
  return providerMapper(`import ${claim}`, 'oidc-user-attribute-idp-mapper', {
    claim,
    'user.attribute': attribute,
  });
}

const SEEN_BY_PERSON = { view: ['admin', 'user'], edit: ['admin'] };
const ADMIN_ONLY = { view: ['admin'], edit: ['admin'] };
const OWN = { view: ['admin', 'user'], edit: ['admin', 'user'] };

function profileAttribute(name: string, permissions: object, extra: object = {}) {
  return { name, displayName: name, permissions, multivalued: false, ...extra };
}

/**
 * The declarative user profile. Everything a provider mapper writes is declared, so unmanaged attributes stay
 * forbidden; nothing is required, so a person without e-mail never meets an "update profile" page; names come from
 * the state login and cannot be edited. There is no SNILS here, only its keyed hash, which the person does not see.
 */
export function userProfile(): object {
  return {
    attributes: [
      profileAttribute('username', OWN, {
        validations: { length: { min: 3, max: 255 }, 'up-username-not-idn-homograph': {} },
      }),
      profileAttribute('email', OWN, { validations: { email: {}, length: { max: 255 } } }),
      ...['firstName', 'lastName', 'middleName', 'birthdate', 'esia_trusted', 'esia_lvl'].map((name) =>
        profileAttribute(name, SEEN_BY_PERSON),
      ),
      ...['snils_h', 'addr_reg_oktmo'].map((name) => profileAttribute(name, ADMIN_ONLY)),
      profileAttribute('oktmo', SEEN_BY_PERSON, { multivalued: true }),
    ],
    groups: [],
  };
}
