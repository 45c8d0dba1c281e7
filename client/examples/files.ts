import { authorization, dataOf, type Answer, type Graph } from './fetch.ts';

/** Sends a file as it is; what comes back is put into the answers of the application, at the field of the form that asks for it. */
export async function upload({ url, token }: Graph, applicationId: string, file: File): Promise<object> {
  const response = await fetch(`${url}/files/applications/${applicationId}?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { 'content-type': file.type, ...authorization(token()) },
    body: file,
  });
  return ((await (await answered(response)).json()) as { file: object }).file;
}

/** `path` is that of `files` of an application; a link alone would not carry the token. */
export async function download({ url, token }: Graph, path: string): Promise<Blob> {
  return (await answered(await fetch(url + path, { headers: authorization(token()) }))).blob();
}

/** Refusals look as those of the graph. */
async function answered(response: Response): Promise<Response> {
  if (response.ok) return response;
  return dataOf((await response.json()) as Answer<never>);
}
