import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The root file system of an image with Node.js and npm, from what this machine has: no registry of images is needed. Elsewhere the Dockerfile
 * takes `node:24-slim`, which this stands in for: the program, the libraries that it is linked with, certificates, and a shell to build with.
 */
const LIBRARIES = '/lib/x86_64-linux-gnu';
const LOADER = '/lib64/ld-linux-x86-64.so.2';
/** Names are resolved by these, which no program names among its libraries. */
const RESOLVER = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];
const SHELL_PROGRAMS = [
  'sh',
  'env',
  'ln',
  'test',
  'cat',
  'ls',
  'mkdir',
  'rm',
  'cp',
  'mv',
  'sed',
  'grep',
  'dirname',
  'basename',
  'uname',
];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const NOBODY_ELSE = 10_001;

/** Copies a file as what it is, not as the link that names it. */
function put(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(realpathSync(from), to);
}

const linkedLibraries = (program: string): string[] =>
  [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/=> (\/\S+)/g)].map(([, file]) => file!);

/** Fills `root`; `npm` is the directory of the npm package. */
export function layBase(root: string, { node, npm }: { node: string; npm: string }): void {
  const inside = (path: string): string => join(root, path);
  put(node, inside('usr/local/bin/node'));
  execFileSync('strip', ['--strip-unneeded', inside('usr/local/bin/node')]);
  for (const file of [...linkedLibraries(node), ...RESOLVER.map((name) => join(LIBRARIES, name))])
    put(file, inside(join(LIBRARIES, basename(file))));
  put(LOADER, inside(LOADER));
  put(CERTIFICATES, inside(CERTIFICATES));
  cpSync(npm, inside('usr/local/lib/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/npm/bin/npm-cli.js', inside('usr/local/bin/npm'));
  put('/bin/busybox', inside('bin/busybox'));
  mkdirSync(inside('usr/bin'), { recursive: true });
  for (const name of SHELL_PROGRAMS) symlinkSync('busybox', inside(join('bin', name)));
  symlinkSync('/bin/env', inside('usr/bin/env'));
  writeFileSync(
    inside('etc/passwd'),
    `root:x:0:0:root:/root:/bin/sh\nveche:x:${NOBODY_ELSE}:${NOBODY_ELSE}::/tmp:/bin/sh\n`,
  );
  writeFileSync(inside('etc/group'), `root:x:0:\nveche:x:${NOBODY_ELSE}:\n`);
  writeFileSync(inside('etc/nsswitch.conf'), 'hosts: files dns\n');
  mkdirSync(inside('tmp'), { recursive: true });
  chmodSync(inside('tmp'), 0o1777);
}
