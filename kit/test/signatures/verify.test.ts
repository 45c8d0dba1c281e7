import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData } from 'pkijs';
import { opensslTool } from '../../src/signatures/openssl-tool.ts';
import { pkijsTool } from '../../src/signatures/pkijs-tool.ts';
import type { SignatureTool } from '../../src/signatures/tool.ts';
import { readTrust } from '../../src/signatures/trust.ts';
import { signatureVerifier, type SignatureVerifier } from '../../src/signatures/verify.ts';
import { Authority, hasGost, signedBy, type KeyKind, type SignerFiles } from '../../src/testing/authority.ts';

const AT = new Date('2026-03-12T09:00:00Z');
const NAMES = { family: 'Соловьёва', given: 'Анна Петровна' };
const PERSON = { family: 'СОЛОВЬЕВА', given: 'Анна', middle: 'Петровна' };
const SHEET = Buffer.from('{"applicationId":"a","marks":[{"comment":null,"criterion":"need","points":8}]}');
const ALTERED = Buffer.from(SHEET.toString().replace('8', '9'));

/** Kind of key, tool, and whether this machine can do it. */
const CASES: [string, KeyKind, SignatureTool, boolean][] = [
  ['RSA by PKI.js', 'RSA', pkijsTool, true],
  ['RSA by OpenSSL', 'RSA', opensslTool('RSA'), hasGost()],
  ['GOST, 256 bit, by OpenSSL', 'GOST-256', opensslTool('GOST'), hasGost()],
  ['GOST, 512 bit, by OpenSSL', 'GOST-512', opensslTool('GOST'), hasGost()],
];

const certificateOf = ({ certificate }: SignerFiles): Buffer => new X509Certificate(readFileSync(certificate)).raw;

/** The signature with these certificates in place of those that came with it; `named` is whom it then names as its signer. */
function carrying(signature: Buffer, certificates: readonly Buffer[], named?: Buffer): Buffer {
  const info = ContentInfo.fromBER(new Uint8Array(signature).buffer);
  const cms = new SignedData({ schema: info.content });
  cms.certificates = certificates.map((der) => Certificate.fromBER(new Uint8Array(der).buffer));
  if (named) {
    const { issuer, serialNumber } = Certificate.fromBER(new Uint8Array(named).buffer);
    cms.signerInfos[0]!.sid = new IssuerAndSerialNumber({ issuer, serialNumber });
  }
  return Buffer.from(
    new ContentInfo({ contentType: info.contentType, content: cms.toSchema(true) }).toSchema().toBER(),
  );
}

function trusting(authority: Authority, crl?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'veche-trust-'));
  mkdirSync(join(directory, 'roots'));
  mkdirSync(join(directory, 'revoked'));
  copyFileSync(authority.rootFile, join(directory, 'roots', 'root.cer'));
  if (crl) copyFileSync(crl, join(directory, 'revoked', 'root.crl'));
  return directory;
}

