import { cityTwoStage } from './city-two-stage.ts';
import { municipalSelection } from './municipal-selection.ts';
import { regionalContest } from './regional-contest.ts';
import type { Template } from './template.ts';

/** Templates from which a contest can be made. */
export const TEMPLATES: readonly Template[] = [municipalSelection, regionalContest, cityTwoStage];

export const templateOf = (code: string): Template | undefined => TEMPLATES.find((template) => template.code === code);
