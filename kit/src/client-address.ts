import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { Setting } from './config.ts';

/** Proxies whose X-Forwarded-For is believed. */
export interface TrustedProxies {
  trusts(address: string): boolean;
  /** The address that the request came from: the last one that no proxy of ours has. Never written anywhere as it is. */
  clientOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): string;
}

/** Addresses that cannot come from the internet (RFC 1122, 1918, 4193, 4291). */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
};

/** `loopback`, `private`, networks and addresses, comma-separated; `none` when nobody stands before the program. */
export const trustedProxies: Setting<TrustedProxies> = {
  name: 'TRUSTED_PROXIES',
  read: (env) => proxiesOf(env['TRUSTED_PROXIES'] || 'loopback,private'),
};

/** Throws with the part that is no network. */
export function proxiesOf(text: string): TrustedProxies {
  const networks = new BlockList();
  const parts = text.split(',').map((part) => part.trim());
  for (const part of parts.flatMap((name) => NAMED[name] ?? name)) if (part && part !== 'none') add(networks, part);
  const trusts = (address: string): boolean => {
    const plain = plainAddress(address);
    if (isIPv4(plain)) return networks.check(plain, 'ipv4');
    return isIPv6(plain) && networks.check(plain, 'ipv6');
  };
  return { trusts, clientOf: ({ headers, socket }) => clientOf(headers, socket.remoteAddress ?? '', trusts) };
}

function add(networks: BlockList, part: string): void {
  const [address = '', bits] = part.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  const prefix = bits === undefined ? most : Number(bits);
  const fits = Number.isInteger(prefix) && prefix >= 0 && prefix <= most;
  if (!fits || !(isIPv4(address) || isIPv6(address))) throw new Error(`${part} is neither an address nor a network`);
  networks.addSubnet(address, prefix, family);
}

function clientOf(headers: IncomingMessage['headers'], nearest: string, trusts: (address: string) => boolean): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const hops = forwarded.map((hop) => hop.trim()).filter(Boolean);
  let client = plainAddress(nearest);
  // What stands left of the first stranger anybody may have written.
  while (hops.length > 0 && trusts(client)) client = plainAddress(hops.pop()!);
  return client;
}

/** What subgraphs are told of where a request comes from: that address and nothing that a client wrote; nothing where it is a proxy's own. */
export function noteClient(request: IncomingMessage, proxies: TrustedProxies): void {
  const { headers } = request;
  const client = proxies.clientOf(request);
  if (headers['x-forwarded-for'] !== undefined || !proxies.trusts(client)) headers['x-forwarded-for'] = client;
}

/** An IPv4 address as such, also where a socket shows it as an IPv6 one. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Who is counted together: an IPv4 address, or the /64 of an IPv6 one, which one subscriber has as a whole. */
export function subscriberOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const middle = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...middle, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
