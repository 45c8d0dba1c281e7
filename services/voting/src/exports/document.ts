import { DateTime } from 'luxon';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { formatMoney } from '@veche/kit/domain/money';
import type { Voting } from '../domain/voting.ts';
import type { Protocol } from '../count/counting.ts';
import type { StoredResult } from '../store.ts';
import type { Cell } from '@veche/kit/domain/csv';
import { columnsOf } from './table.ts';

const STYLE =
  'body{font:16px/1.4 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;width:100%}' +
  'th,td{border:1px solid #888;padding:.3em .5em;text-align:left;vertical-align:top}code{word-break:break-all}td.n{text-align:right}';

/** The protocol of a result for people, in Russian: all numbers, ties and hashes; one page without anything from elsewhere. */
export function documentOf(voting: Voting, stored: StoredResult): string {
  const protocol = JSON.parse(stored.protocol) as Protocol;
  const { announcement, window } = voting;
  const time = (at: Date): string =>
    `${DateTime.fromJSDate(at, { zone: announcement!.timeZone }).toFormat('dd.MM.yyyy HH:mm')} (${announcement!.timeZone})`;
  const facts: [string, string][] = [
    ['Конкурс', protocol.contest],
    ['Голосование', `${time(window!.opensAt)} - ${time(window!.closesAt)}`],
    ['Итоги определены', time(stored.determinedAt)],
    ...(protocol.reason === undefined ? [] : [['Причина нового определения', protocol.reason] as [string, string]]),
    ['Принято бюллетеней', String(protocol.accepted)],
    ['Заменено повторным голосом', String(protocol.superseded)],
    ...(protocol.excluded
      ? [['Исключено решением комиссии', String(protocol.excluded.length)] as [string, string]]
      : []),
    ['Учтено бюллетеней', String(protocol.counted)],
    ...protocol.channels.map(({ channel, accepted, counted }): [string, string] => [
      `Из них через канал «${channel}»`,
      `принято ${accepted}, учтено ${counted}`,
    ]),
    ['Голосовавшие больше чем одним способом (онлайн, в пункте, на бумаге)', String(protocol.doubleVotes)],
    ['Отклонено из-за голоса, поданного другим способом', String(protocol.doubleVotesRefused)],
    ...vouchedIn(protocol),
    ['Бюджет', `${formatMoney(BigInt(protocol.budgetKopecks))} руб.`],
    ['Стоимость победителей', `${formatMoney(BigInt(protocol.spentKopecks))} руб.`],
  ];
  const hashes: [string, string][] = [
    ['SHA-256 правила', protocol.ruleHash],
    ['SHA-256 протокола (protocol.json)', stored.protocolHash],
  ];
  return [
    '<!doctype html><html lang="ru"><head><meta charset="utf-8">',
    `<title>Протокол итогов голосования, версия ${protocol.version}</title><style>${STYLE}</style></head><body>`,
    `<h1>Протокол итогов голосования</h1><p>Версия ${protocol.version}.</p>`,
    listOf(facts),
    `<h2>Проекты</h2>${tableOf(protocol)}`,
    `<h2>Равенства</h2>${tiesOf(protocol.ties)}`,
    `<h2>Проверка</h2><p>Итоги может пересчитать каждый по файлам package.tar командой npm run recount.</p>${listOf(hashes)}`,
    `<h2>Правило</h2><p><code>${escaped(canonicalJson(announcement!.rule))}</code></p></body></html>\n`,
  ].join('\n');
}

const vouchedIn = ({ vouchedByAct = 0 }: Protocol): [string, string][] =>
  vouchedByAct === 0
    ? []
    : [
        [
          'Бумажные бюллетени, за возраст и место жительства по которым ручается акт, без проверки по листам',
          `${vouchedByAct}`,
        ],
      ];

const listOf = (facts: readonly (readonly [string, string])[]): string =>
  `<table>${facts.map(([name, value]) => `<tr><th>${escaped(name)}</th><td><code>${escaped(value)}</code></td></tr>`).join('')}</table>`;

const tiesOf = (ties: readonly string[]): string =>
  ties.length === 0 ? '<p>Равенств не было.</p>' : `<ul>${ties.map((tie) => `<li>${escaped(tie)}</li>`).join('')}</ul>`;

function tableOf(protocol: Protocol): string {
  const columns = columnsOf(protocol);
  const head = columns.map(({ title }) => `<th>${escaped(title)}</th>`).join('');
  const rows = protocol.projects.map((line) => `<tr>${columns.map(({ of }) => cellOf(of(line))).join('')}</tr>`);
  return `<table><tr>${head}</tr>\n${rows.join('\n')}</table>`;
}

const cellOf = (cell: Cell): string =>
  'number' in cell ? `<td class="n">${cell.number.replace('.', ',')}</td>` : `<td>${escaped(cell.text)}</td>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
