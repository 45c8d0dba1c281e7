import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../../stand/src/cache.ts';
import { SUBGRAPHS } from '../../stand/src/parts/services.ts';
import { ROOT } from '../../stand/src/state.ts';
import { layBase } from './base-image.ts';

/** What the chart installs, and what each is built from. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  gateway: 'gateway',
  ...Object.fromEntries([...SUBGRAPHS, 'esia-bridge'].map((name) => [name, `services/${name}`])),
};
export const REPOSITORY = 'localhost/veche';
const BASE = 'localhost/veche-base:24';
const PLATFORM = 'localhost/veche-platform:24';
/** Runs in an image, beside its program: without settings that ends as soon as all of its code is loaded. */
const LOOK = `
  const spent = 'data:text/javascript,process.on("exit",()=>console.log(Math.round(process.cpuUsage().user/1000)))';
  const begun = performance.now();
  const { spawnSync } = require('node:child_process');
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', spent, 'src/main.ts'], { encoding: 'utf8' });
  const startMs = Math.round(performance.now() - begun);
  const { components } = require('/app/sbom.cdx.json');
  console.log(JSON.stringify({ startMs, cpuMs: Number(stdout), stderr, packages: components.length }));
`;

/** Images built by the project's Dockerfile, and the two that a node needs itself, in one directory of the OCI layout: a layer is there once. */
export class Images {
  readonly #store = join(cacheRoot(), 'cluster', 'buildah');
  readonly #told = new Set<string>();
  readonly layout: string;

  constructor(layout: string) {
    this.layout = layout;
    mkdirSync(this.#store, { recursive: true });
    rmSync(layout, { recursive: true, force: true });
  }

  #buildah(...args: string[]): string {
    const place = ['--root', this.#store, '--runroot', join(this.#store, 'run'), '--storage-driver', 'overlay'];
    return execFileSync('buildah', [...place, ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 ** 2,
    });
  }

  /** An image of a directory, with its settings. */
  #fromDirectory(name: string, root: string, settings: readonly string[]): void {
    const container = this.#buildah('from', 'scratch').trim();
    this.#buildah('copy', '--quiet', container, root, '/');
    this.#buildah('config', ...settings, container);
    this.#buildah('commit', '--quiet', '--rm', '--timestamp', '0', container, name);
  }

  /** The base that stands in for `node:24-slim`. */
  base(work: string, from: { node: string; npm: string }): void {
    const root = join(work, 'base');
    rmSync(root, { recursive: true, force: true });
    layBase(root, from);
    const path = 'PATH=/usr/local/bin:/usr/bin:/bin';
    this.#fromDirectory(BASE, root, ['--env', path, '--env', 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt']);
  }

  /** An image of one static program. */
  single(name: string, work: string, program: string, args: readonly string[]): void {
    const root = join(work, name.replaceAll(/\W/g, '-'));
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    execFileSync('install', ['-m', '755', program, join(root, 'program')]);
    this.#fromDirectory(name, root, ['--entrypoint', JSON.stringify(['/program', ...args])]);
    this.#add(name);
  }

  /** What all programs share, by the project's Dockerfile. */
  platform(): void {
    this.#build(PLATFORM, { NODE_IMAGE: BASE }, ['--target', 'platform']);
  }

  /** One program of the platform by the project's Dockerfile. */
  program(name: string, tag: string, version: string): void {
    const image = `${REPOSITORY}/${name}:${tag}`;
    this.#build(image, { NODE_IMAGE: BASE, PLATFORM, SERVICE: PROGRAMS[name]!, VERSION: version });
    this.#add(image);
    if (!this.#told.has(name)) this.#tell(name, image);
  }

  /** Tells once of a program what its image weighs and holds, and in what time it starts. */
  #tell(name: string, image: string): void {
    this.#told.add(name);
    const container = this.#buildah('from', '--pull-never', image).trim();
    const seen = this.#buildah('run', '--isolation', 'chroot', container, '--', 'node', '--eval', LOOK);
    this.#buildah('rm', container);
    const { startMs, cpuMs, stderr, packages } = JSON.parse(seen) as Record<
      'startMs' | 'cpuMs' | 'packages',
      number
    > & {
      stderr: string;
    };
    if (!stderr.includes('settings are wrong')) throw new Error(`${image} does not start: ${stderr}`);
    const [{ size }] = JSON.parse(this.#buildah('images', '--json', image)) as [{ size: string }];
    const loaded = `its code is loaded in ${startMs} ms, ${cpuMs} ms of a core`;
    console.log(`${name}: ${size}, ${packages} packages in /app/sbom.cdx.json, ${loaded}`);
  }

  #build(image: string, settings: Record<string, string>, more: readonly string[] = []): void {
    const set = Object.entries(settings).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
    // npm is reached as this machine reaches it.
    const manner = ['--isolation', 'chroot', '--network', 'host', '--layers', '--pull-never', '--timestamp', '0'];
    this.#buildah('bud', '--quiet', ...manner, ...set, ...more, '-t', image, '-f', 'Dockerfile', ROOT);
  }

  /** Hardly compressed: what is never sent anywhere need not be small. */
  #add(image: string): void {
    this.#buildah(
      'push',
      '--quiet',
      '--compression-format',
      'zstd',
      '--compression-level',
      '1',
      image,
      `oci:${this.layout}:${image}`,
    );
  }

  /** The whole layout as the archive that a node imports. */
  archive(file: string): void {
    execFileSync('tar', ['-cf', file, '-C', this.layout, '.']);
  }
}
