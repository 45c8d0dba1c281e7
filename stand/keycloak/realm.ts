/**
 * The realm `veche` as code.
 *
 *   node stand/keycloak/realm.ts                 rewrites stand/keycloak/veche-realm.json (development realm)
 *   node stand/keycloak/realm.ts --production    prints the realm without demonstration staff, wildcard redirects or default secrets
 *
 * Keycloak imports `<realm>-realm.json` once and skips an existing realm; `${NAME:default}` is resolved at that moment.
 */
import { writeFileSync } from 'node:fs';
import {
  ACCESS_TOKEN_ONLY,
  EVERYWHERE,
  attributeClaim,
  audience,
  clientScope,
  protocolMapper,
  userProfile,
} from './mappers.ts';
import { firstLoginFlow, identityProvider, identityProviderMappers } from './provider.ts';
import { EVERYWHERE_GROUP, MUNICIPALITIES, demoUsers } from './demo-staff.ts';

export interface RealmOptions {
  /** Demonstration staff, any localhost redirect, secrets with defaults. Never outside a developer's machine. */
  development: boolean;
}

const ROLES: Readonly<Record<string, string>> = {
  citizen: 'Житель, вошедший через ЕСИА',
  organiser: 'Организатор конкурса на своей территории',
  expert: 'Эксперт конкурсной комиссии',
  commission: 'Член или секретарь конкурсной комиссии',
  operator: 'Оператор пункта голосования',
  finance: 'Финансовый орган',
  municipality: 'Администрация: отчитывается о реализации',
  admin: 'Администратор платформы',
  auditor: 'Аудитор: читает всё, не меняет ничего',
  importer: 'Загрузка исторических данных',
};

const BUILT_IN_SCOPES = ['basic', 'acr', 'web-origins'];

/** Naming `clientScopes` replaces Keycloak's own set, so the standard ones have to be spelled out too. */
function standardScopes(): object[] {
  const noted = (name: string, note: string, jsonType: string) =>
    protocolMapper(name, 'oidc-usersessionmodel-note-mapper', {
      'user.session.note': note,
      'claim.name': name,
      'jsonType.label': jsonType,
      ...EVERYWHERE,
    });
  const named = (claim: string, attribute: string) => attributeClaim(claim, { attribute, config: EVERYWHERE });
  return [
    clientScope('basic', [
      protocolMapper('sub', 'oidc-sub-mapper', {
        'access.token.claim': 'true',
        'introspection.token.claim': 'true',
      }),
      noted('auth_time', 'AUTH_TIME', 'long'),
    ]),
    clientScope('acr', [
      protocolMapper('acr', 'oidc-acr-mapper', {
        'access.token.claim': 'true',
        'id.token.claim': 'true',
        'introspection.token.claim': 'true',
      }),
    ]),
    clientScope('web-origins', [
      protocolMapper('allowed web origins', 'oidc-allowed-origins-mapper', {
        'access.token.claim': 'true',
        'introspection.token.claim': 'true',
      }),
    ]),
    clientScope(
      'profile',
      [
        named('family_name', 'lastName'),
        named('given_name', 'firstName'),
        named('middle_name', 'middleName'),
        // A citizen's user name contains the oid of ESIA: frontends may show it, services never see it.
        attributeClaim('preferred_username', {
          attribute: 'username',
          config: { ...EVERYWHERE, 'access.token.claim': 'false' },
        }),
      ],
      true,
    ),
    clientScope('email', [attributeClaim('email', { config: EVERYWHERE })], true),
    clientScope('service_account', [
      noted('client_id', 'client_id', 'String'),
      attributeClaim('preferred_username', { attribute: 'username' }),
    ]),
  ];
}

/** `platform` is in every token; `voter-key` only in one asked for when a ballot is opened. */
function ownScopes(): object[] {
  return [
    clientScope('platform', [
      audience('gateway'),
      protocolMapper('realm roles', 'oidc-usermodel-realm-role-mapper', {
        'claim.name': 'realm_access.roles',
        'jsonType.label': 'String',
        multivalued: 'true',
        ...ACCESS_TOKEN_ONLY,
      }),
      attributeClaim('esia_trusted', { jsonType: 'boolean' }),
      attributeClaim('esia_lvl'),
      attributeClaim('oktmo', { more: { 'aggregate.attrs': 'true', multivalued: 'true' } }),
    ]),
    clientScope(
      'voter-key',
      [audience('voting'), attributeClaim('snils_h'), attributeClaim('birthdate'), attributeClaim('addr_reg_oktmo')],
      true,
    ),
  ];
}

