/** The six grounds of refusal (131-ФЗ article 26.1 part 7), as a sentence goes on after "основание". */
export const GROUND_WORDS: Readonly<Record<string, string>> = {
  PROCEDURE_VIOLATED: 'нарушен порядок внесения проекта',
  CONTRADICTS_LAW: 'проект не соответствует закону или уставу',
  NO_COMPETENCE: 'у органов местного самоуправления нет необходимых полномочий',
  NO_FUNDS: 'недостаточно средств местного бюджета',
  BETTER_WAY_EXISTS: 'проблему можно решить более эффективно',
  NOT_SELECTED: 'проект не прошёл конкурсный отбор',
};
