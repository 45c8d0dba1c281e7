import { OctetString, type BitString } from 'asn1js';
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type Attribute, type SignerInfo } from 'pkijs';
import { digestOf, signatureOf, type Digest, type Family } from './algorithms.ts';

/** A detached CMS signature (RFC 5652) with one signer, taken apart. */
export interface ParsedSignature {
  /** The whole of it, DER. */
  der: Buffer;
  family: Family;
  /** The algorithm in words. */
  algorithm: string;
  digest: Digest;
  /** What the signer says the digest of the document is. */
  messageDigest: Buffer;
  /** What the signer says of the time; a claim and no more. */
  claimedAt: Date | null;
  signer: Certificate;
  /** The certificates that came with it, DER, without the signer's. */
  others: readonly Buffer[];
  cms: SignedData;
}

export type FormatFault = 'SIGNATURE_MALFORMED' | 'SIGNATURE_NOT_DETACHED' | 'SIGNATURE_ALGORITHM_NOT_ALLOWED';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const ATTRIBUTE = {
  messageDigest: '1.2.840.113549.1.9.4',
  contentType: '1.2.840.113549.1.9.3',
  signingTime: '1.2.840.113549.1.9.5',
};

/** Takes a signature apart; gives a fault on what is no CMS, has its content inside, several signers, or no certificate. */
export function parseSignature(bytes: Uint8Array): ParsedSignature | FormatFault {
  try {
    const info = ContentInfo.fromBER(new Uint8Array(bytes).buffer);
    if (info.contentType !== SIGNED_DATA) return 'SIGNATURE_MALFORMED';
    return parts(Buffer.from(bytes), new SignedData({ schema: info.content }));
  } catch {
    return 'SIGNATURE_MALFORMED';
  }
}

function parts(der: Buffer, cms: SignedData): ParsedSignature | FormatFault {
  const [signerInfo, ...more] = cms.signerInfos;
  if (!signerInfo || more.length > 0) return 'SIGNATURE_MALFORMED';
  if (cms.encapContentInfo.eContent) return 'SIGNATURE_NOT_DETACHED';
  const certificates = (cms.certificates ?? []).filter((one): one is Certificate => one instanceof Certificate);
  const { sid } = signerInfo;
  const signer = certificates.find((one) => sid instanceof IssuerAndSerialNumber && isNamed(one, sid));
  const said = attributesOf(signerInfo);
  if (!signer || !said) return 'SIGNATURE_MALFORMED';
  const algorithms = algorithmsOf(signerInfo);
  if (!algorithms) return 'SIGNATURE_ALGORITHM_NOT_ALLOWED';
  const others = certificates.filter((one) => !isSame(one, signer)).map(derOfCertificate);
  return others.length > OTHERS_MAX ? 'SIGNATURE_MALFORMED' : { der, cms, signer, others, ...said, ...algorithms };
}

/** A chain is short; more would only cost time to look through. */
const OTHERS_MAX = 10;

/** What the signer signed beside the document's digest; null without it. */
function attributesOf({ signedAttrs }: SignerInfo): Pick<ParsedSignature, 'messageDigest' | 'claimedAt'> | null {
  const attributes = signedAttrs?.attributes ?? [];
  const messageDigest = valueOf(attributes, ATTRIBUTE.messageDigest);
  if (!(messageDigest instanceof OctetString) || !valueOf(attributes, ATTRIBUTE.contentType)) return null;
  const time = valueOf(attributes, ATTRIBUTE.signingTime) as { toDate?: () => Date } | undefined;
  return { messageDigest: Buffer.from(messageDigest.getValue()), claimedAt: time?.toDate?.() ?? null };
}

/** Digest and key of one family; null for any other. */
function algorithmsOf(info: SignerInfo): Pick<ParsedSignature, 'family' | 'algorithm' | 'digest'> | null {
  const digest = digestOf(info.digestAlgorithm.algorithmId);
  const signature = signatureOf(info.signatureAlgorithm.algorithmId);
  if (!digest || digest.family !== signature?.family) return null;
  return { digest, family: signature.family, algorithm: signature.title };
}

/** One certificate, however often it comes: what was issued is the same, byte by byte. */
export const isSame = (one: Certificate, other: Certificate): boolean =>
  Buffer.from(one.tbsView).equals(Buffer.from(other.tbsView));

const isNamed = (certificate: Certificate, { issuer, serialNumber }: IssuerAndSerialNumber): boolean =>
  certificate.issuer.isEqual(issuer) && certificate.serialNumber.isEqual(serialNumber);

const valueOf = (attributes: readonly Attribute[], type: string): unknown =>
  attributes.find((one) => one.type === type)?.values[0];

export const derOfCertificate = (certificate: Certificate): Buffer => Buffer.from(certificate.toSchema(false).toBER());

const KEY_USAGE = '2.5.29.15';
const DIGITAL_SIGNATURE = 0x80;
const NON_REPUDIATION = 0x40;

/** Whether the certificate is for signing what its owner cannot deny (RFC 5280 section 4.2.1.3): both uses must be named. */
export function mayCommit(certificate: Certificate): boolean {
  const usage = certificate.extensions?.find(({ extnID }) => extnID === KEY_USAGE)?.parsedValue as
    | BitString
    | undefined;
  const bits = usage ? (Buffer.from(usage.valueBlock.valueHexView)[0] ?? 0) : 0;
  return (bits & DIGITAL_SIGNATURE) !== 0 && (bits & NON_REPUDIATION) !== 0;
}

const FAMILY_NAME = '2.5.4.4';
const GIVEN_NAME = '2.5.4.42';
const COMMON_NAME = '2.5.4.3';

/** The person whom a certificate names; null where it names none. */
export function personOf({ subject }: Certificate): { family: string; given: string } | null {
  const [family, given] = [FAMILY_NAME, GIVEN_NAME].map((type) => nameOf(subject, type));
  return family && given ? { family, given } : null;
}

export const issuerOf = ({ issuer }: Certificate): string => nameOf(issuer, COMMON_NAME) ?? '';

const nameOf = ({ typesAndValues }: Certificate['subject'], type: string): string | null =>
  typesAndValues
    .find((one) => one.type === type)
    ?.value.getValue()
    .toString() ?? null;
