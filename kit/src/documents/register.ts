import mongoose from 'mongoose';
import { accept } from '../domain/decision.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { ElectronicSignature } from '../domain/electronic-signature.ts';
import type { FileStorage } from '../files/storage.ts';
import { sha256Hex } from '../hash.ts';
import { aggregateStore } from '../mongo/aggregate-store.ts';
import type { Aggregate, AggregateStore, Outcome } from '../mongo/aggregate.ts';
import type { Command } from '../mongo/command.ts';
import type { PdfConverter } from './pdf.ts';
import type { Fields } from './shapes.ts';
import { fillTemplate, standardTemplate, type TemplateName } from './template.ts';

interface StoredFile {
  sha256: string;
  /** Length. */
  bytes: number;
}

/** As what somebody signs a document. */
export type SignerRole = 'APPLICANT' | 'HEAD' | 'CHAIR' | 'DEPUTY' | 'SECRETARY' | 'MEMBER' | 'EXPERT' | 'OFFICIAL';

/** A signature under one of the files of a document; the person is a pseudonymous id. */
export interface DocumentSignature extends ElectronicSignature {
  personId: string;
  role: SignerRole;
  /** SHA-256 of the file that was signed. */
  sha256: string;
  /** The detached signature (DER); null for a simple one. */
  cms: StoredFile | null;
}

/** A document that was made: its number, the data that it was made of, and the files. */
export interface DocumentRecord {
  kind: TemplateName;
  /** What it is about: an application, a sheet, a session. */
  subjectId: string;
  /** Documents from before there was a register of a contest stand in none, like the words below. */
  contestId?: string;
  /** The subject in Russian words. */
  about?: string;
  /** "З-2026-15": letter of the kind, year, ordinal without gaps. */
  number: string;
  year: number;
  ordinal: number;
  /** Date that it bears, as it is printed. */
  date: string;
  /** The data as canonical JSON (RFC 8785), and its hash, which the document bears in its foot. */
  snapshot: string;
  snapshotSha256: string;
  /** Texts of the template as JSON, from its registration to its making; null afterwards. */
  texts: string | null;
  /** Null only between its registration and its making. */
  docx: StoredFile | null;
  /** Null where no converter is installed. */
  pdf: StoredFile | null;
  /** In the order in which they came. */
  signatures?: readonly DocumentSignature[];
  /** Whether everybody has signed who has to. */
  signed?: boolean;
}

export type DocumentStore = AggregateStore<DocumentRecord>;

const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false });
const FILE = part({ sha256: String, bytes: Number });

export const documentStore = (connection: mongoose.Connection): DocumentStore =>
  aggregateStore<DocumentRecord>(connection, {
    collection: 'documents',
    fields: {
      kind: String,
      subjectId: String,
      contestId: String,
      about: String,
      number: String,
      year: Number,
      ordinal: Number,
      date: String,
      snapshot: String,
      snapshotSha256: String,
      texts: String,
      docx: FILE,
      pdf: FILE,
      signatures: [
        part({
          personId: String,
          role: String,
          kind: String,
          sha256: String,
          signedAt: Date,
          cms: FILE,
          verdict: mongoose.Schema.Types.Mixed,
        }),
      ],
      signed: Boolean,
    },
    indexes: [
      [{ kind: 1, year: 1, ordinal: 1 }, { unique: true }], // one number once
      [{ subjectId: 1, createdAt: 1 }], // of an application, a sheet
      [{ contestId: 1, createdAt: -1, _id: -1, kind: 1, signed: 1 }], // the register of a contest, its filters in the order of the list
    ],
  });

export interface DocumentParts {
  documents: DocumentStore;
  storage: FileStorage;
  pdf: PdfConverter;
}

export interface Wanted {
  command: Command;
  kind: TemplateName;
  subjectId: string;
  contestId: string;
  about: string;
  /** Data that is kept with the document; a sum is a bigint. */
  data: object;
  fields: Fields;
  year: number;
  date: string;
}

const LETTERS: Readonly<Record<TemplateName, string>> = {
  application: 'З',
  score: 'О',
  protocol: 'П',
  meeting: 'С',
  letter: 'У',
  notice: 'И',
  ranking: 'Р',
};
const ATTEMPTS = 50;

