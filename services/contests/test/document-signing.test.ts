import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId, sha256Hex } from '@veche/kit';
import { keyOf } from '@veche/kit/files/storage';
import { Authority, hasGost, signedBy, trustOf, type SignerFiles } from '@veche/kit/testing/authority';
import { citizen, key, openContest, organiser, startContests, stranger, type Contests } from './setup.ts';
import { DOCUMENT, NAME, NAMES, papersOf } from './setup-papers.ts';

let service: Contests;
let authority: Authority;
let signer: SignerFiles;
let contestId: string;
let papers: ReturnType<typeof papersOf>;
const files = mkdtempSync(join(tmpdir(), 'veche-papers-'));
beforeAll(async () => {
  authority = new Authority(hasGost() ? 'GOST-256' : 'RSA');
  signer = authority.person(NAMES);
  service = await startContests({ env: { SIGNATURE_TRUST_DIR: trustOf(authority), FILES_DIR: files } });
  papers = papersOf(service);
  contestId = await openContest(service);
}, 60_000);
afterAll(() => service.stop());

test('the lead signs the document of the application; the signature is listed, downloaded, and frozen with it', async () => {
  const { document, bytes, lead, member, applicationId } = await papers.paper(contestId);
  expect(document).toMatchObject({ signed: false, signatures: [] });
  const cms = signedBy(signer, bytes);
  const answer = await papers.signed({ document }, cms, lead);
  expect(answer.rejection).toBeNull();
  const { signatures, ...rest } = answer.document;
  expect(rest).toMatchObject({ id: document.id, number: document.number, kind: 'APPLICATION', signed: true });
  const path = `/files/documents/${document.id}.1.p7s`;
  expect(signatures).toEqual([
    {
      role: 'APPLICANT',
      roleName: 'заявитель',
      person: { id: lead.sub },
      kind: 'ENHANCED',
      signedAt: service.clock.now().toISOString(),
      sha256: sha256Hex(bytes),
      path,
      intact: true,
      verdict: {
        at: service.clock.now().toISOString(),
        tool: expect.stringMatching(/OpenSSL|PKI\.js/),
        certified: false,
        passed: ['DOCUMENT', 'SIGNATURE', 'CHAIN', 'VALIDITY', 'REVOCATION', 'KEY_USAGE', 'PERSON'],
        issuer: 'Учебный удостоверяющий центр',
      },
    },
  ]);
  for (const form of [path, path.replace('p7s', 'sig')]) expect(await papers.bytesAt(form, member)).toEqual(cms);
  const { headers } = await papers.download(path, organiser);
  expect(headers.get('content-type')).toBe('application/pkcs7-signature');
  for (const nobody of [undefined, citizen(), stranger]) expect((await papers.download(path, nobody)).status).toBe(404);
  for (const wrong of ['.2.p7s', '.0.p7s', '.p7s', '.1.docx'])
    expect((await papers.download(path.replace('.1.p7s', wrong), lead)).status).toBe(404);
  const again = await papers.send('generateApplicationDocument', { applicationId }, lead);
  expect(again.document).toMatchObject({ signed: false, signatures: [] });
  expect(again.document.number).not.toBe(document.number);
  expect(await papers.bytesAt(document.docx.path, lead)).toEqual(bytes);
  const query = `query ($id: ID!) { application(id: $id) { documents { ${DOCUMENT} } } }`;
  const { documents } = (await service.gql(query, { id: applicationId }, member)).data.application;
  expect(documents.map(({ number, signed: is }: any) => [number, is])).toEqual([
    [document.number, true],
    [again.document.number, false],
  ]);
  expect(documents[0].signatures).toEqual(signatures);
});

