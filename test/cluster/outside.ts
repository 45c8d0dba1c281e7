import { chmodSync, chownSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { HOST } from '../../stand/src/host.ts';
import { startS3, type S3Server } from '@veche/kit/testing/s3-server';
import { seaweedfs } from '../../stand/src/parts/seaweedfs.ts';
import { makeSecrets, WITNESSES } from '../../stand/src/secrets.ts';
import { freePorts } from '../../stand/src/ports.ts';
import { allParts } from '../../stand/src/stand.ts';
import { OwnPart, type Place } from '../faults/own-part.ts';
import { forward } from './forward.ts';
import { NETWORK } from './node/settings.ts';

/** Ports of the node at which the outside meets the gateway and the bridge. */
export const NODE_PORTS = { gateway: 30_400, 'esia-bridge': 30_410 } as const;
/** The user of the images. */
const USER = 10_001;
/** Volumes of what no database holds. */
export const VOLUMES = ['contests', 'voting'] as const;

/** What the chart does not bring: data stores, Keycloak, the double of ESIA, witnesses; on this machine, at an address that pods reach. */
export class Outside {
  readonly place: Place;
  #mongodb!: OwnPart;
  /** Null where its program cannot be had: then files lie in a volume. */
  s3: S3Server | null = null;

  private constructor(place: Place) {
    this.place = place;
  }

  static async start(directory: string): Promise<Outside> {
    const secrets = join(directory, 'secrets');
    const ports = { ...(await freePorts()), ...NODE_PORTS };
    const outside = new Outside({ directory, ports, urls: {}, secrets });
    outside.#layVolumes();
    makeSecrets(secrets);
    const others = ['redis', 'esia-double'].map((name) => outside.#part(name));
    outside.#mongodb = await outside.#part('mongodb');
    await Promise.all(others);
    const weed = await seaweedfs(console.log);
    if (weed) outside.s3 = await startS3(weed, join(directory, 's3'), HOST);
    await outside.#part('keycloak');
    Object.assign(outside.place.urls, {
      gateway: `http://127.0.0.1:${NODE_PORTS.gateway}`,
      kafka: `${HOST}:${ports.kafka}`,
      esiaBridge: `http://127.0.0.1:${NODE_PORTS['esia-bridge']}`,
    });
    for (const name of ['esia-double', ...WITNESSES] as const) await forward(NETWORK.node, ports[name]);
    writeFileSync(outside.stateFile, JSON.stringify({ instance: 'cluster', ...outside.place, parts: {} }), {
      mode: 0o600,
    });
    return outside;
  }

  /** What scripts of the stand read of it. */
  get stateFile(): string {
    return join(this.place.directory, 'state.json');
  }

  volume(name: (typeof VOLUMES)[number]): string {
    return join(this.place.directory, 'volumes', name);
  }

  /** How many files lie at the S3 server. */
  async storedFiles(): Promise<number> {
    const { admin, bucket } = this.s3!;
    return (await admin.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount ?? 0;
  }

  /** The event log comes when it is called: what is installed must not need it to start. */
  async startKafka(): Promise<void> {
    await this.#part('kafka');
  }

  /** A copy of the database as it stands on its disk, in the place of a backup; nothing writes meanwhile. */
  async copyDatabase(name: string): Promise<void> {
    await this.#mongodb.stop();
    cpSync(this.#mongodb.directory, this.#copy(name), { recursive: true });
    await this.#mongodb.start();
  }

  /** The database as that copy has it. */
  async restoreDatabase(name: string): Promise<void> {
    await this.#mongodb.stop();
    rmSync(this.#mongodb.directory, { recursive: true });
    cpSync(this.#copy(name), this.#mongodb.directory, { recursive: true });
    await this.#mongodb.start();
  }

  #copy(name: string): string {
    return join(this.place.directory, 'copies', name);
  }

  /** Outsiders sign heads once there is a gateway to ask. */
  async startWitnesses(): Promise<void> {
    await Promise.all(WITNESSES.map((name) => this.#part(name)));
  }

  #part(name: string): Promise<OwnPart> {
    return OwnPart.start(
      allParts.find((part) => part.name === name)!,
      this.place,
    );
  }

  /** The keys of voting lie in its volume; whoever looks behind the scenes finds them where the stand has them. */
  #layVolumes(): void {
    for (const name of VOLUMES) {
      mkdirSync(join(this.volume(name), 'keys'), { recursive: true });
      for (const path of [this.volume(name), join(this.volume(name), 'keys')]) {
        chownSync(path, USER, USER);
        chmodSync(path, 0o700);
      }
    }
    mkdirSync(this.place.secrets, { recursive: true, mode: 0o700 });
    symlinkSync(join(this.volume('voting'), 'keys'), join(this.place.secrets, 'voting'));
  }
}