const NO_FLOWS = {
  publicClient: false,
  standardFlowEnabled: false,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: false,
  serviceAccountsEnabled: false,
  fullScopeAllowed: false,
  redirectUris: [],
  defaultClientScopes: [],
  optionalClientScopes: [],
};

function clients({ development }: RealmOptions): object[] {
  const portalAddresses = development
    ? { redirectUris: ['http://localhost:*', 'http://127.0.0.1/*'], webOrigins: ['*'] }
    : { redirectUris: ['${PORTAL_URL}/*'], webOrigins: ['${PORTAL_URL}'] };
  return [
    {
      ...NO_FLOWS,
      ...portalAddresses,
      clientId: 'portal',
      name: 'Portal',
      publicClient: true,
      standardFlowEnabled: true,
      fullScopeAllowed: true,
      frontchannelLogout: false,
      attributes: {
        'pkce.code.challenge.method': 'S256',
        'post.logout.redirect.uris': '+',
        'backchannel.logout.session.required': 'true',
      },
      defaultClientScopes: [...BUILT_IN_SCOPES, 'platform'],
      optionalClientScopes: ['profile', 'email', 'voter-key'],
    },
    { ...NO_FLOWS, clientId: 'gateway', name: 'Gateway (audience only)' },
    { ...NO_FLOWS, clientId: 'voting', name: 'Voting service (audience only)' },
    {
      ...NO_FLOWS,
      clientId: 'svc-importer',
      name: 'Import of historical data',
      secret: development ? '${IMPORTER_SECRET:importer-dev-secret}' : '${IMPORTER_SECRET}',
      serviceAccountsEnabled: true,
      fullScopeAllowed: true,
      defaultClientScopes: ['basic', 'service_account', 'platform'],
    },
  ];
}

function groups(): object[] {
  return [
    {
      name: 'municipalities',
      subGroups: Object.entries(MUNICIPALITIES).map(([name, oktmo]) => ({
        name,
        attributes: { oktmo: [oktmo] },
      })),
    },
    { name: 'regions', subGroups: [{ name: 'ugra', attributes: { oktmo: ['71000000'] } }] },
    { name: EVERYWHERE_GROUP.slice(1), attributes: { oktmo: ['00000000'] } },
  ];
}

/** The whole realm representation, ready for `--import-realm`. */
export function realm(options: RealmOptions): Record<string, unknown> {
  return {
    realm: 'veche',
    enabled: true,
    sslRequired: options.development ? 'none' : 'external',
    displayName: 'Вече',
    internationalizationEnabled: true,
    supportedLocales: ['ru', 'en'],
    defaultLocale: 'ru',
    registrationAllowed: false,
    // ESIA's e-mail is not an identifier: it must neither collide with an account nor offer to link one.
    loginWithEmailAllowed: false,
    duplicateEmailsAllowed: true,
    resetPasswordAllowed: false,
    editUsernameAllowed: false,
    verifyEmail: false,
    rememberMe: false,
    bruteForceProtected: true,
    accessTokenLifespan: 300,
    ssoSessionIdleTimeout: 1800,
    ssoSessionMaxLifespan: 36_000,
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    defaultSignatureAlgorithm: 'RS256',
    eventsEnabled: true,
    eventsExpiration: 2_592_000,
    adminEventsEnabled: true,
    adminEventsDetailsEnabled: false,
    roles: { realm: Object.entries(ROLES).map(([name, description]) => ({ name, description })) },
    groups: groups(),
    clientScopes: [...standardScopes(), ...ownScopes()],
    defaultDefaultClientScopes: BUILT_IN_SCOPES,
    defaultOptionalClientScopes: ['profile', 'email'],
    clients: clients(options),
    users: [
      {
        username: 'service-account-svc-importer',
        enabled: true,
        serviceAccountClientId: 'svc-importer',
        realmRoles: ['importer'],
        groups: [EVERYWHERE_GROUP],
      },
      ...(options.development ? demoUsers() : []),
    ],
    identityProviders: [identityProvider(options)],
    identityProviderMappers: identityProviderMappers(),
    ...firstLoginFlow(),
    components: {
      'org.keycloak.userprofile.UserProfileProvider': [
        {
          providerId: 'declarative-user-profile',
          subComponents: {},
          config: { 'kc.user.profile.config': [JSON.stringify(userProfile())] },
        },
      ],
    },
  };
}

/** The realm as the committed file spells it. */
export function realmText(options: RealmOptions): string {
  return `${JSON.stringify(realm(options), null, 2)}\n`;
}

if (import.meta.main) {
  if (process.argv.includes('--production')) process.stdout.write(realmText({ development: false }));
  else writeFileSync(new URL('veche-realm.json', import.meta.url), realmText({ development: true }));
}