test('a repeated request gets its answer, a second signature and another request under the key are refused', async () => {
  const one = await papers.paper(contestId);
  const more = { idempotencyKey: key() };
  const cms = signedBy(signer, one.bytes);
  const first = await papers.signed(one, cms, one.lead, more);
  expect(await papers.signed(one, cms, one.lead, more)).toEqual(first);
  expect((await papers.signed(one, cms, one.lead)).rejection).toEqual({
    code: 'SIGNED_ALREADY',
    userMessage: 'Вы уже подписали этот документ.',
    path: ['documentId'],
  });
  const other = await papers.send('generateApplicationDocument', { applicationId: one.applicationId }, one.lead);
  const reused = await papers.signed(other, null, one.lead, more);
  expect(reused.rejection.code).toBe('IDEMPOTENCY_KEY_REUSED');
});

describe('refused with code and sentence', () => {
  test('other bytes, another file, what is no signature', async () => {
    const { document, bytes, lead } = await papers.paper(contestId);
    const codeOf = async (cms: Uint8Array, more?: object) =>
      (await papers.signed({ document }, cms, lead, more)).rejection?.code ?? null;
    expect(await codeOf(signedBy(signer, Buffer.concat([bytes, Buffer.from(' ')])))).toBe('SIGNATURE_OTHER_DOCUMENT');
    expect(await codeOf(signedBy(signer, bytes), { sha256: '0'.repeat(64) })).toBe('SIGNATURE_OTHER_DOCUMENT');
    expect(await codeOf(bytes)).toBe('SIGNATURE_MALFORMED');
    const { errors } = await service.gql(
      'mutation ($input: SignDocumentInput!) { signDocument(input: $input) { document { id } } }',
      { input: { idempotencyKey: key(), documentId: document.id, sha256: '', signature: 'не base64' } },
      lead,
    );
    expect(errors![0]!.extensions['code']).toBe('BAD_USER_INPUT');
    expect(await codeOf(signedBy(signer, bytes))).toBeNull();
  });

  test('an expired certificate, one of a foreign authority, one of another person', async () => {
    const { document, bytes, lead } = await papers.paper(contestId);
    const codeOf = async (who: SignerFiles) =>
      (await papers.signed({ document }, signedBy(who, bytes), lead)).rejection?.code;
    expect(await codeOf(authority.person(NAMES, { until: '20260101000000Z' }))).toBe('CERTIFICATE_NOT_IN_FORCE');
    expect(await codeOf(new Authority('RSA').person(NAMES))).toBe('CERTIFICATE_NOT_TRUSTED');
    expect(await codeOf(authority.person({ family: 'Иванов', given: 'Пётр' }))).toBe('CERTIFICATE_OTHER_PERSON');
  });

  test('whoever does not lead the group; whoever does not see the document', async () => {
    const one = await papers.paper(contestId);
    const cms = signedBy(signer, one.bytes);
    for (const wrong of [
      { ...one.member, name: NAME },
      { ...organiser, name: NAME },
    ])
      expect((await papers.signed(one, cms, wrong)).rejection).toMatchObject({
        code: 'NOT_SIGNER',
        userMessage: expect.stringContaining('подписываете не вы'),
      });
    for (const nobody of [citizen({ name: NAME }), { ...stranger, name: NAME }])
      expect((await papers.signed(one, cms, nobody)).rejection.code).toBe('NOT_FOUND');
    expect((await papers.signed(one, cms, one.lead, { documentId: newId() })).rejection.code).toBe('NOT_FOUND');
  });

  test('a file that a hand in the storage changed; what was signed before shows it', async () => {
    const [before, after] = [await papers.paper(contestId), await papers.paper(contestId)];
    await papers.signed(before, signedBy(signer, before.bytes), before.lead);
    for (const { document, bytes } of [before, after]) {
      const place = join(files, keyOf(document.docx.sha256));
      writeFileSync(place, Buffer.concat([bytes, Buffer.from('!')]));
    }
    const altered = Buffer.concat([after.bytes, Buffer.from('!')]);
    expect((await papers.signed(after, signedBy(signer, altered), after.lead)).rejection.code).toBe('DOCUMENT_ALTERED');
    const seen = (await papers.register({ contestId }, organiser)).nodes.find(
      ({ id }: any) => id === before.document.id,
    );
    expect(seen.signatures).toMatchObject([{ intact: false }]);
  });
});
