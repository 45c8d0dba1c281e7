import type { ServiceDefinition } from '@veche/kit';
import { cipherOf } from './cipher.ts';
import { config } from './config.ts';
import type { IdentityConfig } from './config.ts';
import { produces } from './events.ts';
import { consumers } from './consumers.ts';
import { makeNoticeStores } from './notice-store.ts';
import { policy } from './policy.ts';
import { resolvers } from './resolvers.ts';
import { accessAudit, personStore } from './store.ts';
import { makeTerritories } from './territory-store.ts';
import { openIdUserInfo } from './user-info.ts';

export const definition: ServiceDefinition<IdentityConfig> = {
  name: 'identity',
  schema: new URL('../schema/', import.meta.url),
  config,
  policy,
  compose({ config: settings, connection, clock, log }) {
    const people = personStore(connection);
    const audit = accessAudit(connection, clock);
    const notices = makeNoticeStores(connection);
    const territories = makeTerritories(connection);
    const cipher = cipherOf(settings.dataKeys);
    const userInfoUrl = settings.userInfoUrl ?? `${settings.tokenIssuer}/protocol/openid-connect/userinfo`;
    const userInfo = openIdUserInfo(userInfoUrl, log);
    return {
      resolvers: resolvers({ people, audit, cipher, userInfo, clock, notices, territories }),
      stores: [people, notices.inboxes, territories.territories, territories.imports],
      consumers: consumers({ people, notices, clock }),
      produces,
    };
  },
};
