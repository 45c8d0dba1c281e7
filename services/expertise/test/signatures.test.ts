import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sha256Hex } from '@veche/kit';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import { Authority, hasGost, signedBy, trustOf, type SignerFiles } from '@veche/kit/testing/authority';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { organiser, scored, setUp, story, stranger, type Setup } from './setup.ts';

const NAME = { family: 'Соловьёва', given: 'Анна', middle: 'Петровна' };
const NAMES = { family: NAME.family, given: 'Анна Петровна' };
const VERDICT = 'verdict { at claimedAt tool certified algorithm passed certificateSha256 issuer notAfter }';
const SIGNATURE = `signature { kind signedAt sheetHash cms intact ${VERDICT} }`;
const answerOf = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { ${SIGNATURE} rejection { code userMessage path } } }`;
const SIGN = answerOf('signScoreSheet', 'SignScoreSheetInput');
const CONFIRM = answerOf('confirmScoreSheet', 'ConfirmScoreSheetInput');
const TO_SIGN = 'query ($id: ID!) { sheetToSign(sheetId: $id) { bytes text sha256 } }';
const SHEET = `query ($id: ID!) { scoreSheet(id: $id) { hash ${SIGNATURE} } }`;

let trust: string;
let authority: Authority;
let setup: Setup;
let signer: SignerFiles;

beforeAll(async () => {
  authority = new Authority(hasGost() ? 'GOST-256' : 'RSA');
  signer = authority.person(NAMES);
  trust = trustOf(authority);
  setup = await setUp({ env: { SIGNATURE_TRUST_DIR: trust } });
}, 60_000);
afterAll(() => setup.stop());

/** A final sheet of an expert with a name. */
async function finalSheet(scoring: object = {}, who: Partial<TestCaller> = {}) {
  const contest = { scoringJson: JSON.stringify({ ...PLAIN_SCORING, ...scoring }) };
  const { experts, sheets } = await story(setup, { contest });
  const expert = { ...experts[0]!, name: NAME, ...who };
  await scored(setup, sheets[0]![0], [8, 7, 6], expert);
  const id: string = sheets[0]![0].id;
  const { data } = await setup.gql(TO_SIGN, { id }, expert);
  return { id, expert, toSign: data.sheetToSign, bytes: Buffer.from(data.sheetToSign?.bytes ?? '', 'base64') };
}

const sign = (id: string, cms: Uint8Array, as: TestCaller) =>
  setup.ask(SIGN, { sheetId: id, signature: Buffer.from(cms).toString('base64') }, as);
const seen = async (id: string, as: TestCaller) => (await setup.gql(SHEET, { id }, as)).data.scoreSheet;

test('a final sheet is read, signed, checked, and shown with the verdict; the event names no certificate', async () => {
  const { id, expert, toSign, bytes } = await finalSheet();
  expect(toSign.text).toBe(bytes.toString());
  expect(JSON.parse(toSign.text).marks[0]).toEqual({ criterion: 'effect', points: 7, comment: null });
  expect(sha256Hex(bytes)).toBe(toSign.sha256);
  const cms = signedBy(signer, bytes);
  const { signature, rejection } = await sign(id, cms, expert);
  expect(rejection).toBeNull();
  expect(signature).toMatchObject({
    kind: 'ENHANCED',
    signedAt: setup.clock.now().toISOString(),
    sheetHash: toSign.sha256,
    intact: true,
    verdict: {
      at: setup.clock.now().toISOString(),
      algorithm: hasGost() ? 'ГОСТ Р 34.10-2012, 256 бит' : 'RSA',
      certified: false,
      passed: ['DOCUMENT', 'SIGNATURE', 'CHAIN', 'VALIDITY', 'REVOCATION', 'KEY_USAGE', 'PERSON'],
      issuer: 'Учебный удостоверяющий центр',
    },
  });
  const shown = await seen(id, organiser);
  expect(shown).toEqual({ hash: toSign.sha256, signature });
  expect(Buffer.from(shown.signature.cms, 'base64')).toEqual(cms);
  await setup.settle();
  const event = setup.bus.published('veche.expertise.SheetSigned').at(-1)!;
  const told = JSON.stringify(event);
  expect(event.data).toMatchObject({ sheetId: id, kind: 'ENHANCED', sheetHash: toSign.sha256 });
  expect(told).not.toMatch(/certificate|Соловь|Анна/i);
});

test('the same request again gives the same answer, another signature is refused', async () => {
  const { id, expert, bytes } = await finalSheet();
  const input = {
    idempotencyKey: 'again-and-again',
    sheetId: id,
    signature: signedBy(signer, bytes).toString('base64'),
  };
  const first = await setup.ask(SIGN, input, expert);
  expect(await setup.ask(SIGN, input, expert)).toEqual(first);
  expect((await sign(id, signedBy(signer, bytes), expert)).rejection.code).toBe('SHEET_SIGNED');
  const otherwise = { ...input, signature: signedBy(signer, bytes).toString('base64') };
  expect((await setup.ask(SIGN, otherwise, expert)).rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
  const { idempotencyKey } = input;
  expect((await setup.ask(CONFIRM, { idempotencyKey, sheetId: id }, expert)).rejection.code).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
  const { id: other, expert: owner, bytes: document } = await finalSheet();
  const answers = await Promise.all([1, 2].map(() => sign(other, signedBy(signer, document), owner)));
  expect(answers.map(({ rejection }) => rejection?.code ?? null).toSorted()).toEqual(['SHEET_SIGNED', null]);
});

describe('refused with code and reason', () => {
  test('a signature over other bytes, and one of another sheet', async () => {
    const one = await finalSheet();
    const other = await finalSheet();
    for (const document of [Buffer.from(`${one.bytes.toString()} `), other.bytes]) {
      const { signature, rejection } = await sign(one.id, signedBy(signer, document), one.expert);
      expect(signature).toBeNull();
      expect(rejection).toEqual({
        code: 'SIGNATURE_OTHER_DOCUMENT',
        userMessage: 'Подписан другой документ или документ изменён после подписания.',
        path: ['signature'],
      });
    }
    expect((await seen(one.id, organiser)).signature).toBeNull();
  });

  test('an expired certificate, a foreign one, another person, a revoked one', async () => {
    const { id, expert, bytes } = await finalSheet();
    const codeOf = async (who: SignerFiles, as = expert) => (await sign(id, signedBy(who, bytes), as)).rejection?.code;
    expect(await codeOf(authority.person(NAMES, { until: '20260101000000Z' }))).toBe('CERTIFICATE_NOT_IN_FORCE');
    expect(await codeOf(new Authority(hasGost() ? 'GOST-256' : 'RSA').person(NAMES))).toBe('CERTIFICATE_NOT_TRUSTED');
    expect(await codeOf(new Authority('RSA').person(NAMES))).toBe('CERTIFICATE_NOT_TRUSTED');
    expect(await codeOf(authority.person({ family: 'Иванов', given: 'Пётр' }))).toBe('CERTIFICATE_OTHER_PERSON');
    const { name: _nameless, ...nameless } = expert;
    expect(await codeOf(signer, nameless as typeof expert)).toBe('CERTIFICATE_OTHER_PERSON');
    expect(await codeOf(authority.person(NAMES, { usage: 'keyAgreement' }))).toBe('CERTIFICATE_USAGE');
    const revoked = authority.person(NAMES);
    authority.revoke(revoked);
    copyFileSync(authority.crl(), join(trust, 'revoked', 'root.crl'));
    expect(await codeOf(revoked)).toBe('CERTIFICATE_REVOKED');
    expect(await codeOf(signer)).toBeUndefined();
  });

  test('what is no signature', async () => {
    const { id, expert, bytes } = await finalSheet();
    expect((await sign(id, bytes, expert)).rejection.code).toBe('SIGNATURE_MALFORMED');
    expect((await sign(id, signedBy(signer, bytes, ['-nodetach']), expert)).rejection.code).toBe(
      'SIGNATURE_NOT_DETACHED',
    );
    for (const signature of ['', 'не base64', 'A'.repeat(65_537)]) {
      const { errors } = await setup.gql(SIGN, { input: { sheetId: id, signature } }, expert);
      expect(errors![0]!.extensions['code']).toBe('BAD_USER_INPUT');
    }
  });

  test('a sheet of another expert, an open one, one that a hand in the database changed', async () => {
    const { id, expert, bytes } = await finalSheet();
    const cms = signedBy(signer, bytes);
    const other = await finalSheet();
    expect((await sign(id, cms, other.expert)).rejection.code).toBe('NOT_FOUND');
    expect((await setup.gql(TO_SIGN, { id }, other.expert)).data.sheetToSign).toBeNull();
    const open = await story(setup);
    const [openSheet, owner] = [open.sheets[0]![0], open.experts[0]!];
    expect((await sign(openSheet.id, cms, owner)).rejection.code).toBe('SHEET_NOT_FINAL');
    expect((await setup.gql(TO_SIGN, { id: openSheet.id }, owner)).data.sheetToSign).toBeNull();
    await tamper(id);
    expect((await sign(id, cms, expert)).rejection.code).toBe('SHEET_ALTERED');
    expect((await setup.gql(TO_SIGN, { id }, expert)).data.sheetToSign).toBeNull();
  });

  test('everybody but an expert', async () => {
    const { id, bytes } = await finalSheet();
    const signature = signedBy(signer, bytes).toString('base64');
    const input = { idempotencyKey: 'everybody-else', sheetId: id, signature };
    for (const as of [organiser, stranger])
      expect((await setup.gql(SIGN, { input }, as)).errors![0]!.extensions['code']).toBe('FORBIDDEN');
    expect((await setup.gql(SIGN, { input })).errors![0]!.extensions['code']).toBe('UNAUTHENTICATED');
  });
});

test('a sheet that is changed after it was signed is shown as not intact', async () => {
  const { id, expert, bytes } = await finalSheet();
  await sign(id, signedBy(signer, bytes), expert);
  await tamper(id);
  expect((await seen(id, organiser)).signature.intact).toBe(false);
});

describe('a simple signature', () => {
  const confirm = (id: string, as: TestCaller) => setup.ask(CONFIRM, { sheetId: id }, as);

  test('passes where the rules allow it and a second factor confirmed the login', async () => {
    const { id, expert, toSign } = await finalSheet({ sheetSignature: 'SIMPLE' }, { amr: ['pwd', 'otp'] });
    const { signature, rejection } = await confirm(id, expert);
    expect(rejection).toBeNull();
    expect(signature).toMatchObject({
      kind: 'SIMPLE',
      sheetHash: toSign.sha256,
      cms: null,
      verdict: null,
      intact: true,
    });
  });

  test('is refused without the second factor, or where the rules want a certificate', async () => {
    const password = await finalSheet({ sheetSignature: 'SIMPLE' }, { amr: ['pwd'] });
    expect((await confirm(password.id, password.expert)).rejection.code).toBe('SECOND_FACTOR_REQUIRED');
    for (const scoring of [{}, { sheetSignature: 'ENHANCED' }]) {
      const strict = await finalSheet(scoring, { amr: ['otp'] });
      expect((await confirm(strict.id, strict.expert)).rejection.code).toBe('SIMPLE_SIGNATURE_NOT_ALLOWED');
    }
  });

  test('a certificate is enough there as well', async () => {
    const { id, expert, bytes } = await finalSheet({ sheetSignature: 'SIMPLE' });
    expect((await sign(id, signedBy(signer, bytes), expert)).rejection).toBeNull();
  });
});

/** A hand in the database that changes a mark. */
async function tamper(id: string): Promise<void> {
  const sheets = setup.deps.connection.db!.collection('sheets');
  const { modifiedCount } = await sheets.updateOne({ _id: id as never }, { $set: { 'marks.0.points': 10 } });
  expect(modifiedCount).toBe(1);
}
