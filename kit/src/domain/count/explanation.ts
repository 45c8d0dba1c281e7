import { formatMoney } from '../money.ts';
import { toDecimalString } from '../rational.ts';
import type { TieBreak } from '../voting-rule.ts';
import type { Count, CountedLine } from './count.ts';
import type { Reason } from './verdict.ts';

const roubles = (kopecks: bigint): string => `${formatMoney(kopecks)} руб.`;

function quotaSentence({ rule, left }: NonNullable<CountedLine['quota']>, cost: bigint): string {
  if (rule.by !== 'division') return 'предел победителей или денег для категории или территории проекта уже исчерпан.';
  if (rule.maxMoney === undefined) return `предел победителей («${rule.title}») исчерпан: ${rule.maxWinners}.`;
  return `не хватило ${roubles(cost - left)}: «${rule.title}», оставалось ${roubles(left)}`;
}

const SENTENCES: Record<Reason, (line: CountedLine) => string> = {
  FITS_BUDGET: ({ place, left, project }) =>
    `Место ${place}: к этому месту оставалось ${roubles(left)}, проект стоит ${roubles(project.cost)} и помещается в бюджет.`,
  OVER_BUDGET: ({ place, left, project }) =>
    `Место ${place}: к этому месту оставалось ${roubles(left)}, не хватило ${roubles(project.cost - left)}`,
  STOPPED: ({ place }) =>
    `Место ${place}: распределение остановилось раньше, на первом проекте, который не поместился в бюджет.`,
  BELOW_THRESHOLD: ({ score }) => `Набрано ${score}: это ниже порога, установленного правилом.`,
  NO_SUPPORT: () => 'За проект не отдан ни один голос.',
  TOP_UP: ({ place, left, project }) =>
    `Место ${place}: оставалось ${roubles(left)} из ${roubles(project.cost)}, недостающее добавляется из резерва по правилу.`,
  EQUAL_SHARE: ({ voters }) => `Сторонники проекта (${voters}) оплатили его из своих равных долей бюджета.`,
  SUPPORTERS_OUT_OF_MONEY: ({ voters }) =>
    `Сторонникам проекта (${voters}) не хватило остатка их равных долей бюджета.`,
  COMPLETION: ({ left, project }) =>
    `После распределения равных долей оставалось ${roubles(left)}, проект за ${roubles(project.cost)} добавлен по числу голосов.`,
  WITHDRAWN: () => 'Проект отозван и в распределении не участвовал.',
  BARRED: ({ project }) => ['По правилам конкурса проект не может победить.', ...project.barredBy!].join(' '),
  NO_EXPERT_SCORE: () => 'У проекта нет оценки экспертов, без которой по правилу победить нельзя.',
  BELOW_EXPERT_MINIMUM: ({ project }) =>
    `Оценка экспертов ${toDecimalString(project.expertScore!, 2)} ниже наименьшей, установленной правилом.`,
  BELOW_COST_SHARE: ({ voters, project }) =>
    `Сторонников (${voters}) меньше, чем правило требует для проекта за ${roubles(project.cost)}`,
  MAJORITY_AGAINST: ({ voters, against }) =>
    `За ${voters}, против ${against}: доля голосов «за» не выше установленной правилом.`,
  EXCLUDED: () => 'Проект несовместим с другим проектом, который стоит выше или уже победил.',
  NO_PART: () => 'Для категории или территории проекта правило не выделило части бюджета.',
  QUOTA: ({ place, quota, project }) => `Место ${place}: ${quotaSentence(quota!, project.cost)}`,
  PHRAGMEN: ({ voters }) =>
    `Сторонники проекта (${voters}) набрали его стоимость раньше сторонников оставшихся проектов.`,
  REDISTRIBUTED: ({ left, project }) =>
    `Из неизрасходованного частями бюджета оставалось ${roubles(left)}, проект стоит ${roubles(project.cost)} и поместился в этот остаток.`,
};

/** Why a project won or what it lacked, in Russian. */
export const explain = (line: CountedLine): string => SENTENCES[line.reason](line);

const KEYS: Record<TieBreak, string> = {
  lowerCost: 'меньшей стоимости',
  moreVotes: 'большему числу голосов',
  moreSupporters: 'большему числу сторонников',
  expertScore: 'оценке экспертов',
  higherCofinancing: 'большей доле софинансирования',
  earlierApplication: 'более ранней заявке',
  commissionDecision: 'решению комиссии',
  publicLot: 'публичному жребию',
};

/** Ties met in the count and how each was broken, in Russian. */
export function explainTies({ ties, lines }: Count): string[] {
  const titles = new Map(lines.map(({ project }) => [project.id, project.title]));
  return ties.map(
    ({ first, second, by }) => `Равенство: «${titles.get(first)}» стоит выше «${titles.get(second)}» по ${KEYS[by]}.`,
  );
}
