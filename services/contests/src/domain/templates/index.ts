import { cityTwoStage } from './city-two-stage.ts';
import { grantContest } from './grant-contest.ts';
import { localInitiatives } from './local-initiatives.ts';
import { municipalSelection } from './municipal-selection.ts';
import { municipalStage } from './municipal-stage.ts';
import { peoplesBudget } from './peoples-budget.ts';
import { regionalContest } from './regional-contest.ts';
import { settlementProblems } from './settlement-problems.ts';
import { simpleInitiative } from './simple-initiative.ts';
import { tosDevelopment } from './tos-development.ts';
import type { Template } from './template.ts';

/** Templates from which a contest can be made. */
export const TEMPLATES: readonly Template[] = [
  municipalSelection,
  regionalContest,
  cityTwoStage,
  peoplesBudget,
  municipalStage,
  grantContest,
  localInitiatives,
  settlementProblems,
  tosDevelopment,
  simpleInitiative,
];

export const templateOf = (code: string): Template | undefined => TEMPLATES.find((template) => template.code === code);
