import { percentOf } from '@veche/kit/domain/formula/functions';
import { toDecimalString } from '@veche/kit/domain/rational';
import type { Application, FundingSource } from './application.ts';

export const PARTIES = ['RESIDENTS', 'ADMINISTRATION', 'BUSINESS'] as const;
export type Party = (typeof PARTIES)[number];

/** Who bears which money: labour and things are given by residents, and a sponsor's money is business's. */
const BEARS: Record<Party, readonly FundingSource[]> = {
  RESIDENTS: ['CITIZENS', 'IN_KIND'],
  ADMINISTRATION: ['MUNICIPAL', 'REGIONAL'],
  BUSINESS: ['BUSINESS'],
};
export const PARTY_NAMES: Record<Party, string> = {
  RESIDENTS: 'Жители',
  ADMINISTRATION: 'Администрация',
  BUSINESS: 'Бизнес',
};

/** What a party does for a project. */
export interface PartyRole {
  party: Party;
  name: string;
  /** Money by source, kopecks; sources without money are left out. */
  contributions: readonly { source: FundingSource; amount: bigint }[];
  /** Kopecks. */
  total: bigint;
  /** Share of the total cost, percent with two decimals. */
  share: string;
  /** How many take part: members of the group, officials who work on it, organisations that are named. */
  participants: number;
  /** Steps of its history that the party took. */
  steps: number;
}

interface Around {
  members: number;
  organisations: number;
}

/** Residents, administration and business with their contributions, each also where it gives nothing yet. */
export function rolesOf(
  { content, history, assigneeId }: Application,
  { members, organisations }: Around,
): PartyRole[] {
  const steps = (role: string): number => history.filter(({ by }) => by?.role === role).length;
  const participants: Record<Party, number> = {
    RESIDENTS: members,
    ADMINISTRATION: assigneeId ? 1 : 0,
    BUSINESS: organisations,
  };
  return PARTIES.map((party) => {
    const contributions = content.funding.filter(({ source, amount }) => BEARS[party].includes(source) && amount > 0n);
    const total = contributions.reduce((sum, { amount }) => sum + amount, 0n);
    return {
      party,
      name: PARTY_NAMES[party],
      contributions: contributions.map(({ source, amount }) => ({ source, amount })),
      total,
      share: shareText(total, content.totalCost),
      participants: participants[party],
      steps: party === 'RESIDENTS' ? steps('INITIATORS') : party === 'ADMINISTRATION' ? steps('ADMINISTRATION') : 0,
    };
  });
}

const shareText = (part: bigint, whole: bigint): string =>
  whole > 0n ? toDecimalString(percentOf({ n: part, d: 1n }, { n: whole, d: 1n }), 2) : '0.00';
