import type { Messages, StoreRejection } from '@veche/kit';
import type { AppealCode } from './domain/appeal.ts';
import type { CommissionCode } from './domain/commission.ts';
import type { DistributionCode } from './domain/distribution-record.ts';
import { SIGNATURE_MESSAGES } from '@veche/kit/signatures/messages';
import type { SignatureCode } from '@veche/kit/signatures/verify';
import type { JurorCode } from './domain/jury.ts';
import type { JuryDrawCode } from './domain/jury-draw.ts';
import type { PanelCode } from './domain/panel.ts';
import type { PoolCode } from './domain/pool.ts';
import type { RankingCode } from './domain/ranking.ts';
import type { SessionCode } from './domain/session.ts';
import type { SheetCode } from './domain/sheet.ts';
import type { SigningCode } from './domain/signature.ts';

export type Code =
  | AppealCode
  | CommissionCode
  | SessionCode
  | 'APPLICATION_UNKNOWN'
  | 'NO_RANKING'
  | JurorCode
  | JuryDrawCode
  | 'NOT_A_JUROR'
  | 'BY_DRAW_ONLY'
  | 'GATE_UNDECIDED'
  | 'STOPPED_BY_GATE'
  | SheetCode
  | RankingCode
  | PanelCode
  | PoolCode
  | DistributionCode
  | SigningCode
  | SignatureCode
  | StoreRejection
  | 'CONFLICT_OF_INTEREST';

