// Checks a voter's receipt against the open log, without a line of the operator's code. README.md beside it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isHash } from './head.ts';
import { LogClient, Unanswered, type Keys } from './log-client.ts';
import { checkReceipt, parseReceipt, type Verdict } from './receipt.ts';

const HELP = `Использование: verify-receipt <квитанция.json> [--url http://127.0.0.1:4000] [--witnesses 1]
  [--receipt-key hex] [--log-key hex] [--witness имя=hex ...]
Ключи, переданные вами, надёжнее тех, что называет сам сайт: возьмите их из постановления о конкурсе и у свидетелей.`;
const MARKS = ['да ', 'НЕТ', ' ? '] as const;

function settings() {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: text,
      witnesses: text,
      'receipt-key': text,
      'log-key': text,
      witness: { type: 'string', multiple: true },
    },
  });
  const witnesses = (values.witness ?? []).map((entry) => {
    const [id = '', key = ''] = entry.split('=');
    return { id, key };
  });
  const need = Number(values.witnesses ?? 1);
  const keys = [values['receipt-key'], values['log-key'], ...witnesses.map(({ key }) => key)];
  const url = values.url ?? 'http://127.0.0.1:4000';
  const right = positionals.length === 1 && URL.canParse(url) && Number.isInteger(need) && need >= 0;
  if (!right || keys.some((key) => key !== undefined && !isHash(key))) return null;
  return { file: positionals[0]!, url, need, receipt: values['receipt-key'], log: values['log-key'], witnesses };
}

/** The keys that were given, and those of the site itself for the rest, with a warning. */
function keysOf({ receipt, log, witnesses }: NonNullable<ReturnType<typeof settings>>, named: Keys): Keys {
  if (!receipt || !log || witnesses.length === 0)
    console.log('Внимание: часть ключей взята с самого сайта; сверьте их с опубликованными.');
  return {
    receipt: receipt ?? named.receipt,
    log: log ?? named.log,
    witnesses: witnesses.length > 0 ? witnesses : named.witnesses,
  };
}

async function main(): Promise<Verdict> {
  const given = settings();
  if (!given) {
    console.error(HELP);
    return 2;
  }
  const receipt = parseReceipt(readFileSync(resolve(process.env['VECHE_CALLED_FROM'] ?? '.', given.file), 'utf8'));
  if (!receipt) {
    console.error('Файл не похож на квитанцию: нужен JSON, который сайт выдал после голосования.');
    return 2;
  }
  const log = new LogClient(given.url);
  const keys = keysOf(given, await log.keys());
  const findings = await checkReceipt(receipt, { log, keys, need: given.need, now: new Date() });
  for (const { verdict, text } of findings) console.log(`${MARKS[verdict]} ${text}`);
  const verdict = [1, 2, 0].find((one) => findings.some((finding) => finding.verdict === one)) as Verdict;
  console.log(
    ['Итог: голос учтён в журнале.', 'Итог: ПРОВЕРКА НЕ ПРОЙДЕНА.', 'Итог: проверить до конца не удалось.'][verdict],
  );
  return verdict;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof Unanswered || (error as NodeJS.ErrnoException).code === 'ENOENT';
  console.error(`Проверить не удалось: ${known ? (error as Error).message : String(error)}`);
  process.exitCode = 2;
}
