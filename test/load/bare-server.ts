import { createServer } from 'node:http';

/** The baseline: reads the body of a POST and answers as many bytes as a receipt has. */
const ANSWER = JSON.stringify({
  data: { castBallot: { receipt: 'x'.repeat(Number(process.argv[2] ?? 700)), rejection: null } },
});

const server = createServer((request, response) => {
  request.on('data', () => {});
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
    response.end(ANSWER);
  });
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as { port: number }).port }));
// Whoever started the load may have been killed; nobody else ends this process.
process.on('disconnect', () => process.exit());
