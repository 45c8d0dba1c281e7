import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a service and what it needs: holds traffic back, delays it, or cuts connections. */
export class FaultProxy {
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #pairs = new Set<[Socket, Socket]>();
  #frozen = false;
  #delayMs = 0;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((inner) => this.#join(inner));
  }

  static async before(host: string, port: number): Promise<FaultProxy> {
    const proxy = new FaultProxy({ host, port });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nothing goes through any more and nobody is told: as a stopped process, or a network that swallows packets. */
  freeze(): void {
    this.#frozen = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  thaw(): void {
    this.#frozen = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  /** Every packet in either direction from now on comes so much later. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Ends every connection at once; `share` of them by chance. */
  cut(share = 1): void {
    for (const pair of this.#pairs) if (Math.random() < share) for (const socket of pair) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #join(inner: Socket): void {
    const outer = connect(this.#target.port, this.#target.host);
    const pair: [Socket, Socket] = [inner, outer];
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [outer, inner] as const]) {
      from.setNoDelay(true);
      from.on('data', (chunk: Buffer) => {
        if (this.#delayMs === 0) to.write(chunk);
        else setTimeout(() => to.destroyed || to.write(chunk), this.#delayMs);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
      if (this.#frozen) from.pause();
    }
  }
}
