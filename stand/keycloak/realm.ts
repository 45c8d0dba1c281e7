/**
 * The realm `veche` as code.
 *
 *   node stand/keycloak/realm.ts                 rewrites stand/keycloak/veche-realm.json (development realm)
 *   node stand/keycloak/realm.ts --production    prints the realm without demonstration staff, wildcard redirects or default secrets
 *
 * Keycloak imports `<realm>-realm.json` once and skips an existing realm; `${NAME:default}` is resolved at that moment.
 */
import { writeFileSync } from "node:fs";
import {
  ACCESS_TOKEN_ONLY,
  EVERYWHERE,
  attributeClaim,
  audience,
  clientScope,
  importClaim,
  protocolMapper,
  providerMapper,
  userProfile,
} from "./mappers.ts";
import { EVERYWHERE_GROUP, MUNICIPALITIES, demoUsers } from "./demo-staff.ts";

export interface RealmOptions {
  /** Demonstration staff, any localhost redirect, secrets with defaults. Never outside a developer's machine. */
  development: boolean;
}

const ROLES: Readonly<Record<string, string>> = {
  citizen: "Житель, вошедший через ЕСИА",
  organiser: "Организатор конкурса на своей территории",
  expert: "Эксперт конкурсной комиссии",
  finance: "Финансовый орган",
  municipality: "Администрация: отчитывается о реализации",
  admin: "Администратор платформы",
  auditor: "Аудитор: читает всё, не меняет ничего",
  importer: "Загрузка исторических данных",
};

const BUILT_IN_SCOPES = ["basic", "acr", "web-origins"];

/** Naming `clientScopes` replaces Keycloak's own set, so the standard ones have to be spelled out too. */
function standardScopes(): object[] {
  const noted = (name: string, note: string, jsonType: string) =>
    protocolMapper(name, "oidc-usersessionmodel-note-mapper", {
      "user.session.note": note,
      "claim.name": name,
      "jsonType.label": jsonType,
      ...EVERYWHERE,
    });
  const named = (claim: string, attribute: string) =>
    attributeClaim(claim, { attribute, config: EVERYWHERE });
  return [
    clientScope("basic", [
      protocolMapper("sub", "oidc-sub-mapper", {
        "access.token.claim": "true",
        "introspection.token.claim": "true",
      }),
      noted("auth_time", "AUTH_TIME", "long"),
    ]),
    clientScope("acr", [
      protocolMapper("acr", "oidc-acr-mapper", {
        "access.token.claim": "true",
        "id.token.claim": "true",
        "introspection.token.claim": "true",
      }),
    ]),
    clientScope("web-origins", [
      protocolMapper("allowed web origins", "oidc-allowed-origins-mapper", {
        "access.token.claim": "true",
        "introspection.token.claim": "true",
      }),
    ]),
    clientScope(
      "profile",
      [
        named("family_name", "lastName"),
        named("given_name", "firstName"),
        named("middle_name", "middleName"),
      ],
      true,
    ),
    clientScope("email", [attributeClaim("email", { config: EVERYWHERE })], true),
    clientScope("service_account", [noted("client_id", "client_id", "String")]),
  ];
}

