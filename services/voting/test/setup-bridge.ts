import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the bridge gives for a SNILS. */
export const hashSnils = (snils: string): string =>
  createHmac('sha256', 'of-the-bridge').update(`snils:v1:${snils}`).digest('base64url');

/** SNILS with a right check number; the digits are invented. */
export function snilsOf(n: number): string {
  const digits = String(100_200_300 + n);
  const sum = Array.from(digits).reduce((total, digit, index) => total + Number(digit) * (9 - index), 0) % 101;
  return `${digits}${String(sum === 100 ? 0 : sum).padStart(2, '0')}`;
}

export interface Bridge {
  /** Settings that lead voting to it. */
  env: Record<string, string>;
  stop(): void;
}

/** The bridge as its tests describe it (services may not know each other): answers who shows its token and says why it asks. */
export async function startBridge(expected: string): Promise<Bridge> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { snils, purpose } = JSON.parse(body) as { snils: string; purpose: string };
      const asked = `${request.method} ${request.url} ${request.headers.authorization} ${purpose}`;
      const right = asked === `POST /internal/snils-hash Bearer token-of-the-bridge ${expected}`;
      response.writeHead(right ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(right ? { snils_h: hashSnils(snils) } : { error: 'invalid_token' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: { VOTING_VOTER_KEYS_URL: url, VOTING_VOTER_KEYS_TOKEN: 'token-of-the-bridge' },
    stop: () => void server.close(),
  };
}
