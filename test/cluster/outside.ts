import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

  private constructor(place: Place) {
    this.place = place;
  }

  static async start(directory: string): Promise<Outside> {
    const secrets = join(directory, 'secrets');
    const ports = { ...(await freePorts()), ...NODE_PORTS };
    const outside = new Outside({ directory, ports, urls: {}, secrets });
    outside.#layVolumes();
    makeSecrets(secrets);
    await Promise.all(['mongodb', 'kafka', 'redis', 'esia-double'].map((name) => outside.#part(name)));
    await outside.#part('keycloak');
    Object.assign(outside.place.urls, {
      gateway: `http://127.0.0.1:${NODE_PORTS.gateway}`,
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
