import type { Dashboard } from './dashboard-json.ts';

const OPERATION = 'veche_graphql_operation_seconds';
const W = '$__rate_interval';
const rate = (selector: string, by = ''): string => `sum${by ? ` by (${by})` : ''} (rate(${selector}[${W}]))`;
const quantile = (q: number, metric: string, selector: string, by = ''): string =>
  `histogram_quantile(${q}, ${rate(`${metric}_bucket{${selector}}`, `le${by ? `, ${by}` : ''}`)})`;
const since = (metric: string, by: string): string => `time() - max by (${by}) (${metric})`;

const OVERVIEW: Dashboard = {
  uid: 'veche-overview',
  title: 'Вече: обзор',
  panels: [
    {
      title: 'Запросы к графу',
      unit: 'reqps',
      lines: { '{{result}}': rate(`${OPERATION}_count{service="gateway"}`, 'result') },
    },
    {
      title: 'Время ответа шлюза',
      unit: 's',
      lines: {
        'p50 {{kind}}': quantile(0.5, OPERATION, 'service="gateway"', 'kind'),
        'p99 {{kind}}': quantile(0.99, OPERATION, 'service="gateway"', 'kind'),
      },
    },
    {
      title: 'Запросы к подграфам',
      unit: 'reqps',
      lines: { '{{subgraph}}': rate('veche_gateway_subgraph_seconds_count', 'subgraph') },
    },
    {
      title: 'Ошибки подграфов',
      unit: 'reqps',
      lines: { '{{subgraph}}': rate('veche_gateway_subgraph_seconds_count{result="error"}', 'subgraph') },
    },
    {
      title: 'Время ответа подграфов, p99',
      unit: 's',
      lines: { '{{subgraph}}': quantile(0.99, 'veche_gateway_subgraph_seconds', '', 'subgraph') },
    },
    {
      title: 'Отказы по правилам',
      unit: 'reqps',
      lines: { '{{mutation}} {{outcome}}': rate('veche_mutations_total{outcome!="ACCEPTED"}', 'mutation, outcome') },
    },
    {
      title: 'Израсходовано бюджета ошибок за 3 дня (1 = предел)',
      unit: 'percentunit',
      lines: {
        голоса: 'veche:slo_bad:ratio_3d{slo="vote"} / 0.001',
        чтение: 'veche:slo_bad:ratio_3d{slo="read"} / 0.005',
        события: 'veche:slo_bad:ratio_3d{slo="event"} / 0.01',
      },
    },
    { title: 'Входы через ЕСИА', unit: 'reqps', lines: { '{{result}}': rate('esia_logins_total', 'result') } },
  ],
};

const EVENING: Dashboard = {
  uid: 'veche-evening',
  title: 'Вече: последний вечер',
  from: 'now-3h',
  panels: [
    {
      title: 'Бюллетеней принято',
      kind: 'stat',
      unit: 'short',
      lines: { всего: 'sum(veche_voting_ballots_total{outcome="ACCEPTED"})' },
    },
    {
      title: 'Принято в секунду',
      unit: 'reqps',
      lines: { '{{channel}}': rate('veche_voting_ballots_total{outcome="ACCEPTED"}', 'channel') },
    },
    {
      title: 'Не принято, по причине',
      unit: 'reqps',
      lines: { '{{outcome}}': rate('veche_voting_ballots_total{outcome!="ACCEPTED"}', 'outcome') },
    },
    {
      title: 'Не имеют права голоса, по причине',
      unit: 'reqps',
      lines: { '{{code}}': rate('veche_voting_eligibility_refusals_total', 'code') },
    },
    {
      title: 'Голос: время ответа',
      unit: 's',
      lines: {
        p50: quantile(0.5, OPERATION, 'service="gateway",operation="castBallot"'),
        p99: quantile(0.99, OPERATION, 'service="gateway",operation="castBallot"'),
        'p99 voting': quantile(0.99, OPERATION, 'service="voting",operation="castBallot"'),
      },
    },
    {
      title: 'Журнал: задержка места',
      unit: 's',
      lines: {
        p50: quantile(0.5, 'veche_voting_sealing_delay_seconds', ''),
        p99: quantile(0.99, 'veche_voting_sealing_delay_seconds', ''),
        'без подписи': since('veche_voting_log_sealed_seconds', 'service'),
      },
    },
    {
      title: 'Наблюдатели молчат',
      unit: 's',
      lines: { '{{witness}}': since('veche_voting_witness_answered_seconds', 'witness') },
    },
    {
      title: 'Зрителей трансляции',
      unit: 'short',
      lines: { '{{pod}}': 'sum by (pod) (veche_live_listeners)', отключено: rate('veche_live_dropped_total') },
    },
    {
      title: 'Цикл событий, p99',
      unit: 's',
      lines: {
        '{{service}} {{pod}}':
          'max by (service, pod) (nodejs_eventloop_lag_p99_seconds{service=~"gateway|voting|identity|esia-bridge"})',
      },
    },
    { title: 'Входы через ЕСИА', unit: 'reqps', lines: { '{{result}}': rate('esia_logins_total', 'result') } },
  ],
};

