import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this machine's OpenSSL can do GOST; without it those tests are skipped, never passed. */
export const hasGost = (): boolean => spawnSync('openssl', ['engine', 'gost'], { stdio: 'ignore' }).status === 0;

export type KeyKind = 'RSA' | 'GOST-256' | 'GOST-512';

const KEYS: Readonly<Record<KeyKind, { generate: readonly string[]; digest: string }>> = {
  RSA: { generate: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], digest: 'sha256' },
  'GOST-256': { generate: ['-algorithm', 'gost2012_256', '-pkeyopt', 'paramset:TCB'], digest: 'md_gost12_256' },
  'GOST-512': { generate: ['-algorithm', 'gost2012_512', '-pkeyopt', 'paramset:A'], digest: 'md_gost12_512' },
};

export interface PersonNames {
  family: string;
  given: string;
}

interface CertificateOptions {
  from?: string;
  until?: string;
  usage?: string;
}

export interface SignerFiles {
  certificate: string;
  key: string;
  kind: KeyKind;
}

const SIGNING = 'critical,digitalSignature,nonRepudiation';

/** An authority of a test: a root of its own, certificates of any dates and uses, lists of the revoked; all by OpenSSL. */
export class Authority {
  readonly directory = mkdtempSync(join(tmpdir(), 'veche-authority-'));
  readonly #kind: KeyKind;
  #count = 0;

  constructor(kind: KeyKind, name = 'Учебный удостоверяющий центр') {
    this.#kind = kind;
    writeFileSync(this.#file('openssl.cnf'), configuration(this.directory, KEYS[kind].digest));
    writeFileSync(this.#file('index.txt'), '');
    writeFileSync(this.#file('serial'), '1001\n');
    writeFileSync(this.#file('crlnumber'), '01\n');
    mkdirSync(this.#file('new'));
    this.#run('genpkey', ...KEYS[kind].generate, '-out', this.#file('root.key'));
    this.#request('root', `/CN=${name}`);
    this.#issue('root', ['-selfsign', '-keyfile', this.#file('root.key'), '-extensions', 'root'], {});
  }

  get rootFile(): string {
    return this.#file('root.cer');
  }

  /** A key and a certificate of a person. */
  person({ family, given }: PersonNames, { usage = SIGNING, ...dates }: CertificateOptions = {}): SignerFiles {
    this.#count += 1;
    const name = `person-${this.#count}`;
    this.#run('genpkey', ...KEYS[this.#kind].generate, '-out', this.#file(`${name}.key`));
    this.#request(name, `/CN=${family} ${given}/SN=${family}/GN=${given}`);
    writeFileSync(
      this.#file('person.ext'),
      `basicConstraints=critical,CA:FALSE\nkeyUsage=${usage}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n`,
    );
    this.#issue(
      name,
      ['-keyfile', this.#file('root.key'), '-cert', this.rootFile, '-extfile', this.#file('person.ext')],
      dates,
    );
    return { certificate: this.#file(`${name}.cer`), key: this.#file(`${name}.key`), kind: this.#kind };
  }

  revoke({ certificate }: SignerFiles): void {
    this.#run('ca', '-batch', '-keyfile', this.#file('root.key'), '-cert', this.rootFile, '-revoke', certificate);
  }

  /** The list of the revoked, in force in 2026 unless said otherwise; its file. */
  crl({ from = '20260101000000Z', until = '20270101000000Z' } = {}): string {
    const place = ['-keyfile', this.#file('root.key'), '-cert', this.rootFile, '-out', this.#file('list.crl')];
    this.#run('ca', '-batch', '-gencrl', '-crl_lastupdate', from, '-crl_nextupdate', until, ...place);
    return this.#file('list.crl');
  }

  #request(name: string, subject: string): void {
    const key = ['-new', '-key', this.#file(`${name}.key`), '-utf8', '-subj', subject];
    this.#run('req', ...key, '-out', this.#file(`${name}.csr`));
  }

  #issue(
    name: string,
    how: readonly string[],
    { from = '20250101000000Z', until = '20300101000000Z' }: CertificateOptions,
  ): void {
    const dates = ['-startdate', from, '-enddate', until];
    this.#run(
      'ca',
      '-batch',
      '-notext',
      '-utf8',
      ...how,
      ...dates,
      '-in',
      this.#file(`${name}.csr`),
      '-out',
      this.#file(`${name}.cer`),
    );
  }

  #file(name: string): string {
    return join(this.directory, name);
  }

  #run(...args: string[]): void {
    openssl(args, this.#file('openssl.cnf'));
  }
}

function openssl(args: readonly string[], config: string): void {
  const env = { PATH: process.env['PATH'], OPENSSL_CONF: config };
  execFileSync('openssl', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** A directory as `SIGNATURE_TRUST_DIR` wants it, with the root of the authority and its list of the revoked. */
export function trustOf(authority: Authority): string {
  const directory = mkdtempSync(join(tmpdir(), 'veche-trust-'));
  mkdirSync(join(directory, 'roots'));
  mkdirSync(join(directory, 'revoked'));
  copyFileSync(authority.rootFile, join(directory, 'roots', 'root.cer'));
  copyFileSync(authority.crl(), join(directory, 'revoked', 'root.crl'));
  return directory;
}

/** A CMS signature over a document, DER; detached unless `options` says otherwise. */
export function signedBy(signer: SignerFiles, document: Uint8Array, options: readonly string[] = ['-cades']): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'veche-signed-'));
  writeFileSync(join(directory, 'document'), document);
  const files = ['-in', join(directory, 'document'), '-out', join(directory, 'signature')];
  const who = ['-signer', signer.certificate, '-inkey', signer.key, '-md', KEYS[signer.kind].digest];
  const config = join(directory, 'openssl.cnf');
  writeFileSync(config, configuration(directory, KEYS[signer.kind].digest));
  openssl(['cms', '-sign', '-binary', '-outform', 'DER', ...files, ...who, ...options], config);
  return readFileSync(join(directory, 'signature'));
}

/** One configuration for everything: a second one on top of it would load the engine twice, which fails. */
const configuration = (directory: string, digest: string): string => `
openssl_conf = init
[init]
${hasGost() ? 'engines = engines' : ''}
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
[req]
distinguished_name = name
prompt = no
string_mask = utf8only
[name]
[ca]
default_ca = authority
[authority]
dir = ${directory}
database = $dir/index.txt
new_certs_dir = $dir/new
serial = $dir/serial
crlnumber = $dir/crlnumber
default_md = ${digest}
default_days = 365
policy = any
copy_extensions = none
unique_subject = no
string_mask = utf8only
[any]
commonName = supplied
surname = optional
givenName = optional
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
`;
