import { readFileSync } from 'node:fs';

export interface VaultSettings {
  /** Without the final slash. */
  url: string;
  /** Mount of the Transit engine. */
  mount: string;
  /** Begins the name of every key there. */
  prefix: string;
  namespace: string | undefined;
  timeoutMs: number;
  /** A token that somebody else keeps in a file (and may replace), or a login by the token of a Kubernetes service account. */
  auth: { tokenFile: string } | { path: string; role: string; jwtFile: string };
}

/** The key server refused, or did not answer: then the status is 0. The message names what the server said, never what was sent. */
export class VaultError extends Error {
  readonly status: number;
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VaultError';
    this.status = status;
  }
}

interface Token {
  text: string;
  /** When it is to be renewed or replaced, by performance.now(). */
  renewAt: number;
  renewable: boolean;
}

interface Answer {
  data?: unknown;
  auth?: { client_token: string; lease_duration: number; renewable: boolean };
  errors?: string[];
}

type Method = 'GET' | 'POST' | 'DELETE';

/** Of the lease of a token, the part after which it is renewed. */
const RENEWED_AFTER = 2 / 3;
const WITHOUT_LEASE_S = 60;

/** Requests to a server with HashiCorp Vault's HTTP API (OpenBao has the same). */
export class VaultClient {
  readonly #settings: VaultSettings;
  #token: Token | null = null;
  #entering: Promise<Token> | null = null;

  constructor(settings: VaultSettings) {
    this.#settings = settings;
  }

  /** Path of a Transit key, or of an operation with it. */
  key(name: string, operation = 'keys'): string {
    const { mount, prefix } = this.#settings;
    return `${mount}/${operation}/${prefix}${name}`;
  }

  /** Throws VaultError. */
  async post<T>(path: string, body: object): Promise<T> {
    return (await this.#authorised('POST', path, body)).data as T;
  }

  /** Whether something is at the path. Throws VaultError. */
  async has(path: string): Promise<boolean> {
    try {
      await this.#authorised('GET', path);
      return true;
    } catch (error) {
      if (error instanceof VaultError && error.status === 404) return false;
      throw error;
    }
  }

  async remove(path: string): Promise<void> {
    await this.#authorised('DELETE', path);
  }

  /** Renews the token where it is time to. */
  async renew(): Promise<void> {
    await this.#enter();
  }

  /** A token that is refused may have been replaced or revoked: the request is tried once more with another. */
  async #authorised(method: Method, path: string, body?: object): Promise<Answer> {
    const token = await this.#enter();
    try {
      return await this.#send(method, path, { token, body });
    } catch (error) {
      if (!(error instanceof VaultError) || error.status !== 403) throw error;
      if (this.#token?.text === token) this.#token = null;
      return this.#send(method, path, { token: await this.#enter(), body });
    }
  }

  async #enter(): Promise<string> {
    if (this.#token && performance.now() < this.#token.renewAt) return this.#token.text;
    this.#entering ??= this.#entered().finally(() => (this.#entering = null));
    this.#token = await this.#entering;
    return this.#token.text;
  }

  async #entered(): Promise<Token> {
    const { auth } = this.#settings;
    if ('tokenFile' in auth) return this.#renewed(fileText(auth.tokenFile));
    if (this.#token?.renewable) {
      const renewed = await this.#renewed(this.#token.text).catch(() => null);
      if (renewed) return renewed;
    }
    const body = { role: auth.role, jwt: fileText(auth.jwtFile) };
    const answer = await this.#send('POST', `${auth.path}/login`, { body });
    if (!answer.auth) throw new VaultError(0, 'the key server gave no token at the login');
    return tokenOf(answer.auth.client_token, answer.auth);
  }

  /** A token that cannot be renewed (of a file: one that its owner replaces) is used as it is. */
  async #renewed(text: string): Promise<Token> {
    try {
      const { auth } = await this.#send('POST', 'auth/token/renew-self', { token: text, body: {} });
      return tokenOf(text, auth);
    } catch (error) {
      const ownedByFile = 'tokenFile' in this.#settings.auth && error instanceof VaultError && error.status !== 0;
      if (!ownedByFile) throw error;
      return tokenOf(text);
    }
  }

  async #send(method: Method, path: string, { token, body }: { token?: string; body?: object | undefined }) {
    const { url, namespace, timeoutMs } = this.#settings;
    const headers: Record<string, string> = { 'content-type': 'application/json', 'x-vault-request': 'true' };
    if (token) headers['x-vault-token'] = token;
    if (namespace) headers['x-vault-namespace'] = namespace;
    let response: Response;
    let text: string;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      response = await fetch(`${url}/v1/${path}`, {
        method,
        headers,
        signal,
        redirect: 'error',
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      text = await response.text();
    } catch (error) {
      throw new VaultError(0, `the key server does not answer (${method} ${path})`, { cause: error });
    }
    const answer = parsed(text);
    if (response.ok) return answer;
    const said = answer.errors?.join('; ') || 'no reason given';
    throw new VaultError(response.status, `the key server refused ${method} ${path}: ${response.status}, ${said}`);
  }
}

const tokenOf = (text: string, lease?: { lease_duration: number; renewable: boolean }): Token => ({
  text,
  renewAt: performance.now() + (lease?.lease_duration || WITHOUT_LEASE_S) * 1000 * RENEWED_AFTER,
  renewable: lease?.renewable ?? false,
});

function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new VaultError(0, 'the file with the token for the key server cannot be read', { cause: error });
  }
}

function parsed(text: string): Answer {
  try {
    return text ? (JSON.parse(text) as Answer) : {};
  } catch {
    return {};
  }
}