export const messages: Messages<Code> = {
  ...SIGNATURE_MESSAGES,
  SHEET_NOT_FINAL: 'Подписать можно только завершённый оценочный лист.',
  SHEET_ALTERED:
    'Содержание листа не совпадает с тем, что было завершено. Подписать его нельзя, обратитесь к организатору.',
  SHEET_SIGNED: 'Лист уже подписан.',
  SIMPLE_SIGNATURE_NOT_ALLOWED: 'Порядок этого конкурса не допускает простую подпись. Подпишите лист сертификатом.',
  SECOND_FACTOR_REQUIRED: 'Подтвердите вход вторым фактором: войдите снова с одноразовым кодом и повторите.',
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
  SHEET_REPLACED: 'Эту заявку оценивает другой эксперт.',
  SHEET_ABSENT: 'Срок оценки истёк, лист не был завершён и закрыт.',
  STAGE_NOT_OVER: 'Срок оценки ещё не истёк.',
  TOO_FEW_SHEETS: 'По заявке № {number} завершённых оценочных листов меньше, чем нужно: {min}.',
  ORGANISATION_INVALID: 'ИНН организации должен состоять из 10 цифр с верной контрольной.',
  TERRITORY_INVALID: 'Код ОКТМО указан неверно.',
  ALREADY_IN_POOL: 'Этот человек уже состоит в реестре экспертов.',
  RULES_FIXED: 'Правила оценки нельзя изменить: оценочные листы уже выданы.',
  RULES_INVALID: 'Правило оценки вне допустимых пределов.',
  PER_APPLICATION_INVALID: 'Экспертов на заявку должно быть от {min} до {max}.',
  SEED_REQUIRED: 'Для жеребьёвки нужна опубликованная строка длиной от {min} до {max} знаков.',
  CONFLICT_OF_INTEREST: 'Эксперту нельзя поручить эту заявку: конфликт интересов.',
  TITLE_LENGTH: 'Название и акт должны быть длиной от {min} до {max} знаков.',
  MEMBERS_INVALID:
    'В комиссии должно быть от {min} до {max} членов с правом голоса, каждый указан один раз; без голоса может быть только секретарь.',
  CHAIR_REQUIRED: 'В комиссии должны быть один председатель и один секретарь.',
  COUNCIL_HALF_MISSING:
    'По предложениям представительного органа назначены {given} из {all}, а нужна половина состава.',
  SESSION_OPEN: 'Заседание комиссии ещё не закрыто.',
  NOT_A_MEMBER: 'Этот человек не член комиссии или не имеет в ней голоса.',
  NOT_PRESIDING:
    'Это делают председатель, заместитель и секретарь комиссии, а итоги очного заседания подводят, когда председатель или заместитель участвует.',
  SESSION_CLOSED: 'Заседание закрыто.',
  ABSENTEE_NOT_ALLOWED: 'Порядок работы комиссии не допускает заочных заседаний.',
  TERM_IN_PAST: 'Срок должен быть в будущем.',
  PLACE_REQUIRED: 'Укажите место очного заседания.',
  QUESTION_INVALID: 'Вопрос должен быть длиной от {min} до {max} знаков, каждая заявка названа в нём один раз.',
  QUESTION_UNKNOWN: 'Такого вопроса в повестке нет.',
  BARRED_BY_RULES: 'По правилам конкурса эту заявку нельзя предложить победителем или в резерв. {reason}',
  OVER_DIVISION: 'Победители не укладываются в предел группы или номинации. {reason}',
  APPLICATION_UNKNOWN: 'Эта заявка не допущена к конкурсу.',
  NOT_PRESENT: 'Вы не отмечены как присутствующий на заседании.',
  RECUSED: 'Вы не участвуете в решении этого вопроса: конфликт интересов.',
  ALREADY_VOTED: 'Вы уже проголосовали по этому вопросу.',
  VOTING_OVER: 'Срок голосования истёк.',
  NOT_IN_MINORITY: 'Особое мнение может записать тот, кто не голосовал «за».',
  QUORUM_MISSING: 'Нет кворума: участвуют {present}, нужно {needed}.',
  VOTES_MISSING: 'По вопросу № {question} проголосовали не все.',
  NO_QUESTIONS: 'В повестке нет вопросов.',
  NO_PUBLIC_JURY: 'Порядок этого конкурса не предусматривает общественного жюри.',
  JURY_CLOSED: 'Этап общественного жюри завершён.',
  ALREADY_APPLIED: 'Вы уже подали заявление в это жюри.',
  TOO_YOUNG: 'В жюри могут участвовать жители от {min} лет.',
  JUROR_DECIDED: 'По этому заявлению решение уже принято.',
  JUROR_NOT_REFUSED: 'Обжаловать можно только отказ.',
  OWN_MATTER: 'По своему заявлению решение не принимают.',
  SAME_OFFICIAL: 'Жалобу рассматривает не тот, кто отказал. Передайте её другому сотруднику.',
  NO_CANDIDATES: 'В жюри ещё никто не допущен.',
  NOT_A_JUROR: 'Вы не член общественного жюри этого конкурса.',
  BY_DRAW_ONLY: 'В этом конкурсе заявки распределяет жребий.',
  GATE_UNDECIDED: 'Ещё не известно, какие заявки дойдут до экспертов: этап перед экспертизой не завершён.',
  STOPPED_BY_GATE: 'По правилам конкурса заявка не доходит до экспертов.',
  NO_RANKING: 'Рейтинг заявок ещё не определён.',
  NOT_COUNTED: 'Голоса ещё не подсчитаны.',
  NOT_DECIDED: 'Комиссия ещё не приняла решения по этой заявке.',
  NOT_AN_APPLICANT: 'Обжаловать решение может член инициативной группы проекта.',
  NO_APPEAL: 'Порядок работы этой комиссии не предусматривает обжалования.',
  APPEAL_TERM_PASSED: 'Срок обжалования истёк.',
  APPEAL_FILED: 'Жалоба на это решение уже подана.',
  APPEAL_DECIDED: 'По этой жалобе решение уже принято.',
  MINUTES_DIFFER: 'Подписывается другой текст протокола. Откройте протокол заново.',
  STAGE_NOT_OPEN: 'Сейчас оценивать нельзя: этап экспертизы ещё не начался или уже закончился.',
  SHEETS_OPEN: 'Не завершены оценочные листы: {count}.',
  APPLICATION_WITHOUT_SHEET: 'По заявке № {number} нет ни одного завершённого оценочного листа.',
  VERSION_CONFLICT: 'Лист изменился, пока вы с ним работали. Обновите страницу и повторите.',
  IDEMPOTENCY_KEY_REUSED: 'Этот запрос уже отправлен с другими данными. Обновите страницу и повторите.',
};
