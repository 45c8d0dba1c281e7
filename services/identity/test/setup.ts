import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@veche/kit';
import { startForTest } from '@veche/kit/testing/harness';
import type { TestService } from '@veche/kit/testing/harness';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { definition } from '../src/definition.ts';
import type { IdentityConfig } from '../src/config.ts';

/** Answers as the login's userinfo endpoint would; null: an error of the given status. */
export interface Login {
  claimsOf: (token: string) => object | null;
  asked: number;
}

export interface Setup {
  service: TestService<IdentityConfig>;
  login: Login;
  /** The answer of a mutation that must not be a GraphQL error. */
  ask(query: string, input: object, as: TestCaller): Promise<any>;
  /** A registered person, named by the login. */
  registered(change?: Partial<TestCaller>): Promise<Person>;
  stop(): Promise<void>;
}

export type Person = TestCaller & { sub: string };
export const citizen = (): Person => ({ sub: newId(), roles: ['citizen'] });

/** Whom a token names. */
export function subjectOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).sub;
}

/** identity with a fresh key and a login next door that knows `login.claimsOf(token)`. */
export async function setUp(): Promise<Setup> {
  const folder = mkdtempSync(join(tmpdir(), 'veche-identity-'));
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, randomBytes(32));
  const login: Login = { claimsOf: () => null, asked: 0 };
  const server = createServer((request, response) => {
    login.asked += 1;
    const claims = login.claimsOf((request.headers.authorization ?? '').replace('Bearer ', ''));
    response.writeHead(claims ? 200 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify(claims ?? { error: 'insufficient_scope' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/userinfo`;
  const service = await startForTest(definition, {
    env: { IDENTITY_KEY_FILE: keyFile, TOKEN_USERINFO_URL: url },
  });
  const ask: Setup['ask'] = async (query, input, as) => {
    const variables = { input: { idempotencyKey: key(), ...input } };
    const { data, errors } = await service.gql(query, variables, as);
    if (errors) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0];
  };
  return {
    service,
    login,
    ask,
    async registered(change = {}) {
      const who = { ...citizen(), ...change };
      login.claimsOf = (token) => ({
        sub: subjectOf(token),
        family_name: 'Петрова',
        given_name: 'Мария',
        middle_name: 'Ивановна',
      });
      const { rejection } = await ask(REGISTER, {}, who);
      if (rejection) throw new Error(rejection.code);
      return who;
    },
    async stop() {
      await service.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

export const PERSON = `person { id displayName confirmed registeredAt
  contacts { email phone } consents { purpose textVersion givenAt } }
  rejection { code userMessage path }`;
export const REGISTER = `mutation ($input: RegisterMeInput!) { registerMe(input: $input) { ${PERSON} } }`;
export const CONTACTS = `mutation ($input: UpdateMyContactsInput!) { updateMyContacts(input: $input) { ${PERSON} } }`;
export const GIVE = `mutation ($input: ConsentInput!) { giveConsent(input: $input) { ${PERSON} } }`;
export const WITHDRAW = `mutation ($input: ConsentInput!) { withdrawConsent(input: $input) { ${PERSON} } }`;
export const ERASE = `mutation ($input: EraseMeInput!) { eraseMe(input: $input) { ${PERSON} } }`;
export const PERSONS = `query ($ids: [_Any!]!) { _entities(representations: $ids) {
  ... on Person { id displayName confirmed registeredAt contacts { email } consents { purpose } } } }`;

/** A new request key. */
export const key = (): string => randomBytes(8).toString('hex');
export const personRefs = (...ids: string[]) => ids.map((id) => ({ __typename: 'Person', id }));
