import { formatMoney } from '@veche/kit/domain/money';
import { rational, toDecimalString } from '@veche/kit/domain/rational';

/** Figures of a contest; money in kopecks. */
export interface Figures {
  funnel: {
    submitted: number;
    returned: number;
    admitted: number;
    refused: number;
    withdrawn: number;
    winners: number;
    completed: number;
    groups: number;
    groupMembers: number;
  };
  expertise: { sheets: number; final: number; conflicts: number };
  voting: { accepted: number; superseded: number; counted: number };
  money: {
    budget: bigint;
    admittedCost: bigint;
    winnersCost: bigint;
    totalCost: bigint;
    bySource: readonly { source: string; amount: bigint }[];
    pledged: bigint;
    pledges: number;
    paid: bigint;
    spent: bigint;
  };
}

export interface Indicator {
  code: string;
  title: string;
  value: string;
}

const share = (part: bigint, whole: bigint): string =>
  whole > 0n ? toDecimalString(rational(part, whole), 4) : '0.0000';
const source = ({ money }: Figures, name: string): bigint =>
  money.bySource.find((line) => line.source === name)?.amount ?? 0n;

/** Indicators that can be computed from events, by the codes of the methodology; shares with four decimals. */
const CATALOGUE: readonly { code: string; title: string; of: (figures: Figures) => string }[] = [
  { code: 'apps_admitted', title: 'Допущено заявок', of: ({ funnel }) => String(funnel.admitted) },
  { code: 'apps_rejected', title: 'Отказано заявкам', of: ({ funnel }) => String(funnel.refused) },
  { code: 'apps_returned', title: 'Возвращались на доработку', of: ({ funnel }) => String(funnel.returned) },
  { code: 'apps_submitted', title: 'Подано заявок', of: ({ funnel }) => String(funnel.submitted) },
  { code: 'apps_winner', title: 'Победителей', of: ({ funnel }) => String(funnel.winners) },
  {
    code: 'avg_cost',
    title: 'Средняя стоимость проекта, руб.',
    of: ({ money, funnel }) => formatMoney(funnel.winners > 0 ? money.totalCost / BigInt(funnel.winners) : 0n),
  },
  { code: 'completed_cnt', title: 'Завершено проектов', of: ({ funnel }) => String(funnel.completed) },
  { code: 'cost_business', title: 'Средства бизнеса, руб.', of: (figures) => formatMoney(source(figures, 'BUSINESS')) },
  { code: 'cost_citizens', title: 'Средства граждан, руб.', of: (figures) => formatMoney(source(figures, 'CITIZENS')) },
  {
    code: 'cost_municipal',
    title: 'Средства местного бюджета, руб.',
    of: (figures) => formatMoney(source(figures, 'MUNICIPAL')),
  },
  {
    code: 'cost_regional',
    title: 'Средства регионального бюджета, руб.',
    of: (figures) => formatMoney(source(figures, 'REGIONAL')),
  },
  {
    code: 'cost_total',
    title: 'Общая стоимость проектов-победителей, руб.',
    of: ({ money }) => formatMoney(money.totalCost),
  },
  { code: 'initiative_groups_cnt', title: 'Инициативных групп', of: ({ funnel }) => String(funnel.groups) },
  { code: 'initiators_cnt', title: 'Участников инициативных групп', of: ({ funnel }) => String(funnel.groupMembers) },
  { code: 'online_voters', title: 'Проголосовало жителей', of: ({ voting }) => String(voting.counted) },
  { code: 'pledged_sum', title: 'Обещано жителями, руб.', of: ({ money }) => formatMoney(money.pledged) },
  { code: 'pledges_cnt', title: 'Обещаний взносов', of: ({ money }) => String(money.pledges) },
  { code: 'paid_sum', title: 'Оплачено жителями, руб.', of: ({ money }) => formatMoney(money.paid) },
  {
    code: 'share_citizens',
    title: 'Доля средств граждан',
    of: (figures) => share(source(figures, 'CITIZENS'), figures.money.totalCost),
  },
  {
    code: 'success_rate',
    title: 'Доля победителей среди допущенных',
    of: ({ funnel }) => share(BigInt(funnel.winners), BigInt(funnel.admitted)),
  },
  { code: 'votes_cnt', title: 'Принято бюллетеней', of: ({ voting }) => String(voting.accepted) },
];

export const indicatorsOf = (figures: Figures): Indicator[] =>
  CATALOGUE.map(({ code, title, of }) => ({ code, title, value: of(figures) }));
