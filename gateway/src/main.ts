import './telemetry-off.ts';
import { LAST_ANSWERS_MS, runProgram } from '@veche/kit';
import { startGateway } from './server.ts';

await runProgram('gateway', () => startGateway(process.env, { lastAnswersMs: LAST_ANSWERS_MS }));
