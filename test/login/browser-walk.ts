/** As much of a browser as a login needs: cookies, redirects, forms. */

export interface Page {
  url: string;
  html: string;
}

export interface Submission {
  action: string;
  fields: Record<string, string>;
}

/** Given a page that waits for the person, says what they submit; `null` when the page is not expected. */
export type Answer = (page: Page) => Submission | null;

const MAX_STEPS = 25;

/** Cookies by host and port. `Secure` is ignored: Keycloak sets it on plain HTTP too, and a loopback stand has nothing else. */
class CookieJar {
  readonly #hosts = new Map<string, Map<string, string>>();

  header(url: string): Record<string, string> {
    const cookies = [...(this.#hosts.get(new URL(url).host) ?? [])].map(([name, value]) => `${name}=${value}`);
    return cookies.length > 0 ? { cookie: cookies.join('; ') } : {};
  }

  keep(url: string, response: Response): void {
    const { host } = new URL(url);
    const jar = this.#hosts.get(host) ?? new Map<string, string>();
    this.#hosts.set(host, jar);
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/;\s*max-age=0/i.test(line)) jar.delete(name!);
      else jar.set(name!, value!);
    }
  }
}

const unescapeHtml = (text: string) =>
  text
    .replace(/&amp;/g, '&')
    .replace(/&quot;/g, '"')
    .replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_all, hex: string, dec: string) =>
      String.fromCodePoint(hex ? parseInt(hex, 16) : Number(dec)),
    );

/** The first form that `marker` occurs in: its absolute address and hidden fields. */
export function formWith(page: Page, marker: string): Submission | null {
  const form = [...page.html.matchAll(/<form\b[\s\S]*?<\/form>/gi)]
    .map(([text]) => text)
    .find((text) => text.includes(marker));
  const action = form && /\baction="([^"]*)"/i.exec(form)?.[1];
  if (form === undefined || action === undefined) return null;
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/gi)) {
    const name = /\bname="([^"]*)"/i.exec(input)?.[1];
    if (name) fields[name] = unescapeHtml(/\bvalue="([^"]*)"/i.exec(input)?.[1] ?? '');
  }
  return { action: new URL(unescapeHtml(action), page.url).href, fields };
}

/** What a person would read on the page, shortened: for error messages. */
function readable(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400);
}

/**
 * Walks from `start` until a redirect leads to `target` and gives that address.
 * @throws when a page appears that `answer` does not know, with what the page says.
 */
export async function walk(start: string, target: string, answer: Answer): Promise<URL> {
  const jar = new CookieJar();
  let url = start;
  let submission: Submission | null = null;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const headers = jar.header(url);
    const response: Response = await fetch(
      url,
      submission
        ? {
            method: 'POST',
            redirect: 'manual',
            headers,
            body: new URLSearchParams(submission.fields),
          }
        : { redirect: 'manual', headers },
    );
    jar.keep(url, response);
    const html = await response.text();
    const location = response.headers.get('location');
    if (location !== null) {
      submission = null;
      url = new URL(location, url).href;
      if (url.startsWith(target)) return new URL(url);
      continue;
    }
    submission = answer({ url, html });
    if (!submission)
      throw new Error(`the login stopped at ${new URL(url).pathname} with ${response.status}: ${readable(html)}`);
    url = submission.action;
  }
  throw new Error('the login took too many steps');
}
