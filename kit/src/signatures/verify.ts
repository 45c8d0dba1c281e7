import {
  derOfCertificate,
  issuerOf,
  mayCommit,
  parseSignature,
  personOf,
  type FormatFault,
  type ParsedSignature,
} from './parsed.ts';
import type { SignatureVerdict } from '../domain/signature-verdict.ts';
import { sha256Hex } from '../hash.ts';
import type { Trust } from './trust.ts';
import type { ChainFault, ChainQuestion, SignatureTool } from './tool.ts';

/** What is looked at, each by itself (63-ФЗ, ETSI EN 319 102-1): one does not stand for another. */
export type Check = 'DOCUMENT' | 'SIGNATURE' | 'CHAIN' | 'VALIDITY' | 'REVOCATION' | 'KEY_USAGE' | 'PERSON';

export type SignatureCode =
  | FormatFault
  | ChainFault
  | 'SIGNATURE_OTHER_DOCUMENT'
  | 'SIGNATURE_INVALID'
  | 'CERTIFICATE_USAGE'
  | 'CERTIFICATE_OTHER_PERSON'
  | 'SIGNATURE_TOOL_MISSING';

export type Verified = { verdict: SignatureVerdict; code: null } | { verdict: null; code: SignatureCode };

/** Who must have signed, by the names of the state login. */
export interface ExpectedPerson {
  family: string;
  given: string;
  middle?: string;
}

export interface SignatureVerifier {
  /** Checks a detached signature over a document, in the order in which the reasons are told; the first that fails is the answer. */
  verify(request: {
    signature: Uint8Array;
    document: Uint8Array;
    person: ExpectedPerson | null;
    at: Date;
  }): Promise<Verified>;
}

interface VerifierParts {
  tools: readonly SignatureTool[];
  trust: () => Promise<Trust>;
  /** Whether a certificate whose revocation cannot be looked at is refused. */
  revocationRequired: boolean;
}

const refused = (code: SignatureCode): Verified => ({ verdict: null, code });

export function signatureVerifier({ tools, trust, revocationRequired }: VerifierParts): SignatureVerifier {
  return {
    async verify({ signature: bytes, document, person, at }) {
      const signature = parseSignature(bytes);
      if (typeof signature === 'string') return refused(signature);
      const tool = tools.find(({ family }) => family === signature.family);
      const described = await tool?.describe().catch(() => null);
      if (!tool || !described) return refused('SIGNATURE_TOOL_MISSING');
      const trusted = await trust();
      const code =
        (await documentFault(tool, signature, document)) ??
        (await chainFault(tool, { signature, at, ...trusted }, revocationRequired)) ??
        ownerFault(signature, person);
      if (code) return refused(code);
      return { verdict: { at, ...described, ...factsOf(signature), ...passedWith(trusted) }, code: null };
    },
  };
}

async function chainFault(
  tool: SignatureTool,
  question: ChainQuestion,
  revocationRequired: boolean,
): Promise<SignatureCode | null> {
  if (revocationRequired && question.crls.length === 0) return 'REVOCATION_UNKNOWN';
  return tool.chainFault(question);
}

function passedWith({ crls, sha256 }: Trust): Pick<SignatureVerdict, 'passed' | 'trustSha256'> {
  const looked: Check[] = crls.length > 0 ? ['REVOCATION'] : [];
  return {
    passed: ['DOCUMENT', 'SIGNATURE', 'CHAIN', 'VALIDITY', ...looked, 'KEY_USAGE', 'PERSON'],
    trustSha256: sha256,
  };
}

function ownerFault(signature: ParsedSignature, person: ExpectedPerson | null): SignatureCode | null {
  if (!mayCommit(signature.signer)) return 'CERTIFICATE_USAGE';
  return isOf(signature, person) ? null : 'CERTIFICATE_OTHER_PERSON';
}

async function documentFault(
  tool: SignatureTool,
  signature: ParsedSignature,
  document: Uint8Array,
): Promise<SignatureCode | null> {
  const digest = await tool.digest(signature, document);
  if (!digest.equals(signature.messageDigest)) return 'SIGNATURE_OTHER_DOCUMENT';
  return (await tool.verifies(signature, document)) ? null : 'SIGNATURE_INVALID';
}

const factsOf = ({ claimedAt, algorithm, signer }: ParsedSignature) => ({
  claimedAt,
  algorithm,
  certificateSha256: sha256Hex(derOfCertificate(signer)),
  issuer: issuerOf(signer),
  notAfter: signer.notAfter.value,
});

/** Names of certificates come in capitals or not, and with е for ё. */
const plain = (text: string): string => text.toLocaleLowerCase('ru').replaceAll('ё', 'е').replace(/\s+/g, ' ').trim();

function isOf({ signer }: ParsedSignature, expected: ExpectedPerson | null): boolean {
  const person = personOf(signer);
  if (!person || !expected) return false;
  const given = [expected.given, expected.middle].filter((part) => part).join(' ');
  return plain(person.family) === plain(expected.family) && plain(person.given) === plain(given);
}