const EVENTS: Dashboard = {
  uid: 'veche-events',
  title: 'Вече: события',
  panels: [
    {
      title: 'Старейшее неотправленное событие',
      unit: 's',
      lines: { '{{service}}': 'max by (service) (veche_outbox_lag_seconds)' },
    },
    { title: 'Ждут отправки', unit: 'short', lines: { '{{service}}': 'max by (service) (veche_outbox_depth)' } },
    { title: 'Отправлено', unit: 'reqps', lines: { '{{service}}': rate('veche_outbox_published_total', 'service') } },
    {
      title: 'Отставание потребителей, сообщений',
      unit: 'short',
      lines: { '{{service}} {{topic}}': 'max by (service, topic) (veche_consumer_lag)' },
    },
    {
      title: 'От события до обработки, p99',
      unit: 's',
      lines: { '{{service}}': quantile(0.99, 'veche_consumer_delay_seconds', '', 'service') },
    },
    {
      title: 'Обработано',
      unit: 'reqps',
      lines: { '{{service}}': rate('veche_consumer_handled_seconds_count', 'service') },
    },
    {
      title: 'Неудачные попытки и отложенные',
      unit: 'short',
      lines: {
        'неудача {{service}} {{type}}': `sum by (service, type) (increase(veche_consumer_failed_total[${W}]))`,
        'отложено {{service}} {{type}}': `sum by (service, type) (increase(veche_consumer_dead_letters_total[${W}]))`,
      },
    },
    {
      title: 'Фоновые задачи: прошло с последнего завершения',
      unit: 's',
      lines: { '{{service}} {{task}}': since('veche_task_ended_seconds', 'service, task') },
    },
  ],
};

const SERVICE: Dashboard = {
  uid: 'veche-service',
  title: 'Вече: один сервис',
  variable: { name: 'service', of: 'process_start_time_seconds' },
  panels: [
    {
      title: 'Операции',
      unit: 'reqps',
      lines: { '{{operation}}': `topk(15, ${rate(`${OPERATION}_count{service="$service"}`, 'operation')})` },
    },
    {
      title: 'Ошибки операций',
      unit: 'reqps',
      lines: { '{{operation}}': rate(`${OPERATION}_count{service="$service",result="error"}`, 'operation') },
    },
    {
      title: 'Время операций, p99',
      unit: 's',
      lines: { '{{operation}}': `topk(15, ${quantile(0.99, OPERATION, 'service="$service"', 'operation')})` },
    },
    {
      title: 'Изменения по исходам',
      unit: 'reqps',
      lines: {
        '{{mutation}} {{outcome}}': `topk(20, ${rate('veche_mutations_total{service="$service"}', 'mutation, outcome')})`,
      },
    },
    {
      title: 'HTTP по кодам',
      unit: 'reqps',
      lines: { '{{route}} {{status}}': rate('veche_http_request_seconds_count{service="$service"}', 'route, status') },
    },
    {
      title: 'Недействительные входы',
      unit: 'reqps',
      lines: {
        '{{reason}}': rate('veche_tokens_refused_total{service="$service"}', 'reason'),
        'не проверены': rate('veche_tokens_unchecked_total{service="$service"}'),
      },
    },
    {
      title: 'Процессор, ядер',
      unit: 'short',
      lines: { '{{pod}}': `sum by (pod) (rate(process_cpu_seconds_total{service="$service"}[${W}]))` },
    },
    {
      title: 'Память',
      unit: 'bytes',
      lines: {
        'всего {{pod}}': 'max by (pod) (process_resident_memory_bytes{service="$service"})',
        'куча {{pod}}': 'max by (pod) (nodejs_heap_size_used_bytes{service="$service"})',
      },
    },
    {
      title: 'Цикл событий, p99',
      unit: 's',
      lines: { '{{pod}}': 'max by (pod) (nodejs_eventloop_lag_p99_seconds{service="$service"})' },
    },
    {
      title: 'Перезапуски за час',
      unit: 'short',
      lines: { '{{pod}}': 'max by (pod) (changes(process_start_time_seconds{service="$service"}[1h]))' },
    },
  ],
};

/** Dashboards of Grafana in as few words as they need; written to charts/veche/files/dashboards by `npm run generate`. */
export const DASHBOARDS: Readonly<Record<string, Dashboard>> = {
  overview: OVERVIEW,
  'last-evening': EVENING,
  events: EVENTS,
  service: SERVICE,
};
