import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { exportShares, keyOf, openShare, type Share } from '../src/keys/ceremony.ts';
import { rsaMember, x25519Member, type Member } from './setup-keys.ts';

const contest = newId();
const key = randomBytes(32);
let members: Member[];
let encrypted: string[];
let shares: Share[];
const publicKeys = () => members.map(({ publicPem }) => publicPem);

beforeAll(async () => {
  members = [x25519Member(), rsaMember(), x25519Member()];
  encrypted = await exportShares(contest, key, { members: publicKeys(), threshold: 2 });
  shares = await Promise.all(encrypted.map((one, index) => openShare(one, members[index]!.privatePem)));
});

test('any two of three members give the key, in any order; one does not', async () => {
  for (const [a, b] of [
    [0, 1],
    [2, 0],
    [1, 2],
  ] as const)
    expect(await keyOf(contest, [shares[a]!, shares[b]!])).toEqual(key);
  expect(await keyOf(contest, shares)).toEqual(key);
  await expect(keyOf(contest, [shares[0]!])).rejects.toThrow('2 parts are needed, 1 were given');
  await expect(keyOf(contest, [shares[0]!, shares[0]!])).rejects.toThrow('2 parts are needed, 1 were given');
  await expect(keyOf(contest, [])).rejects.toThrow('no parts');
});

test('a part opens with the key of its member alone, and as it was made', async () => {
  await expect(openShare(encrypted[0]!, members[2]!.privatePem)).rejects.toThrow('not for this key');
  await expect(openShare(encrypted[0]!, members[1]!.privatePem)).rejects.toThrow('not for this key');
  const [header, ...rest] = encrypted[1]!.split('.');
  const cut = [header, ...rest.slice(0, -1), rest.at(-1)!.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))].join('.');
  await expect(openShare(cut, members[1]!.privatePem)).rejects.toThrow('damaged');
  expect(encrypted.join()).not.toContain(key.toString('base64'));
});

test('parts of another contest, of another key, or changed ones are told apart', async () => {
  await expect(keyOf(newId(), shares)).rejects.toThrow(`a part is of contest ${contest}`);
  const other = await exportShares(contest, randomBytes(32), { members: publicKeys(), threshold: 2 });
  const foreign = await openShare(other[2]!, members[2]!.privatePem);
  await expect(keyOf(contest, [shares[0]!, foreign])).rejects.toThrow('of different keys');
  const swapped = { ...shares[1]!, share: foreign.share };
  await expect(keyOf(contest, [shares[0]!, swapped])).rejects.toThrow('a part is damaged');
  // The place of a part in the split is its last byte.
  const [own, at] = [shares[0]!, Buffer.from(shares[1]!.share, 'base64')];
  at[at.length - 1] = Buffer.from(own.share, 'base64').at(-1)!;
  const samePlace = { ...shares[1]!, share: at.toString('base64') };
  await expect(keyOf(contest, [own, samePlace])).rejects.toThrow('a part is damaged');
});

test('members, their keys and the threshold are checked before anything is split', async () => {
  const attempt = (pems: string[], threshold = 2) => exportShares(contest, key, { members: pems, threshold });
  const [a, b] = publicKeys() as [string, string];
  await expect(attempt([a])).rejects.toThrow('two members at least');
  await expect(attempt([a, b], 1)).rejects.toThrow('threshold');
  await expect(attempt([a, b], 3)).rejects.toThrow('threshold');
  await expect(attempt([a, b], Number.NaN)).rejects.toThrow('threshold');
  await expect(attempt([a, a])).rejects.toThrow('the same key');
  await expect(attempt([a, members[1]!.privatePem])).rejects.toThrow('a private key was given');
  await expect(attempt([a, rsaMember(2048).publicPem])).rejects.toThrow('3072');
  const signing = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await expect(attempt([a, signing])).rejects.toThrow('X25519');
});
