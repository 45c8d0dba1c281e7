/** What every route of the bridge works with. */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { certificateHash, validityOf } from './gost/certificate.ts';
import { providerKeys } from './provider-keys.ts';
import type { ProviderKeys } from './provider-keys.ts';
import { chooseSigner } from './signer/choose.ts';
import { redisStore } from './state-store.ts';
import type { StateStore } from './state-store.ts';
import { esia } from './upstream/esia.ts';
import type { Esia } from './upstream/esia.ts';
import { folderTrust } from './upstream/trust.ts';
import { addressBlinder, readSnilsKey, signInBlinder, snilsHasher } from './voter-hash.ts';

const EXPIRY_ALARM_MS = 30 * 24 * 3600 * 1000;
const EXPIRED = {
  own: 'the certificate of this system (ESIA_CERT_FILE) has ended: ESIA refuses whoever signs in',
  trusted: 'no certificate of ESIA (ESIA_TRUST_DIR) is valid: nobody can sign in',
};
type Kind = keyof typeof EXPIRED;

export interface Bridge {
  config: Config;
  store: StateStore;
  keys: ProviderKeys;
  esia: Esia;
  hashSnils(digits: string): string;
  blindSignIn(snilsHash: string): string;
  blindAddress(address: string): string;
  fiasOktmo: Readonly<Record<string, string>>;
  log: Logger;
  metrics: Registry;
  logins: Counter<'result'>;
  now(): Date;
}

export interface BridgeOverrides {
  store?: StateStore;
  now?: () => Date;
  log?: Logger;
}

/** Keys and certificates end; whoever runs the bridge must hear of it a month before. */
function watchExpiry(metrics: Registry, log: Logger, ends: Record<Kind, () => Date | null>, now: () => Date): void {
  new Gauge({
    name: 'esia_certificate_expiry_seconds',
    help: 'Seconds until the last usable certificate of this kind ends',
    labelNames: ['kind'],
    registers: [metrics],
    collect() {
      for (const [kind, end] of Object.entries(ends))
        this.set({ kind }, ((end()?.getTime() ?? 0) - now().getTime()) / 1000);
    },
  });
  for (const [kind, end] of Object.entries(ends) as [Kind, () => Date | null][]) {
    const left = (end()?.getTime() ?? 0) - now().getTime();
    if (left >= EXPIRY_ALARM_MS) continue;
    const said = left < 0 ? EXPIRED[kind] : 'certificate ends within 30 days';
    log.error({ kind, end: end(), alert: true }, said);
  }
}

/** Puts the bridge together from its settings and key files. Throws before anything listens when one of them is wrong. */
export async function createBridge(
  env: Readonly<Record<string, string | undefined>>,
  overrides: BridgeOverrides = {},
): Promise<Bridge> {
  const config = readConfig(env);
  const log = overrides.log ?? pino({ level: config.logLevel, base: { service: 'esia-bridge' } });
  const now = overrides.now ?? (() => new Date());
  const certificate = readFileSync(config.esia.certFile);
  const signer = await chooseSigner(config, certificate);
  const trust = folderTrust(config.esia.trustDir, now);
  const metrics = new Registry();
  metrics.setDefaultLabels({ service: 'esia-bridge' });
  collectDefaultMetrics({ register: metrics });
  watchExpiry(metrics, log, { own: () => validityOf(certificate).notAfter, trusted: trust.expiresAt }, now);
  const snilsKey = readSnilsKey(config.snilsKeyFile);
  log.info({ signer: signer.adapter, certified: false }, 'signing requests');
  return {
    config,
    log,
    now,
    metrics,
    store: overrides.store ?? redisStore(config.redisUrl),
    keys: await providerKeys(readFileSync(config.provider.signingKeyFile, 'utf8'), config.provider.clientSecret),
    esia: esia({
      settings: config.esia,
      redirectUri: `${config.publicUrl}/callback`,
      certificateHash: certificateHash(certificate),
      signer,
      trust,
      now,
    }),
    hashSnils: snilsHasher(snilsKey),
    blindSignIn: signInBlinder(snilsKey),
    blindAddress: addressBlinder(snilsKey),
    fiasOktmo: JSON.parse(readFileSync(config.fiasOktmoFile, 'utf8')) as Record<string, string>,
    logins: new Counter({
      name: 'esia_logins_total',
      help: 'Logins by result: ok or the ESIA code',
      labelNames: ['result'],
      registers: [metrics],
    }),
  };
}