/** `platform` is in every token; `voter-key` only in one asked for when a ballot is opened. */
function ownScopes(): object[] {
  return [
    clientScope("platform", [
      audience("gateway"),
      protocolMapper("realm roles", "oidc-usermodel-realm-role-mapper", {
        "claim.name": "realm_access.roles",
        "jsonType.label": "String",
        multivalued: "true",
        ...ACCESS_TOKEN_ONLY,
      }),
      attributeClaim("preferred_username", { attribute: "username", config: EVERYWHERE }),
      attributeClaim("esia_trusted", { jsonType: "boolean" }),
      attributeClaim("esia_lvl"),
      attributeClaim("oktmo", { more: { "aggregate.attrs": "true", multivalued: "true" } }),
    ]),
    clientScope(
      "voter-key",
      [
        audience("voting"),
        attributeClaim("snils_h"),
        attributeClaim("birthdate"),
        attributeClaim("addr_reg_oktmo"),
      ],
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
    ? { redirectUris: ["http://localhost:*", "http://127.0.0.1/*"], webOrigins: ["*"] }
    : { redirectUris: ["${PORTAL_URL}/*"], webOrigins: ["${PORTAL_URL}"] };
  return [
    {
      ...NO_FLOWS,
      ...portalAddresses,
      clientId: "portal",
      name: "Portal",
      publicClient: true,
      standardFlowEnabled: true,
      fullScopeAllowed: true,
      frontchannelLogout: false,
      attributes: {
        "pkce.code.challenge.method": "S256",
        "post.logout.redirect.uris": "+",
        "backchannel.logout.session.required": "true",
      },
      defaultClientScopes: [...BUILT_IN_SCOPES, "platform"],
      optionalClientScopes: ["profile", "email", "voter-key"],
    },
    { ...NO_FLOWS, clientId: "gateway", name: "Gateway (audience only)" },
    { ...NO_FLOWS, clientId: "voting", name: "Voting service (audience only)" },
    {
      ...NO_FLOWS,
      clientId: "svc-importer",
      name: "Import of historical data",
      secret: development ? "${IMPORTER_SECRET:importer-dev-secret}" : "${IMPORTER_SECRET}",
      serviceAccountsEnabled: true,
      fullScopeAllowed: true,
      defaultClientScopes: ["basic", "service_account", "platform"],
    },
  ];
}

function identityProvider({ development }: RealmOptions): object {
  const bridge = development ? "${ESIA_BRIDGE_URL:http://127.0.0.1:4010}" : "${ESIA_BRIDGE_URL}";
  return {
    alias: "esia",
    displayName: "Госуслуги (ЕСИА)",
    providerId: "oidc",
    enabled: true,
    trustEmail: false,
    storeToken: false,
    addReadTokenRoleOnCreate: false,
    linkOnly: false,
    hideOnLogin: false,
    firstBrokerLoginFlowAlias: "esia first login",
    config: {
      issuer: bridge,
      authorizationUrl: `${bridge}/authorize`,
      tokenUrl: `${bridge}/token`,
      userInfoUrl: `${bridge}/userinfo`,
      jwksUrl: `${bridge}/jwks`,
      logoutUrl: `${bridge}/end-session`,
      useJwksUrl: "true",
      validateSignature: "true",
      clientId: "keycloak",
      clientSecret: development
        ? "${ESIA_BRIDGE_SECRET:esia-bridge-dev-secret}"
        : "${ESIA_BRIDGE_SECRET}",
      clientAuthMethod: "client_secret_basic",
      pkceEnabled: "true",
      pkceMethod: "S256",
      defaultScope: "openid profile",
      syncMode: "FORCE",
      // Every claim is in the id_token already.
      disableUserInfo: "true",
      loginHint: "true",
      backchannelSupported: "false",
    },
  };
}

function identityProviderMappers(): object[] {
  return [
    providerMapper("username", "oidc-username-idp-mapper", {
      template: "${ALIAS}.${CLAIM.sub}",
      target: "LOCAL",
      syncMode: "IMPORT",
    }),
    importClaim("given_name", "firstName"),
    importClaim("family_name", "lastName"),
    importClaim("middle_name", "middleName"),
    importClaim("birthdate"),
    importClaim("snils_h"),
    importClaim("esia_trusted"),
    importClaim("esia_lvl"),
    importClaim("addr_reg_oktmo"),
    providerMapper("citizen role", "oidc-hardcoded-role-idp-mapper", { role: "citizen" }),
  ];
}

/** Creates the account without a question and never links to an existing one: a name collision is refused. */
function firstLoginFlow(): object {
  return {
    authenticationFlows: [
      {
        alias: "esia first login",
        description: "Creates the account silently; never links to an existing one",
        providerId: "basic-flow",
        topLevel: true,
        builtIn: false,
        authenticationExecutions: [
          {
            authenticator: "idp-create-user-if-unique",
            authenticatorFlow: false,
            requirement: "REQUIRED",
            priority: 10,
            userSetupAllowed: false,
            authenticatorConfig: "esia create user",
          },
        ],
      },
    ],
    authenticatorConfig: [
      {
        alias: "esia create user",
        config: { "require.password.update.after.registration": "false" },
      },
    ],
  };
}

function groups(): object[] {
  return [
    {
      name: "municipalities",
      subGroups: Object.entries(MUNICIPALITIES).map(([name, oktmo]) => ({
        name,
        attributes: { oktmo: [oktmo] },
      })),
    },
    { name: "regions", subGroups: [{ name: "ugra", attributes: { oktmo: ["71000000"] } }] },
    { name: EVERYWHERE_GROUP.slice(1), attributes: { oktmo: ["71000000", "00000000"] } },
  ];
}

/** The whole realm representation, ready for `--import-realm`. */
export function realm(options: RealmOptions): Record<string, unknown> {
  return {
    realm: "veche",
    enabled: true,
    sslRequired: options.development ? "none" : "external",
    displayName: "Вече",
    internationalizationEnabled: true,
    supportedLocales: ["ru", "en"],
    defaultLocale: "ru",
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
    defaultSignatureAlgorithm: "RS256",
    eventsEnabled: true,
    eventsExpiration: 2_592_000,
    adminEventsEnabled: true,
    adminEventsDetailsEnabled: false,
    roles: { realm: Object.entries(ROLES).map(([name, description]) => ({ name, description })) },
    groups: groups(),
    clientScopes: [...standardScopes(), ...ownScopes()],
    defaultDefaultClientScopes: BUILT_IN_SCOPES,
    defaultOptionalClientScopes: ["profile", "email"],
    clients: clients(options),
    users: [
      {
        username: "service-account-svc-importer",
        enabled: true,
        serviceAccountClientId: "svc-importer",
        realmRoles: ["importer"],
        groups: [EVERYWHERE_GROUP],
      },
      ...(options.development ? demoUsers() : []),
    ],
    identityProviders: [identityProvider(options)],
    identityProviderMappers: identityProviderMappers(),
    ...firstLoginFlow(),
    components: {
      "org.keycloak.userprofile.UserProfileProvider": [
        {
          providerId: "declarative-user-profile",
          subComponents: {},
          config: { "kc.user.profile.config": [JSON.stringify(userProfile())] },
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
  if (process.argv.includes("--production"))
    process.stdout.write(realmText({ development: false }));
  else
    writeFileSync(new URL("veche-realm.json", import.meta.url), realmText({ development: true }));
}
