import { connect, createServer } from 'node:net';

/** Lets what listens on the loopback alone be reached at another address of this machine; for programs that refuse any other place. */
export async function forward(host: string, port: number): Promise<void> {
  const server = createServer((incoming) => {
    const outgoing = connect(port, '127.0.0.1');
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
}
