import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { programs } from '../../../stand/src/parts/services.ts';
import { redis as redisPart } from '../../../stand/src/parts/redis.ts';
import { makeSecrets } from '../../../stand/src/secrets.ts';
import type { Case, Scene } from '../case.ts';
import { OwnPart } from '../own-part.ts';

const programOf = (name: string) => programs.find((program) => program.name === name)!;

/** What a browser is answered that wants to sign in: 302 where it is sent on to ESIA, 0 where nobody answered, else the status. */
const signIn = (place: Scene['place']): Promise<number> => {
  const query = new URLSearchParams({
    client_id: 'keycloak',
    response_type: 'code',
    scope: 'openid',
    state: 'fault',
    nonce: 'fault',
    code_challenge: 'f'.repeat(43),
    code_challenge_method: 'S256',
    redirect_uri: `http://127.0.0.1:${place.ports.keycloak}/realms/veche/broker/esia/endpoint`,
  });
  return fetch(`${place.urls['esiaBridge']}/authorize?${query}`, {
    redirect: 'manual',
    signal: AbortSignal.timeout(15_000),
  }).then(
    ({ status, headers }) =>
      status !== 302 || headers.get('location')!.startsWith(place.urls['esiaDouble']!) ? status : 400,
    () => 0,
  );
};

export const redis: Record<string, Case> = {
  F5: {
    title: 'Redis emptied (FLUSHALL), then killed: sign-in and its limits fail closed, votes do not need it',
    fault: async ({ place, load, seconds, defer, must }) => {
      makeSecrets(place.secrets);
      const store = await OwnPart.start(redisPart, place);
      defer(() => store.stop());
      for (const name of ['esia-double', 'esia-bridge']) {
        const part = await OwnPart.start(programOf(name), place);
        defer(() => part.stop());
      }
      must((await signIn(place)) === 302, `sign-in before the fault: ${await signIn(place)}`);
      const client = new Redis(place.urls['redis']!);
      client.on('error', () => {});
      defer(async () => client.disconnect());
      must((await client.dbsize()) > 0, 'nothing was in Redis, so nothing was tried');
      await client.flushall();
      must((await signIn(place)) === 302, 'a sign-in that begins after FLUSHALL does not work');
      await store.kill();
      const from = performance.now();
      await sleep((seconds * 1000) / 2);
      const status = await signIn(place);
      must(status >= 500, `sign-in without Redis must be refused by a 5xx, it is ${status}`);
      const ready = await fetch(`${place.urls['esiaBridge']}/readyz`).then((answer) => answer.status);
      must(ready === 503, `/readyz of the bridge without Redis is ${ready}`);
      await sleep((seconds * 1000) / 2);
      const votes = load.between(from, performance.now());
      must(
        votes.some(({ receipt }) => receipt !== null),
        'no vote was accepted while Redis was down',
      );
      must(
        votes.every(({ attempts }) => attempts === 1),
        'votes had to be repeated while Redis was down',
      );
      await store.start();
      for (let n = 0; n < 100 && (await signIn(place)) !== 302; n += 1) await sleep(200);
      must((await signIn(place)) === 302, 'sign-in does not come back by itself');
    },
  },
};
