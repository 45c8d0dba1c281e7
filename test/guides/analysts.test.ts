import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KafkaBus, makeLog, newId, toMessage } from '@veche/kit';
import { ROOT } from '../../stand/src/state.ts';

const PAGE = readFileSync(join(ROOT, 'docs/analysts.md'), 'utf8');
const BLOCKS = [...PAGE.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));
const brokers = process.env['KAFKA_BROKERS'];
const python = process.env['TEST_KAFKA_PYTHON'];
const chdb = process.env['TEST_CLICKHOUSE'];

const directory = mkdtempSync(join(tmpdir(), 'veche-analysts-'));
const topic = `veche.test.${randomUUID()}.v1`;
const contestId = newId();
const closed = { type: 'veche.voting.VotingClosed', data: { contestId, accepted: '33', superseded: '21' } };

/** What the page says, about our broker and a topic of this test. */
const here = (text: string): string =>
  text
    .replaceAll('127.0.0.1:19092', brokers!)
    .replaceAll('veche.voting.voting.v1', topic)
    .replaceAll('veche[.]voting[.]voting[.]v1', topic.replaceAll('.', '[.]'));

const blockWith = (language: string, word: string): string => {
  const found = BLOCKS.find((block) => block.language === language && block.text.includes(word));
  if (!found) throw new Error(`the page has no ${language} block with ${word}`);
  return here(found.text);
};

/** Output of a program that is ended as soon as it has said `word`. */
function saying(word: string, program: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...env }, detached: true });
  let said = '';
  const take = (chunk: Buffer): void => {
    said += chunk.toString();
    if (said.includes(word) && child.exitCode === null) process.kill(-child.pid!, 'SIGTERM');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  child.on('close', () => resolve(said));
  return promise;
}

test('this test runs each block of the page', () => {
  expect(BLOCKS.map(({ language }) => language)).toEqual(['sh', 'sh', 'python', 'sh', 'sql', 'sql']);
});

(brokers ? describe : describe.skip)('against a real event log', () => {
  beforeAll(async () => {
    const log = makeLog('analysts', 'silent');
    const bus = new KafkaBus({ brokers: brokers!.split(','), clientId: 'analysts', log, onFatal: () => undefined });
    await bus.ensureTopics([topic]);
    const event = {
      ...closed,
      id: newId(),
      topic,
      key: contestId,
      data: JSON.stringify(closed.data),
      time: new Date(),
      sequence: 2,
    };
    // Twice, as after a crash of the relay.
    await bus.publish([toMessage(event, 'voting'), toMessage(event, 'voting')]);
    await bus.close();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const kcat = spawnSync('kcat', ['-V']).status === 0 ? test : test.skip;
  kcat('kcat shows headers and value', async () => {
    const said = await saying('"superseded"', 'bash', ['-c', blockWith('sh', 'kcat')]);
    expect(said).toContain('ce_type=veche.voting.VotingClosed');
    expect(said).toContain(contestId);
  });

  test('Node.js follows a topic', async () => {
    const said = await saying(contestId, 'bash', ['-c', blockWith('sh', 'watch-a-topic')], {
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`,
    });
    expect(said).toMatch(/^20\S+Z veche\.voting\.VotingClosed \{"contestId"/m);
  });

  (python ? test : test.skip)('Python reads each event once', async () => {
    const said = await saying('never', 'python3', ['-c', blockWith('python', 'KafkaConsumer')], { PYTHONPATH: python });
    expect(said.match(/veche\.voting\.VotingClosed/g)).toHaveLength(1);
    expect(said).toContain(`${contestId} 33`);
  });

  (chdb ? test : test.skip)('ClickHouse fills its table from the topic and answers both questions', async () => {
    const ddl = here(readFileSync(join(ROOT, 'docs/clickhouse.sql'), 'utf8')).replace(
      "'analyst-clickhouse'",
      `'analyst-${topic}'`,
    );
    // The queue of this test is its topic alone.
    writeFileSync(
      join(directory, 'ddl.sql'),
      ddl.replace(/kafka_topic_list = '[^']*'/, `kafka_topic_list = '${topic}'`),
    );
    const questions = BLOCKS.filter(({ language }) => language === 'sql').map(({ text }) => text);
    writeFileSync(join(directory, 'questions.json'), JSON.stringify(questions));
    const script = join(ROOT, 'test/guides/clickhouse.mjs');
    const said = await saying('never', process.execPath, [script, chdb!, directory]);
    const [first, second] = said
      .trim()
      .split('\n')
      .slice(-2)
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject([{ contestId, voters: 12 }]);
    expect(second).toMatchObject([{ type: 'veche.voting.VotingClosed', events: 1 }]);
  });
});
