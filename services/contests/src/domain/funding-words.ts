import type { FundingSource } from './application.ts';

export const SOURCE_NAMES: Readonly<Record<FundingSource, string>> = {
  REGIONAL: 'региональный бюджет',
  MUNICIPAL: 'местный бюджет',
  CITIZENS: 'средства граждан',
  BUSINESS: 'средства организаций и предпринимателей',
  IN_KIND: 'имущество и труд',
};
