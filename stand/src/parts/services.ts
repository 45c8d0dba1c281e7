import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Part, PartContext } from '../part.ts';
import type { PortName } from '../ports.ts';
import { answers } from '../probe.ts';
import { launch } from '../process.ts';
import { WITNESSES, witnessKeyFile, witnessPublicKey } from '../secrets.ts';
import { ROOT } from '../state.ts';

export const SUBGRAPHS = [
  'identity',
  'contests',
  'voting',
  'expertise',
  'registry',
  'analytics',
  'crowdfunding',
] as const;

/** One program of the platform as a process of its own. */
interface Program {
  name: PortName;
  /** Key of its address in the state. */
  address: string;
  main: string;
  needs: readonly string[];
  args?(context: PartContext): string[];
  environment(context: PartContext): NodeJS.ProcessEnv;
}

const REALM = '/realms/veche';

const common = ({ urls }: PartContext): NodeJS.ProcessEnv => ({
  MONGODB_URI: urls.mongodb,
  KAFKA_BROKERS: urls.kafka,
  REDIS_URL: urls.redis,
  TOKEN_ISSUER: `${urls.keycloak}${REALM}`,
  TOKEN_JWKS_URL: `${urls.keycloak}${REALM}/protocol/openid-connect/certs`,
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
});

/** Settings that only one service has. */
const own: Partial<Record<(typeof SUBGRAPHS)[number], (context: PartContext) => NodeJS.ProcessEnv>> = {
  identity: ({ secrets }) => ({ IDENTITY_KEY_FILE: join(secrets, 'identity.key') }),
  contests: ({ secrets, directory }) => ({
    CONTESTS_KEYS_DIR: join(secrets, 'contests'),
    FILES_DIR: join(directory, 'files'),
    SIGNATURE_TRUST_DIR: join(secrets, 'signature-trust'),
  }),
  expertise: ({ secrets, directory }) => ({
    FILES_DIR: join(directory, 'files'),
    SIGNATURE_TRUST_DIR: join(secrets, 'signature-trust'),
  }),
  voting: ({ secrets, ports }) => ({
    VOTING_KEYS_DIR: join(secrets, 'voting'),
    VOTING_VOTER_KEYS_URL: `http://127.0.0.1:${ports['esia-bridge']}`,
    VOTING_VOTER_KEYS_TOKEN_FILE: join(secrets, 'internal.token'),
    VOTING_WITNESSES: WITNESSES.map(
      (name) => `${name}=http://127.0.0.1:${ports[name]}=${witnessPublicKey(secrets, name)}`,
    ).join(','),
  }),
};

const subgraph = (name: (typeof SUBGRAPHS)[number]): Program => ({
  name,
  address: name,
  main: `services/${name}/src/main.ts`,
  needs: ['mongodb', 'kafka', 'redis', 'keycloak'],
  environment: (context) => ({ ...common(context), MONGODB_DATABASE: `veche_${name}`, ...own[name]?.(context) }),
});

const gateway: Program = {
  name: 'gateway',
  address: 'gateway',
  main: 'gateway/src/main.ts',
  needs: [...SUBGRAPHS, 'keycloak', 'redis'],
  environment: (context) => ({
    ...common(context),
    EXPLORER: 'on',
    GRAPHQL_INTROSPECTION: 'true',
    TRUSTED_DOCUMENTS_FILE: join(ROOT, 'client/gen/trusted-documents.json'),
    // Whoever works or tests here does so from one address and as a handful of people.
    RATE_LIMIT_ADDRESS_PER_MINUTE: '600000',
    RATE_LIMIT_PERSON_PER_MINUTE: '600000',
    RATE_LIMIT_VOTES_PER_MINUTE: '600000',
    ...Object.fromEntries(
      SUBGRAPHS.map((name) => [`SUBGRAPH_${name.toUpperCase()}_URL`, `${context.urls[name]}/graphql`]),
    ),
  }),
};

/** Outsiders: what they know of the platform is the address of the gateway. */
const witness = (name: (typeof WITNESSES)[number]): Program => ({
  name,
  address: name,
  main: 'services/voting/witness/witness.ts',
  needs: ['gateway'],
  args: ({ urls, ports, directory, secrets }) => [
    `--url=${urls.gateway}`,
    `--id=${name}`,
    `--port=${ports[name]}`,
    '--every=1',
    `--dir=${directory}`,
    `--key-file=${witnessKeyFile(secrets, name)}`,
  ],
  environment: () => ({}),
});

const CLIENT_ID = 'VECHE';

const esiaDouble: Program = {
  name: 'esia-double',
  address: 'esiaDouble',
  main: 'stand/esia-double/main.ts',
  needs: [],
  environment: ({ secrets }) => ({
    ESIA_DOUBLE_SECRETS_DIR: secrets,
    ESIA_CERT_FILE: join(secrets, 'esia-cert.pem'),
    ESIA_CLIENT_ID: CLIENT_ID,
  }),
};

const esiaBridge: Program = {
  name: 'esia-bridge',
  address: 'esiaBridge',
  main: 'services/esia-bridge/src/main.ts',
  needs: ['redis', 'esia-double'],
  environment: ({ urls, ports, secrets }) => {
    const hosts = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${ports.keycloak}`);
    const keycloaks = process.env.KEYCLOAK_URL ? [process.env.KEYCLOAK_URL] : hosts;
    return {
      PUBLIC_URL: `http://127.0.0.1:${ports['esia-bridge']}`,
      REDIS_URL: urls.redis,
      ESIA_FRONT_URL: urls.esiaDouble,
      ESIA_BACK_URL: urls.esiaDouble,
      ESIA_CLIENT_ID: CLIENT_ID,
      ESIA_KEY_FILE: join(secrets, 'esia-key.pem'),
      ESIA_CERT_FILE: join(secrets, 'esia-cert.pem'),
      ESIA_TRUST_DIR: join(secrets, 'esia-trust'),
      SNILS_KEY_FILE: join(secrets, 'snils.key'),
      INTERNAL_TOKEN_FILE: join(secrets, 'internal.token'),
      OP_CLIENT_ID: 'keycloak',
      OP_CLIENT_SECRET: process.env.ESIA_BRIDGE_SECRET ?? 'esia-bridge-dev-secret',
      OP_SIGNING_KEY_FILE: join(secrets, 'op-signing.pem'),
      OP_REDIRECT_URIS: keycloaks.map((url) => `${url}${REALM}/broker/esia/endpoint`).join(' '),
    };
  },
};

/** The programs of the platform in the order of their needs. */
export const programs: Part[] = [esiaDouble, esiaBridge, ...SUBGRAPHS.map(subgraph), gateway, ...WITNESSES.map(witness)]
  .filter((program) => existsSync(join(ROOT, program.main)))
  .map(asPart);

function asPart(program: Program): Part {
  return {
    name: program.name,
    needs: program.needs,
    start: async (context) => {
      const port = context.ports[program.name];
      const place = { HOST: '127.0.0.1', PORT: String(port) };
      const env = { ...process.env, ...program.environment(context), ...place };
      const child = launch(
        process.execPath,
        [join(ROOT, program.main), ...(program.args?.(context) ?? [])],
        env,
        context.logFile,
        ROOT,
      );
      const url = `http://127.0.0.1:${port}`;
      const health = program.name === 'esia-double' || program.args ? '/livez' : '/readyz';
      return { process: child, urls: { [program.address]: url }, ready: answers(`${url}${health}`) };
    },
  };
}
