import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAYS = '30';

/** Who a certificate is for, in the words that Kubernetes reads rights from (organisation = group, common name = user). */
interface Holder {
  subject: string;
  usage: 'serverAuth' | 'clientAuth' | 'serverAuth,clientAuth';
  names?: readonly string[];
  /** The authority that signs. Requests that another server passes on are trusted by one of its own, else every client could claim to be anybody. */
  by?: 'cluster' | 'front';
}

const holders = (address: string, serviceAddress: string): Record<string, Holder> => ({
  api: {
    subject: '/CN=kube-apiserver',
    usage: 'serverAuth',
    names: [
      ...['', '.default', '.default.svc', '.default.svc.cluster.local'].map((tail) => `DNS:kubernetes${tail}`),
      'DNS:localhost',
      'IP:127.0.0.1',
      `IP:${serviceAddress}`,
      `IP:${address}`,
    ],
  },
  'api-to-kubelet': { subject: '/O=system:masters/CN=api-to-kubelet', usage: 'clientAuth' },
  'front-proxy': { subject: '/CN=front-proxy', usage: 'clientAuth', by: 'front' },
  kubelet: {
    subject: '/O=system:nodes/CN=system:node:node',
    usage: 'serverAuth,clientAuth',
    names: ['DNS:node', `IP:${address}`],
  },
  admin: { subject: '/O=system:masters/CN=admin', usage: 'clientAuth' },
  'controller-manager': { subject: '/CN=system:kube-controller-manager', usage: 'clientAuth' },
  scheduler: { subject: '/CN=system:kube-scheduler', usage: 'clientAuth' },
  proxy: { subject: '/CN=system:kube-proxy', usage: 'clientAuth' },
});

/** Runs openssl in the directory of the certificates; the command is written as one would type it. */
const opensslIn =
  (directory: string) =>
  (command: string, ...more: string[]): void => {
    execFileSync('openssl', [...command.split(' '), ...more], { cwd: directory, stdio: 'pipe' });
  };

/** Certificates of one node and its control plane, signed by an authority that lives as long as the cluster. */
export function makeCertificates(directory: string, address: string, serviceAddress: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const openssl = opensslIn(directory);
  const makeKey = (name: string): void => openssl(`ecparam -name prime256v1 -genkey -noout -out ${name}.key`);
  const authority = '-addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign,cRLSign';
  for (const name of ['cluster', 'front']) {
    makeKey(name);
    openssl(`req -x509 -new -key ${name}.key -days ${DAYS} -subj /CN=${name} ${authority} -out ${name}.crt`);
  }
  for (const [name, { subject, usage, names = [], by = 'cluster' }] of Object.entries(
    holders(address, serviceAddress),
  )) {
    makeKey(name);
    const alternatives = names.length > 0 ? [`subjectAltName=${names.join(',')}`] : [];
    const extensions = [`extendedKeyUsage=${usage}`, 'keyUsage=critical,digitalSignature', ...alternatives];
    writeFileSync(join(directory, `${name}.ext`), `${extensions.join('\n')}\n`);
    openssl(`req -new -key ${name}.key -out ${name}.csr -subj`, subject);
    const signed = `-CA ${by}.crt -CAkey ${by}.key -CAcreateserial -days ${DAYS}`;
    openssl(`x509 -req -in ${name}.csr ${signed} -extfile ${name}.ext -out ${name}.crt`);
  }
  openssl('genrsa -out accounts.key 2048');
  openssl('rsa -in accounts.key -pubout -out accounts.pub');
}

/** Writes how one holder of a certificate reaches the API server. */
export function writeKubeconfig(file: string, certificates: string, holder: string, server: string): void {
  const data = (name: string): string => readFileSync(join(certificates, name)).toString('base64');
  const user = { 'client-certificate-data': data(`${holder}.crt`), 'client-key-data': data(`${holder}.key`) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'veche',
    contexts: [{ name: 'veche', context: { cluster: 'veche', user: holder } }],
    clusters: [{ name: 'veche', cluster: { server, 'certificate-authority-data': data('cluster.crt') } }],
    users: [{ name: holder, user }],
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
}
