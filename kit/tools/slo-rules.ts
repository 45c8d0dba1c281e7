import { stringify } from 'yaml';

interface Objective {
  slo: string;
  /** Name of its alarms. */
  alert: string;
  /** Share that may fail in 30 days. */
  budget: number;
  /** What failed in a window, and all of it, as expressions. */
  bad(window: string): string;
  all(window: string): string;
  russian: { what: string; look: string };
}

const RUNBOOKS = 'docs/operations/runbooks';

const increase = (selector: string, window: string): string => `(sum(increase(${selector}[${window}])) or vector(0))`;

/** All of a histogram but what fits under a bound; `labels` as in a selector. */
const slower = (metric: string, labels: readonly string[], le: string, window: string): string => {
  const fast = [...labels, `le="${le}"`].join(',');
  return `(${increase(`${metric}_count{${labels.join(',')}}`, window)} - ${increase(`${metric}_bucket{${fast}}`, window)})`;
};

const OPERATION = 'veche_graphql_operation_seconds';
const VOTES = 'service="gateway",operation="castBallot"';
const READS = 'service="gateway",kind="query"';
const NO_ANSWER = 'OVERLOADED|UNAVAILABLE|CONTEST_KEY_UNAVAILABLE';

/** docs/operations/slo.md explains each. */
const OBJECTIVES: readonly Objective[] = [
  {
    slo: 'vote',
    alert: 'VecheVotes',
    budget: 0.001,
    bad: (window) =>
      [
        increase(`${OPERATION}_count{${VOTES},result="error"}`, window),
        slower(OPERATION, [VOTES, 'result="ok"'], '2.5', window),
        increase(`veche_mutations_total{service="voting",mutation="castBallot",outcome=~"${NO_ANSWER}"}`, window),
      ].join(' + '),
    all: (window) => increase(`${OPERATION}_count{${VOTES},result!="refused"}`, window),
    russian: {
      what: 'Голоса не принимаются или принимаются слишком долго',
      look: 'Бюллетень не теряется: его можно послать снова с тем же ключом. Смотрите панель «Последний вечер»: очередь записи voting, базу, ответы шлюза.',
    },
  },
  {
    slo: 'read',
    alert: 'VecheReads',
    budget: 0.005,
    bad: (window) =>
      [
        increase(`${OPERATION}_count{${READS},result="error"}`, window),
        slower(OPERATION, [READS, 'result="ok"'], '1', window),
      ].join(' + '),
    all: (window) => increase(`${OPERATION}_count{${READS},result!="refused"}`, window),
    russian: {
      what: 'Запросы к порталу не выполняются или выполняются слишком долго',
      look: 'Смотрите панель «Обзор»: какой подграф отвечает ошибкой или медленно.',
    },
  },
  {
    slo: 'event',
    alert: 'VecheEvents',
    budget: 0.01,
    bad: (window) => slower('veche_consumer_delay_seconds', [], '10', window),
    all: (window) => increase('veche_consumer_delay_seconds_count', window),
    russian: {
      what: 'События доходят до сервисов с опозданием',
      look: 'Смотрите панель «События»: растёт ли очередь отправки (outbox) или отстаёт потребитель; отвечает ли Kafka.',
    },
  },
];

const WINDOWS = ['5m', '30m', '1h', '6h', '3d'] as const;
/** With fewer failures in the longer window nobody is woken: at night one of three requests may fail by chance. */
const FEWEST = 10;

const ratio = (window: string): string => `veche:slo_bad:ratio_${window}`;
const count = (window: string): string => `veche:slo_bad:increase_${window}`;

/** Rules of a group run in their order, so the share is of what has just been counted. */
const recorded = ({ slo, bad, all }: Objective) =>
  WINDOWS.flatMap((window) => [
    { record: count(window), expr: bad(window), labels: { slo } },
    { record: ratio(window), expr: `sum(${count(window)}{slo="${slo}"}) / (${all(window)} > 0)`, labels: { slo } },
  ]);

/** Both windows above the rate at which the budget of 30 days would end `times` faster. */
const burning = ({ slo, budget }: Objective, times: number, long: string, short: string): string => {
  const limit = Number((times * budget).toPrecision(3));
  const over = [long, short].map((window) => `${ratio(window)}{slo="${slo}"} > ${limit}`);
  return `(${[...over, `${count(long)}{slo="${slo}"} >= ${FEWEST}`].join(' and ')})`;
};

function alarms(objective: Objective) {
  const { alert, russian } = objective;
  const annotated = (name: string, summary: string, description: string) => ({
    summary,
    description,
    runbook_url: `${RUNBOOKS}/${name}.md`,
  });
  const [fast, slow] = [`${alert}BudgetBurns`, `${alert}BudgetLeaks`];
  return [
    {
      alert: fast,
      expr: `${burning(objective, 14.4, '1h', '5m')} or ${burning(objective, 6, '6h', '30m')}`,
      labels: { severity: 'critical' },
      annotations: annotated(
        fast,
        `${russian.what}: {{ $value | humanizePercentage }} за последний час или шесть`,
        russian.look,
      ),
    },
    {
      alert: slow,
      expr: burning(objective, 1, '3d', '6h'),
      for: '1h',
      labels: { severity: 'warning' },
      annotations: annotated(slow, `${russian.what}: за три дня {{ $value | humanizePercentage }}`, russian.look),
    },
  ];
}

/** Recording rules and burn-rate alarms of the objectives, as the body of a PrometheusRule. */
export function sloRules(note: string): string {
  const groups = [
    { name: 'veche-slo', rules: OBJECTIVES.flatMap(recorded) },
    { name: 'veche-slo-alarms', rules: OBJECTIVES.flatMap(alarms) },
  ];
  return `# ${note}\n# Objectives: docs/operations/slo.md, kit/tools/slo-rules.ts.\n${stringify({ groups }, { lineWidth: 0 })}`;
}
