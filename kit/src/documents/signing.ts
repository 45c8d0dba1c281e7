import type { Caller } from '../auth/caller.ts';
import type { Clock } from '../clock.ts';
import { accept, reject, type Decision, type Rejection } from '../domain/decision.ts';
import { simpleSignatureProblem, type SimpleSignatureCode } from '../domain/electronic-signature.ts';
import { keptBytes } from '../files/storage.ts';
import type { Aggregate, Outcome } from '../mongo/aggregate.ts';
import type { Command } from '../mongo/command.ts';
import { verifiedOf } from '../signatures/given.ts';
import { SIGNATURE_MESSAGES } from '../signatures/messages.ts';
import type { SignatureCode, SignatureVerifier } from '../signatures/verify.ts';
import type { DocumentParts, DocumentRecord, DocumentSignature, SignerRole } from './register.ts';

export type PaperSigningCode =
  | SimpleSignatureCode
  | SignatureCode
  | 'NOT_SIGNER'
  | 'SIGNED_ALREADY'
  | 'DOCUMENT_ALTERED';

export interface PaperSigningParts {
  papers: DocumentParts;
  verifier: SignatureVerifier;
  clock: Clock;
}

/** What the rules say of a document and the caller. */
export interface Entitlement {
  /** As what the caller signs it; null: it is not the caller's to sign. */
  role: SignerRole | null;
  /** Whose signatures it needs, ids; null: one is enough. */
  signers: readonly string[] | null;
  /** Whether the rules of the contest take a login with a second factor for a signature. */
  simpleAllowed: boolean;
}

/** A signature as it is given: over which of the files, by its SHA-256, and the detached CMS; null: by the login. */
export interface GivenSignature {
  command: Command;
  caller: Caller;
  sha256: string;
  cms: Buffer | null;
}

interface Made {
  made: DocumentSignature | null;
  rejection: Rejection<PaperSigningCode> | null;
}

const NOTHING: Made = { made: null, rejection: null };
const refused = (code: PaperSigningCode, field: string): Made => ({ made: null, rejection: { code, path: [field] } });

/**
 * Puts a signature under a document: the bytes in the storage are what is checked, so that a file that was changed there is signed by nobody. A
 * repetition gets its answer whatever has become of the certificate since.
 */
export async function signDocument(
  parts: PaperSigningParts,
  document: Aggregate<DocumentRecord>,
  entitled: Entitlement,
  given: GivenSignature,
): Promise<Outcome<DocumentRecord, PaperSigningCode>> {
  const { documents } = parts.papers;
  const { command, caller } = given;
  const known = hasSigned(document.state, caller.personId) || (await documents.isReused(command));
  const { made, rejection } = known ? NOTHING : await checked(parts, document, entitled, given);
  if (rejection) return { aggregate: null, rejection };
  return documents.change<never, PaperSigningCode>({
    id: document.id,
    command,
    events: () => [],
    decide: (state) => withSignature(state, made, entitled.signers),
  });
}

const hasSigned = ({ signatures = [] }: DocumentRecord, id: string): boolean =>
  signatures.some(({ personId }) => personId === id);

function withSignature(
  document: DocumentRecord,
  made: DocumentSignature | null,
  signers: readonly string[] | null,
): Decision<DocumentRecord, never, PaperSigningCode> {
  if (!made || hasSigned(document, made.personId)) return reject('SIGNED_ALREADY', ['documentId']);
  const next = { ...document, signatures: [...(document.signatures ?? []), made] };
  return accept({ ...next, signed: signers === null || signers.every((id) => hasSigned(next, id)) });
}

async function checked(
  { papers, verifier, clock }: PaperSigningParts,
  { state }: Aggregate<DocumentRecord>,
  { role, simpleAllowed }: Entitlement,
  { caller, sha256, cms }: GivenSignature,
): Promise<Made> {
  const { storage } = papers;
  if (role === null) return refused('NOT_SIGNER', 'documentId');
  if (![state.docx, state.pdf].some((file) => file?.sha256 === sha256))
    return refused('SIGNATURE_OTHER_DOCUMENT', 'sha256');
  const document = await keptBytes(storage, sha256);
  if (!document) return refused('DOCUMENT_ALTERED', 'documentId');
  const at = clock.now();
  const signature = { personId: caller.personId, role, sha256, signedAt: at };
  if (!cms) {
    const problem = simpleSignatureProblem({ allowed: simpleAllowed, secondFactor: caller.secondFactor });
    if (problem) return refused(problem, 'signature');
    return { made: { ...signature, kind: 'SIMPLE', cms: null, verdict: null }, rejection: null };
  }
  const { verdict, code } = await verifiedOf(verifier, caller, { signature: cms, document, at });
  if (code) return refused(code, 'signature');
  const file = { sha256: await storage.put(cms), bytes: cms.length };
  return { made: { ...signature, kind: 'ENHANCED', cms: file, verdict }, rejection: null };
}

/** Sentences for people. */
export const PAPER_MESSAGES: Readonly<Record<PaperSigningCode, string>> = {
  ...SIGNATURE_MESSAGES,
  NOT_SIGNER:
    'Этот документ подписываете не вы: заявку — заявитель, протокол — председатель и секретарь, письмо — уполномоченное должностное лицо.',
  SIGNED_ALREADY: 'Вы уже подписали этот документ.',
  DOCUMENT_ALTERED:
    'Файл документа в хранилище изменён или утрачен, подписать его нельзя. Сформируйте документ заново и сообщите в поддержку.',
  SIMPLE_SIGNATURE_NOT_ALLOWED: 'Порядок этого конкурса не допускает простую подпись. Подпишите сертификатом.',
  SECOND_FACTOR_REQUIRED: 'Подтвердите вход вторым фактором: войдите снова с одноразовым кодом и повторите.',
};
