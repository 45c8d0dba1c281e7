import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { PLAIN_SCORING } from '@veche/kit/domain/criterion';
import { Authority, hasGost, signedBy, trustOf, type SignerFiles } from '@veche/kit/testing/authority';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { admitted, DETERMINE, mutation, organiser, scored, setUp, story, stranger, type Setup } from './setup.ts';
import { decided, formed } from './setup-commission.ts';

const NAME = { family: 'Соловьёва', given: 'Анна', middle: 'Петровна' };
const DOCUMENT = `document { id number signed docx { sha256 path }
  signatures { role roleName person { id } kind path intact verdict { passed certified } } }`;
const LINE = DOCUMENT.replace('signed docx', 'kind kindName about signed docx');
const PROTOCOL = mutation('generateCommissionProtocol', 'GenerateCommissionProtocolInput', DOCUMENT);
const LETTER = mutation('generateDecisionLetter', 'GenerateDecisionLetterInput', DOCUMENT);
const LIST = mutation('generateRankingList', 'GenerateRankingListInput', DOCUMENT);
const SHEET = mutation('generateScoreSheetDocument', 'GenerateScoreSheetDocumentInput', DOCUMENT);
const SIGN = mutation('signAssessmentDocument', 'SignAssessmentDocumentInput', LINE);

let setup: Setup;
let signer: SignerFiles;
beforeAll(async () => {
  const authority = new Authority(hasGost() ? 'GOST-256' : 'RSA');
  signer = authority.person({ family: NAME.family, given: 'Анна Петровна' });
  setup = await setUp({ env: { SIGNATURE_TRUST_DIR: trustOf(authority) } });
}, 60_000);
afterAll(() => setup.stop());

const official: TestCaller = { ...organiser, name: NAME, amr: ['pwd', 'otp'] };
const bytesAt = async (path: string, as: TestCaller): Promise<Buffer> => {
  const headers = { authorization: `Bearer ${await setup.token(as)}` };
  return Buffer.from(await (await fetch(`${setup.url}${path}`, { headers })).arrayBuffer());
};
const sign = async (document: any, as: TestCaller, cms: Uint8Array | null = null) =>
  setup.ask(
    SIGN,
    {
      documentId: document.id,
      sha256: document.docx.sha256,
      ...(cms ? { signature: Buffer.from(cms).toString('base64') } : {}),
    },
    as,
  );
const codeOf = async (document: any, as: TestCaller): Promise<string | null> =>
  (await sign(document, as)).rejection?.code ?? null;

/** A decision in force of one application, whose group the caller is; documents are signed as `rule` says. */
async function inForce(rule: 'SIMPLE' | 'ENHANCED' = 'SIMPLE') {
  const scoringJson = JSON.stringify({ ...PLAIN_SCORING, documentSignature: rule });
  const { contestId, applicationIds, sheets, experts } = await story(setup, { contest: { scoringJson } });
  const [applicationId] = applicationIds as [string];
  const applicant: TestCaller & { sub: string } = { sub: newId(), roles: ['citizen'], name: NAME, amr: ['otp'] };
  await setup.bus.deliver(admitted(contestId, { applicationId, memberIds: [applicant.sub] }));
  const expert = { ...experts[0]!, amr: ['otp'] };
  await scored(setup, sheets[0]![0], [8, 7, 6], expert);
  await setup.ask(DETERMINE, { contestId }, organiser);
  const commission = await formed(setup, contestId);
  const { id: sessionId } = await decided(setup, contestId, commission, { [applicationId]: 'NOT_SELECTED' });
  return { contestId, applicationId, applicant, expert, sheetId: sheets[0]![0].id, commission, sessionId };
}

