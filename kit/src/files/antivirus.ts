import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Looks at the bytes of a file before it is kept. Throws when it cannot tell; then the file is not taken. */
export type Antivirus = (bytes: Uint8Array) => Promise<'CLEAN' | 'INFECTED'>;

const TIMEOUT_MS = 60_000;
const CHUNK = 1_048_576;
const ANSWER_MAX = 4096;

/** clamd by its INSTREAM command over TCP (clamd(8)): chunks with their length in network order, a zero length ends them. */
export function clamd({ host, port }: { host: string; port: number }): Antivirus {
  return async (bytes) => {
    const socket = connect({ host, port });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('the antivirus does not answer')));
    try {
      await once(socket, 'connect');
      const answer = answerOf(socket);
      socket.write('zINSTREAM\0');
      for (let from = 0; from < bytes.length; from += CHUNK) sendChunk(socket, bytes.subarray(from, from + CHUNK));
      sendChunk(socket, new Uint8Array());
      return verdict(await answer);
    } finally {
      socket.destroy();
    }
  };
}

function sendChunk(socket: Socket, chunk: Uint8Array): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  socket.write(length);
  socket.write(chunk);
}

function answerOf(socket: Socket): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(0, ANSWER_MAX);
    if (text.includes('\0')) resolve(text);
  });
  socket.on('close', () => resolve(text));
  socket.on('error', reject);
  return promise;
}

function verdict(answer: string): 'CLEAN' | 'INFECTED' {
  const said = answer.replaceAll('\0', '').trim();
  if (said === 'stream: OK') return 'CLEAN';
  if (said.startsWith('stream: ') && said.endsWith(' FOUND')) return 'INFECTED';
  throw new Error('the antivirus gave no verdict');
}
