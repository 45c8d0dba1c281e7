import { execFileSync, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { java } from '../command.ts';
import { freePorts } from '../ports.ts';
import { logged } from '../probe.ts';
import { launch } from '../process.ts';
import { CLUSTER_ID, distribution, JVM, main, settings, STARTED } from './kafka.ts';

export interface GuardedKafka {
  process: ChildProcess;
  /** For the administrator, who may do everything without a login. */
  inside: string;
  /** For all others: by TLS, as somebody, and only what a rule allows. */
  outside: string;
  /** PEM of the authority that vouches for the broker. */
  caFile: string;
}

/** A broker that asks who comes (SCRAM-SHA-512 over TLS) and allows what its rules say, as a cluster of Kubernetes has it; for tests. */
export async function guardedKafka(directory: string, passwords: ReadonlyMap<string, string>): Promise<GuardedKafka> {
  const logFile = join(directory, 'broker.log');
  const { classPath } = await distribution({ progress: () => undefined, logFile });
  const ports = await freePorts();
  const [inside, controller, outside] = [ports.kafka, ports['kafka-controller'], ports.redis];
  const caFile = join(directory, 'ca.pem');
  const properties = join(directory, 'server.properties');
  const common = settings(inside, controller, join(directory, 'data'));
  writeFileSync(properties, guarded(common, { outside, certificate: certificate(directory, caFile) }));
  const program = await java(() => undefined);
  const users = [...passwords].flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  const tool = [...JVM, ...main(classPath).slice(0, -1), 'kafka.tools.StorageTool', 'format', '--standalone'];
  const place = ['--cluster-id', CLUSTER_ID, '--config', properties];
  execFileSync(program, [...tool, ...place, ...users], { stdio: 'pipe' });
  const broker = launch(program, [...JVM, ...main(classPath), properties], process.env, logFile);
  const ready = logged(logFile, STARTED, 0);
  while (!(await ready())) {
    if (broker.exitCode !== null)
      throw new Error(`the broker did not start: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
    await sleep(100);
  }
  return { process: broker, inside: `127.0.0.1:${inside}`, outside: `127.0.0.1:${outside}`, caFile };
}

/** A key with a certificate for this machine, which vouches for itself. */
function certificate(directory: string, caFile: string): { key: string; chain: string } {
  const keyFile = join(directory, 'key.pem');
  const subject = ['-subj', '/CN=kafka', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-out', caFile], { stdio: 'pipe' });
  return { key: readFileSync(keyFile, 'utf8'), chain: readFileSync(caFile, 'utf8') };
}

interface Guard {
  outside: number;
  certificate: { key: string; chain: string };
}

/** The stand's settings, with a second way in that is guarded; of a property that is given twice the later holds. */
function guarded(common: string, { outside, certificate: { key, chain } }: Guard): string {
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(common)![1]!;
  const way = `GUARDED://127.0.0.1:${outside}`;
  const line = (pem: string): string => pem.trim().replaceAll('\n', '\\n');
  const more = {
    listeners: `${value('listeners')},${way}`,
    'advertised.listeners': `${value('advertised.listeners')},${way}`,
    'listener.security.protocol.map': `${value('listener.security.protocol.map')},GUARDED:SASL_SSL`,
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.guarded.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'listener.name.guarded.ssl.keystore.type': 'PEM',
    'listener.name.guarded.ssl.keystore.key': line(key),
    'listener.name.guarded.ssl.keystore.certificate.chain': line(chain),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  };
  return (
    common +
    Object.entries(more)
      .map(([name, text]) => `${name}=${text}\n`)
      .join('')
  );
}
