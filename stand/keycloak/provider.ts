import type { RealmOptions } from './realm.ts';
import { importClaim, providerMapper } from './mappers.ts';

/** ESIA as Keycloak sees it: the bridge, an ordinary OpenID provider. */
export function identityProvider({ development }: RealmOptions): object {
  const bridge = development ? '${ESIA_BRIDGE_URL:http://127.0.0.1:4010}' : '${ESIA_BRIDGE_URL}';
  return {
    alias: 'esia',
    displayName: 'Госуслуги (ЕСИА)',
    providerId: 'oidc',
    enabled: true,
    trustEmail: false,
    storeToken: false,
    addReadTokenRoleOnCreate: false,
    linkOnly: false,
    hideOnLogin: false,
    firstBrokerLoginFlowAlias: 'esia first login',
    config: {
      issuer: bridge,
      authorizationUrl: `${bridge}/authorize`,
      tokenUrl: `${bridge}/token`,
      userInfoUrl: `${bridge}/userinfo`,
      jwksUrl: `${bridge}/jwks`,
      logoutUrl: `${bridge}/end-session`,
      useJwksUrl: 'true',
      validateSignature: 'true',
      clientId: 'keycloak',
      clientSecret: development ? '${ESIA_BRIDGE_SECRET:esia-bridge-dev-secret}' : '${ESIA_BRIDGE_SECRET}',
      clientAuthMethod: 'client_secret_basic',
      pkceEnabled: 'true',
      pkceMethod: 'S256',
      defaultScope: 'openid profile',
      syncMode: 'FORCE',
      // Every claim is in the id_token already.
      disableUserInfo: 'true',
      loginHint: 'true',
      backchannelSupported: 'false',
    },
  };
}

/** What is taken over from the id_token; there is no e-mail, phone or SNILS among it. */
export function identityProviderMappers(): object[] {
  return [
    providerMapper('username', 'oidc-username-idp-mapper', {
      template: '${ALIAS}.${CLAIM.sub}',
      target: 'LOCAL',
      syncMode: 'IMPORT',
    }),
    importClaim('given_name', 'firstName'),
    importClaim('family_name', 'lastName'),
    importClaim('middle_name', 'middleName'),
    importClaim('birthdate'),
    importClaim('snils_h'),
    importClaim('esia_trusted'),
    importClaim('esia_lvl'),
    importClaim('addr_reg_oktmo'),
    providerMapper('citizen role', 'oidc-hardcoded-role-idp-mapper', { role: 'citizen' }),
  ];
}

/** Creates the account without a question and never links to an existing one: a name collision is refused. */
export function firstLoginFlow(): object {
  return {
    authenticationFlows: [
      {
        alias: 'esia first login',
        description: 'Creates the account silently; never links to an existing one',
        providerId: 'basic-flow',
        topLevel: true,
        builtIn: false,
        authenticationExecutions: [
          {
            authenticator: 'idp-create-user-if-unique',
            authenticatorFlow: false,
            requirement: 'REQUIRED',
            priority: 10,
            userSetupAllowed: false,
            authenticatorConfig: 'esia create user',
          },
        ],
      },
    ],
    authenticatorConfig: [
      {
        alias: 'esia create user',
        config: { 'require.password.update.after.registration': 'false' },
      },
    ],
  };
}