describe.each(CASES)('%s', (_title, kind, tool, possible) => {
  const here = possible ? test : test.skip;
  let authority: Authority;
  let signer: SignerFiles;
  const by = (crl?: string, revocationRequired = false, others: SignatureTool[] = [tool]): SignatureVerifier => {
    const directory = trusting(authority, crl);
    return signatureVerifier({ tools: others, trust: () => readTrust(directory), revocationRequired });
  };
  const codeOf = async (signature: Uint8Array, document: Uint8Array = SHEET, verifier = by(), person = PERSON) =>
    (await verifier.verify({ signature, document, person, at: AT })).code;

  beforeAll(() => {
    if (!possible) return;
    authority = new Authority(kind);
    signer = authority.person(NAMES);
  });

  here('a signature over the sheet passes; the verdict says what was looked at and by what', async () => {
    const signature = signedBy(signer, SHEET);
    const { verdict } = await by(authority.crl(), true).verify({ signature, document: SHEET, person: PERSON, at: AT });
    const certificate = new X509Certificate(readFileSync(signer.certificate));
    expect(verdict).toMatchObject({
      at: AT,
      claimedAt: expect.any(Date),
      certified: false,
      algorithm: kind === 'RSA' ? 'RSA' : `ГОСТ Р 34.10-2012, ${kind.slice(5)} бит`,
      passed: ['DOCUMENT', 'SIGNATURE', 'CHAIN', 'VALIDITY', 'REVOCATION', 'KEY_USAGE', 'PERSON'],
      certificateSha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      issuer: 'Учебный удостоверяющий центр',
      notAfter: new Date('2030-01-01T00:00:00Z'),
      trustSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(verdict!.tool).toMatch(tool === pkijsTool ? /^PKI\.js \d/ : /^OpenSSL 3.*engine gost$/);
  });

  here('without a list of the revoked nothing is said of revocation, or nothing passes', async () => {
    const signature = signedBy(signer, SHEET);
    const { verdict } = await by().verify({ signature, document: SHEET, person: PERSON, at: AT });
    expect(verdict!.passed).not.toContain('REVOCATION');
    expect(await codeOf(signature, SHEET, by(undefined, true))).toBe('REVOCATION_UNKNOWN');
  });

  here('an altered sheet', async () =>
    expect(await codeOf(signedBy(signer, SHEET), ALTERED)).toBe('SIGNATURE_OTHER_DOCUMENT'),
  );
  here('a signature over other bytes', async () =>
    expect(await codeOf(signedBy(signer, ALTERED))).toBe('SIGNATURE_OTHER_DOCUMENT'),
  );

  here('any bit of the signature value or the signed attributes changed', async () => {
    const signature = signedBy(signer, SHEET);
    for (const back of [1, 20, 40, 60]) {
      const forged = Buffer.from(signature);
      forged[forged.length - back]! ^= 1;
      expect(await codeOf(forged)).toBe('SIGNATURE_INVALID');
    }
  });

  here('a certificate of an authority that is not trusted', async () => {
    const stranger = new Authority(kind).person(NAMES);
    expect(await codeOf(signedBy(stranger, SHEET))).toBe('CERTIFICATE_NOT_TRUSTED');
    const self = new Authority(kind);
    const root = { certificate: self.rootFile, key: join(self.directory, 'root.key'), kind };
    expect(await codeOf(signedBy(root, SHEET))).toBe('CERTIFICATE_NOT_TRUSTED');
  });

  describe('a certificate that somebody made for themselves', () => {
    let forged: Buffer;
    let own: Buffer;
    let foreign: Buffer;
    beforeAll(() => {
      if (!possible) return;
      const forger = new Authority(kind).person(NAMES);
      forged = signedBy(forger, SHEET);
      own = certificateOf(forger);
      foreign = certificateOf(authority.person({ family: 'Иванов', given: 'Пётр' }));
    });

    here('is not trusted for the sake of another one that comes beside it, once or twice', async () => {
      for (const beside of [
        [own, foreign],
        [own, own, foreign],
        [own, foreign, own],
        [own, own, foreign, foreign],
      ])
        expect(await codeOf(carrying(forged, beside))).toBe('CERTIFICATE_NOT_TRUSTED');
    });

    here('nor when its issuer is written almost as the real one, so that both may be meant', async () => {
      const twin = new Authority(kind, 'Учебный\tудостоверяющий центр').person(NAMES);
      const [made, real] = [certificateOf(twin), certificateOf(signer)];
      expect(new X509Certificate(made).serialNumber).toBe(new X509Certificate(real).serialNumber);
      for (const beside of [
        [made, real],
        [real, made],
      ])
        expect(await codeOf(carrying(signedBy(twin, SHEET), beside, real))).toBe('SIGNATURE_INVALID');
    });

    here('nor when it lies among the intermediates', async () => {
      const directory = trusting(authority);
      mkdirSync(join(directory, 'intermediates'));
      writeFileSync(join(directory, 'intermediates', 'own.cer'), own);
      const trust = () => readTrust(directory);
      const verifier = signatureVerifier({ tools: [tool], trust, revocationRequired: false });
      for (const beside of [[own], [own, foreign], [own, own, foreign]])
        expect(await codeOf(carrying(forged, beside), SHEET, verifier)).toBe('CERTIFICATE_NOT_TRUSTED');
    });
  });

  here('a good certificate stays good when it comes twice, with others, and lies among the intermediates', async () => {
    const [own, foreign] = [certificateOf(signer), certificateOf(authority.person(NAMES))];
    const directory = trusting(authority);
    mkdirSync(join(directory, 'intermediates'));
    writeFileSync(join(directory, 'intermediates', 'own.cer'), own);
    const trust = () => readTrust(directory);
    const verifier = signatureVerifier({ tools: [tool], trust, revocationRequired: false });
    for (const beside of [[own], [own, foreign], [own, own, foreign]])
      for (const one of [by(), verifier])
        expect(await codeOf(carrying(signedBy(signer, SHEET), beside), SHEET, one)).toBeNull();
  });

  here.each([
    ['expired', { from: '20240101000000Z', until: '20260312085959Z' }],
    ['not yet in force', { from: '20260312090001Z', until: '20270101000000Z' }],
  ])('a certificate that is %s', async (_how, dates) => {
    expect(await codeOf(signedBy(authority.person(NAMES, dates), SHEET))).toBe('CERTIFICATE_NOT_IN_FORCE');
  });

  here('a certificate that was in force on the day stays good afterwards', async () => {
    const signature = signedBy(authority.person(NAMES, { until: '20260312090001Z' }), SHEET);
    expect(await codeOf(signature)).toBeNull();
  });

  here('a revoked certificate, and a list that is out of date', async () => {
    const revoked = authority.person(NAMES);
    authority.revoke(revoked);
    expect(await codeOf(signedBy(revoked, SHEET), SHEET, by(authority.crl(), true))).toBe('CERTIFICATE_REVOKED');
    expect(await codeOf(signedBy(signer, SHEET), SHEET, by(authority.crl(), true))).toBeNull();
    const old = authority.crl({ from: '20240101000000Z', until: '20250101000000Z' });
    expect(await codeOf(signedBy(signer, SHEET), SHEET, by(old, true))).toBe('REVOCATION_UNKNOWN');
  });

  here.each(['critical,digitalSignature', 'critical,nonRepudiation', 'critical,keyAgreement'])(
    'a certificate that is not for signing: %s',
    async (usage) =>
      expect(await codeOf(signedBy(authority.person(NAMES, { usage }), SHEET))).toBe('CERTIFICATE_USAGE'),
  );

  here('a certificate of another person, or no person to compare with', async () => {
    const other = authority.person({ family: 'Иванов', given: 'Анна Петровна' });
    expect(await codeOf(signedBy(other, SHEET))).toBe('CERTIFICATE_OTHER_PERSON');
    const { code } = await by().verify({ signature: signedBy(signer, SHEET), document: SHEET, person: null, at: AT });
    expect(code).toBe('CERTIFICATE_OTHER_PERSON');
  });

  here('the document inside, several signers, no certificate, no signature at all', async () => {
    expect(await codeOf(signedBy(signer, SHEET, ['-nodetach']))).toBe('SIGNATURE_NOT_DETACHED');
    const second = authority.person(NAMES);
    const two = ['-signer', second.certificate, '-inkey', second.key];
    expect(await codeOf(signedBy(signer, SHEET, two))).toBe('SIGNATURE_MALFORMED');
    expect(await codeOf(signedBy(signer, SHEET, ['-nocerts']))).toBe('SIGNATURE_MALFORMED');
    expect(await codeOf(signedBy(signer, SHEET, ['-noattr']))).toBe('SIGNATURE_MALFORMED');
    for (const nonsense of [Buffer.alloc(0), Buffer.from('подпись'), signedBy(signer, SHEET).subarray(0, 300)])
      expect(await codeOf(nonsense)).toBe('SIGNATURE_MALFORMED');
  });

  here('where its tool is missing nothing passes', async () => {
    expect(await codeOf(signedBy(signer, SHEET), SHEET, by(undefined, false, []))).toBe('SIGNATURE_TOOL_MISSING');
  });
});

test('SHA-1 is refused', async () => {
  const signer = new Authority('RSA').person(NAMES);
  const verifier = signatureVerifier({
    tools: [pkijsTool],
    trust: () => readTrust('/nowhere'),
    revocationRequired: false,
  });
  const signature = signedBy(signer, SHEET, ['-md', 'sha1']);
  const { code } = await verifier.verify({ signature, document: SHEET, person: PERSON, at: AT });
  expect(code).toBe('SIGNATURE_ALGORITHM_NOT_ALLOWED');
});
