import { freePort, isFree } from '@veche/kit/testing/free-port';
import { Problem } from './problem.ts';

/** Default ports; each may be set by an environment variable, for example GATEWAY_PORT. */
export const DEFAULT_PORTS = {
  gateway: 4000,
  identity: 4001,
  contests: 4002,
  voting: 4003,
  expertise: 4004,
  registry: 4005,
  analytics: 4006,
  crowdfunding: 4007,
  'witness-1': 4008,
  'witness-2': 4009,
  'esia-bridge': 4010,
  'esia-double': 4011,
  kafka: 19092,
  'kafka-controller': 19093,
  mongodb: 27117,
  redis: 16379,
  keycloak: 18080,
  'keycloak-management': 18081,
} as const;

export type PortName = keyof typeof DEFAULT_PORTS;
export type Ports = Record<PortName, number>;

const variable = (name: string): string => `${name.toUpperCase().replaceAll('-', '_')}_PORT`;

/** Ports that stay unused when the user gives the part by an address. */
const REPLACED_BY: Partial<Record<PortName, string>> = {
  kafka: 'KAFKA_BROKERS',
  'kafka-controller': 'KAFKA_BROKERS',
  mongodb: 'MONGODB_URI',
  redis: 'REDIS_URL',
  keycloak: 'KEYCLOAK_URL',
  'keycloak-management': 'KEYCLOAK_URL',
};

/** The fixed ports of an ordinary start; one that is in use is a problem that names its variable. */
export async function fixedPorts(): Promise<Ports> {
  const names = Object.keys(DEFAULT_PORTS) as PortName[];
  const ports = Object.fromEntries(names.map((name) => [name, portOf(name)])) as Ports;
  for (const name of names.filter((name) => !process.env[REPLACED_BY[name] ?? ''])) {
    const port = ports[name];
    if (!(await isFree(port)))
      throw new Problem(`Port ${port} (${name}) is in use; end what uses it or set ${variable(name)} to another port.`);
  }
  return ports;
}

function portOf(name: PortName): number {
  const set = process.env[variable(name)];
  const port = Number(set ?? DEFAULT_PORTS[name]);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Problem(`${variable(name)} must be a number from 1 to 65535, it is "${set}".`);
}

/** Ports that nobody uses now, for a stand beside others. */
export async function freePorts(): Promise<Ports> {
  const names = Object.keys(DEFAULT_PORTS);
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()]))) as Ports;
}