test('a letter with the reasons of a decision is signed by an official of the place, by certificate', async () => {
  const { applicationId, applicant, commission } = await inForce('ENHANCED');
  const { document } = await setup.ask(LETTER, { applicationId }, applicant);
  expect(document).toMatchObject({ signed: false, signatures: [] });
  expect(await codeOf(document, official)).toBe('SIMPLE_SIGNATURE_NOT_ALLOWED');
  const cms = signedBy(signer, await bytesAt(document.docx.path, official));
  expect((await sign(document, applicant, cms)).rejection.code).toBe('NOT_SIGNER');
  expect((await sign(document, { ...commission.first, name: NAME }, cms)).rejection.code).toBe('NOT_SIGNER');
  expect((await sign(document, { ...stranger, name: NAME }, cms)).rejection.code).toBe('NOT_FOUND');
  const { document: done } = await sign(document, official, cms);
  expect(done).toMatchObject({
    kind: 'LETTER',
    kindName: 'письмо о решении комиссии',
    about: 'Письмо о решении по заявке № 1: считать не прошедшей отбор',
    signed: true,
    signatures: [
      {
        role: 'OFFICIAL',
        roleName: 'уполномоченное должностное лицо',
        person: { id: organiser.sub },
        intact: true,
        verdict: { passed: expect.arrayContaining(['DOCUMENT', 'SIGNATURE', 'CHAIN', 'PERSON']), certified: false },
      },
    ],
  });
  expect(await codeOf(document, official)).toBe('SIGNED_ALREADY');
  const letters = async (as: TestCaller) => {
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Application {
      commissionDecision { letters { number signed signatures { role path person { id } } } } } } }`;
    const of = [{ __typename: 'Application', id: applicationId }];
    return (await setup.gql(query, { of }, as)).data._entities[0].commissionDecision.letters;
  };
  // The applicant learns as what it was signed, and has the file; which official it was is told to staff.
  const path = `/files/commission/${document.id}.1.p7s`;
  const told = { number: document.number, signed: true };
  expect(await letters(applicant)).toEqual([{ ...told, signatures: [{ role: 'OFFICIAL', path, person: null }] }]);
  expect(await letters(organiser)).toMatchObject([{ signatures: [{ person: { id: organiser.sub } }] }]);
  expect(await bytesAt(path, applicant)).toEqual(cms);
  const again = await setup.ask(LETTER, { applicationId }, applicant);
  expect(again.document).toMatchObject({ signed: false, signatures: [] });
  expect(again.document.number).not.toBe(document.number);
  const bytes = await bytesAt(again.document.docx.path, applicant);
  const { document: bySecretary } = await sign(
    again.document,
    { ...commission.secretary, name: NAME },
    signedBy(signer, bytes),
  );
  expect(bySecretary).toMatchObject({ signed: true, signatures: [{ role: 'SECRETARY' }] });
});

test('a protocol by those who sign the minutes, a ranking by an official, a sheet by its expert; the register has them all', async () => {
  const { contestId, applicationId, applicant, expert, sheetId, commission, sessionId } = await inForce();
  const protocol = (await setup.ask(PROTOCOL, { sessionId }, organiser)).document;
  const [chair, secretary, member] = [commission.chair, commission.secretary, commission.first].map((one) => ({
    ...one,
    amr: ['otp'],
  }));
  expect(await codeOf(protocol, member!)).toBe('NOT_SIGNER');
  expect(await codeOf(protocol, { ...chair!, amr: ['pwd'] })).toBe('SECOND_FACTOR_REQUIRED');
  expect((await sign(protocol, secretary!)).document).toMatchObject({ signed: false });
  expect((await sign(protocol, chair!)).document).toMatchObject({
    signed: true,
    signatures: [{ role: 'SECRETARY' }, { role: 'CHAIR', kind: 'SIMPLE' }],
  });
  const ranking = (await setup.ask(LIST, { contestId }, organiser)).document;
  expect(await codeOf(ranking, chair!)).toBe('NOT_SIGNER');
  expect(await codeOf(ranking, official)).toBeNull();
  const sheet = (await setup.ask(SHEET, { sheetId }, organiser)).document;
  expect(await codeOf(sheet, official)).toBe('NOT_SIGNER');
  expect(await codeOf(sheet, expert)).toBeNull();
  const letter = (await setup.ask(LETTER, { applicationId }, applicant)).document;
  expect(await codeOf({ ...letter, id: newId() }, official)).toBe('NOT_FOUND');
  const register = async (args: string, as: TestCaller = organiser) => {
    const query = `query ($id: ID!) { assessmentDocuments(contestId: $id${args}) { totalCount nodes { number kind signed } } }`;
    const { data, errors } = await setup.gql(query, { id: contestId }, as);
    return errors ? errors[0]!.extensions['code'] : data.assessmentDocuments;
  };
  expect(await register('')).toEqual({
    totalCount: 4,
    nodes: [
      { number: letter.number, kind: 'LETTER', signed: false },
      { number: sheet.number, kind: 'SCORE', signed: true },
      { number: ranking.number, kind: 'RANKING', signed: true },
      { number: protocol.number, kind: 'PROTOCOL', signed: true },
    ],
  });
  expect((await register(', signed: false')).nodes).toMatchObject([{ number: letter.number }]);
  expect((await register(', kind: SCORE')).nodes).toMatchObject([{ number: sheet.number }]);
  expect(await register('', stranger)).toBeNull();
  expect(await register('', applicant)).toBe('FORBIDDEN');
});
