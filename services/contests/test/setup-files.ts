import type { TestCaller } from '@veche/kit/testing/tokens';
import type { Contests } from './setup.ts';

export const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

export const bearer = async (service: Contests, as?: TestCaller): Promise<Record<string, string>> =>
  as ? { authorization: `Bearer ${await service.token(as)}` } : {};

/** Sends the bytes of a file of an application. */
export const uploading = async (
  service: Contests,
  applicationId: string,
  bytes: Buffer,
  as?: TestCaller,
  { type = 'application/pdf', name = 'Протокол.pdf' } = {},
): Promise<Response> =>
  fetch(`${service.url}/files/applications/${applicationId}?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': type, ...(await bearer(service, as)) },
    body: new Uint8Array(bytes),
  });

/** A document of an application, as its answers name it. */
export async function uploaded(service: Contests, applicationId: string, as: TestCaller): Promise<object> {
  const { file } = (await (await uploading(service, applicationId, PDF, as)).json()) as { file: object };
  return file;
}