type Made = Outcome<DocumentRecord, 'VERSION_CONFLICT'>;

/**
 * Registers a document under the next number of its kind and year, and makes it. Repeating the command gives the same document; one that
 * was registered and not made, because the machine fell, is made then from the data that was registered.
 */
export async function makeDocument(parts: DocumentParts, wanted: Wanted): Promise<Made> {
  const registered = await register(parts.documents, wanted);
  if (registered.rejection || registered.aggregate.state.docx) return registered;
  const { id } = registered.aggregate;
  const making = BEING_MADE.get(id) ?? render(parts, registered.aggregate, wanted);
  BEING_MADE.set(id, making);
  return making.finally(() => BEING_MADE.delete(id));
}

/** Whoever asks again, because the answer took longer than they waited, waits for the same document. */
const BEING_MADE = new Map<string, Promise<Made>>();

async function register(
  documents: DocumentStore,
  { command, kind, subjectId, contestId, about, data, fields, year, date }: Wanted,
): Promise<Made> {
  const snapshot = canonicalJson(data);
  const made = { snapshot, snapshotSha256: sha256Hex(snapshot), texts: JSON.stringify(fields), docx: null, pdf: null };
  const content = { kind, subjectId, contestId, about, year, date, signatures: [], signed: false, ...made };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [last] = await documents.find({ kind, year }, { sort: { ordinal: -1 }, limit: 1 });
    const ordinal = (last?.state.ordinal ?? 0) + 1;
    let taken = false;
    const outcome = await documents.create<never, 'VERSION_CONFLICT'>({
      command,
      events: () => [],
      decide: () => accept({ ...content, ordinal, number: `${LETTERS[kind]}-${year}-${ordinal}` }),
      onDuplicate: () => {
        taken = true;
        return { code: 'VERSION_CONFLICT' };
      },
    });
    if (!taken) return outcome;
  }
  return { aggregate: null, rejection: { code: 'VERSION_CONFLICT' } };
}

async function render(
  { documents, storage, pdf }: DocumentParts,
  { id, state }: Aggregate<DocumentRecord>,
  wanted: Pick<Wanted, 'fields'>,
): Promise<Made> {
  // The data may have changed since; records from before texts were kept have none.
  const fields = state.texts ? (JSON.parse(state.texts) as Fields) : wanted.fields;
  const stamp = { documentNumber: state.number, date: state.date, dataSha256: state.snapshotSha256 };
  const docx = fillTemplate(standardTemplate(state.kind), { ...stamp, ...fields });
  const converted = await pdf(docx);
  const keep = async (bytes: Buffer): Promise<StoredFile> => ({
    sha256: await storage.put(bytes),
    bytes: bytes.length,
  });
  const files = { docx: await keep(docx), pdf: converted ? await keep(converted) : null };
  return documents.change<never, 'VERSION_CONFLICT'>({
    id,
    events: () => [],
    // Of two that made it at once the first one's files stay.
    decide: (one) => (one.docx ? accept(one) : accept({ ...one, ...files, texts: null })),
  });
}

export const MEDIA_TYPES = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
} as const;

const SIGNATURE = 'application/pkcs7-signature';

/** A file of a document by the last part of its path, "<id>.pdf", or a signature, "<id>.1.p7s"; null when there is none. */
export async function documentFile(documents: DocumentStore, name: string) {
  const [, id, ordinal, form] = /^([0-9a-f-]{36})(?:\.(\d{1,4}))?\.(docx|pdf|p7s|sig)$/.exec(name) ?? [];
  const found = id ? await documents.load(id) : null;
  const file = found && form ? fileOf(found.state, form, ordinal) : null;
  if (!found || !file) return null;
  const { sha256, bytes, mediaType } = file;
  const title = [found.state.number, ordinal, form].filter((one) => one !== undefined).join('.');
  return { record: found.state, file: { name: title, mediaType, bytes, sha256 } };
}

function fileOf(document: DocumentRecord, form: string, ordinal: string | undefined) {
  if (form === 'docx' || form === 'pdf') {
    const file = ordinal === undefined ? document[form] : null;
    return file && { ...file, mediaType: MEDIA_TYPES[form] };
  }
  const cms = document.signatures?.[Number(ordinal) - 1]?.cms;
  return cms ? { ...cms, mediaType: SIGNATURE } : null;
}
