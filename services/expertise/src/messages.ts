import type { Messages, StoreRejection } from '@veche/kit';
import type { PanelCode } from './domain/panel.ts';
import type { RankingCode } from './domain/ranking.ts';
import type { SheetCode } from './domain/sheet.ts';

export type Code = SheetCode | RankingCode | PanelCode | StoreRejection | 'COMPETENCE_UNKNOWN';

export const messages: Messages<Code> = {
  NOT_FOUND: 'Такого объекта нет или он вам не виден.',
  NOT_IN_POOL: 'Этот человек не состоит в реестре экспертов.',
  NO_ADMITTED_APPLICATIONS: 'В конкурсе нет допущенных заявок.',
  EXPERTS_REQUIRED: 'Выберите хотя бы одного эксперта.',
  COMPETENCE_UNKNOWN: 'Такой области компетенции нет в справочнике.',
  SHEET_FINAL: 'Оценочный лист завершён, изменить его нельзя.',
  SHEET_BARRED: 'По этой заявке заявлен конфликт интересов, оценивать её нельзя.',
  REASON_REQUIRED: 'Объясните причину: не короче {min} знаков.',
  CRITERION_UNKNOWN: 'Такого критерия для оценки экспертом нет.',
  CRITERION_REPEATED: 'Критерий указан дважды.',
  POINTS_OUT_OF_RANGE: 'Балл должен быть от 0 до {max}.',
  MARK_MISSING: 'Поставьте балл по критерию «{title}».',
  COMMENT_REQUIRED: 'Поясните балл по критерию «{title}».',
  STAGE_NOT_OPEN: 'Сейчас оценивать нельзя: этап экспертизы ещё не начался или уже закончился.',
  SHEETS_OPEN: 'Не завершены оценочные листы: {count}.',
  APPLICATION_WITHOUT_SHEET: 'По заявке № {number} нет ни одного завершённого оценочного листа.',
  VERSION_CONFLICT: 'Лист изменился, пока вы с ним работали. Обновите страницу и повторите.',
  IDEMPOTENCY_KEY_REUSED: 'Этот запрос уже отправлен с другими данными. Обновите страницу и повторите.',
};
