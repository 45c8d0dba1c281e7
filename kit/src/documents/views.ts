import DataLoader from 'dataloader';
import type { Role } from '../auth/caller.ts';
import { keptBytes, type FileStorage } from '../files/storage.ts';
import { loaderOf, type Context } from '../graphql/context.ts';
import type { Aggregate } from '../mongo/aggregate.ts';
import {
  MEDIA_TYPES,
  type DocumentParts,
  type DocumentRecord,
  type DocumentSignature,
  type SignerRole,
} from './register.ts';
import type { TemplateName } from './template.ts';

/** A document as the graph shows it; its files are asked for below `base`. */
export function documentView(
  { storage }: DocumentParts,
  base: string,
  { id, state, createdAt }: Aggregate<DocumentRecord>,
) {
  const fileOf = (form: keyof typeof MEDIA_TYPES) =>
    state[form] && { mediaType: MEDIA_TYPES[form], ...state[form], path: `${base}/${id}.${form}` };
  return {
    id,
    number: state.number,
    kind: state.kind.toUpperCase(),
    createdAt,
    data: () => JSON.parse(state.snapshot) as unknown,
    dataSha256: state.snapshotSha256,
    docx: fileOf('docx'),
    pdf: fileOf('pdf'),
    signed: state.signed ?? false,
    signatures: (state.signatures ?? []).map((signature, index) =>
      signatureView(storage, signature, `${base}/${id}.${index + 1}.p7s`),
    ),
  };
}

const ROLE_NAMES: Readonly<Record<SignerRole, string>> = {
  APPLICANT: 'заявитель',
  HEAD: 'глава муниципального образования',
  CHAIR: 'председатель',
  DEPUTY: 'заместитель председателя',
  SECRETARY: 'секретарь',
  MEMBER: 'член комиссии',
  EXPERT: 'эксперт',
  OFFICIAL: 'уполномоченное должностное лицо',
};

function signatureView(storage: FileStorage, signature: DocumentSignature, path: string) {
  const { personId, role, kind, signedAt, sha256, cms, verdict } = signature;
  return {
    role,
    roleName: ROLE_NAMES[role],
    kind,
    signedAt,
    sha256,
    verdict,
    path: cms && path,
    person: (_args: object, context: Context) => (knowsSigner(context, signature) ? { id: personId } : null),
    intact: (_args: object, context: Context) => intactFiles(context, storage).load(sha256),
  };
}

/** Whether kept files are what they were; each is read once for an answer, however many have signed it. */
const intactFiles = (context: Context, storage: FileStorage) =>
  loaderOf(context, 'intact files', () => {
    const look = async (sha256: string): Promise<boolean> => (await keptBytes(storage, sha256)) !== null;
    // One at a time: a file that cannot be read now says nothing of the others.
    return new DataLoader((hashes: readonly string[]) => Promise.all(hashes.map(look)), { batch: false });
  });

const STAFF: readonly Role[] = ['organiser', 'importer', 'admin', 'auditor'];

/** Residents who see a document see as what an official signed it; who that is, is for staff. */
const knowsSigner = ({ caller }: Context, { role, personId }: DocumentSignature): boolean =>
  caller !== null &&
  (role !== 'OFFICIAL' || caller.personId === personId || STAFF.some((one) => caller.roles.has(one)));

const KIND_NAMES: Readonly<Record<TemplateName, string>> = {
  application: 'заявка',
  score: 'оценочный лист',
  protocol: 'протокол комиссии',
  meeting: 'протокол собрания',
  letter: 'письмо о решении комиссии',
  notice: 'письмо о рассмотрении заявки',
  ranking: 'рейтинг',
};

/** A document as a line of a register, with what it is about. */
export const registerLine = (papers: DocumentParts, base: string, document: Aggregate<DocumentRecord>) => ({
  ...documentView(papers, base, document),
  kindName: KIND_NAMES[document.state.kind],
  about: document.state.about ?? '',
  subjectId: document.state.subjectId,
});
