/**
 * Writes the DOCX templates of documents, for a template is edited in a word processor and read in a diff as this program:
 *
 *   node kit/tools/make-templates.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlignmentType, Packer } from 'docx';
import { heading, line, listOf, mark, sheet, signs, SIZE, title } from './template-parts.ts';

const { CENTER, RIGHT } = AlignmentType;

const application = sheet([
  title('ЗАЯВКА № {number}'),
  title('на участие в конкурсном отборе инициативных проектов'),
  line('{contest}', CENTER),
  line('{basis}', CENTER, { size: SIZE.small }),
  heading('1. Сведения о проекте'),
  listOf('fields', [
    { head: '№', cell: '{index}', width: 7, align: CENTER },
    { head: 'Наименование', cell: '{name}', width: 33 },
    { head: 'Содержание', cell: '{value}', width: 60 },
  ]),
  heading('2. Стоимость и источники финансирования'),
  listOf('funding', [
    { head: 'Источник', cell: '{source}', width: 55 },
    { head: 'Сумма', cell: '{amount}', width: 27, align: RIGHT },
    { head: 'Доля, %', cell: '{share}', width: 18, align: RIGHT },
  ]),
  line(''),
  line('Общая стоимость: {total} ({totalInWords}).'),
  line('Состояние заявки: {state}. Подана: {submitted}. Редакция: {revision}.'),
  signs('Руководитель инициативной группы'),
]);

const score = sheet([
  title('ОЦЕНОЧНЫЙ ЛИСТ № {documentNumber}'),
  line('{contest}', CENTER),
  line('Заявка № {applicationNumber}: {application}'),
  line('Эксперт (условный номер): {expert}'),
  listOf('marks', [
    { head: '№', cell: '{index}', width: 7, align: CENTER },
    { head: 'Критерий', cell: '{criterion}', width: 36 },
    { head: 'Макс.', cell: '{max}', width: 10, align: CENTER },
    { head: 'Балл', cell: '{points}', width: 10, align: CENTER },
    { head: 'Обоснование', cell: '{comment}', width: 37 },
  ]),
  line(''),
  line('Сумма баллов: {sum} из {most}.'),
  line('SHA-256 оценочного листа: {sheetSha256}', AlignmentType.LEFT, { size: SIZE.small }),
  mark('{#signature}'),
  line('Подписано электронной подписью ({kind}) {at}.'),
  line('{detail}', AlignmentType.LEFT, { size: SIZE.small }),
  mark('{/signature}'),
  mark('{^signature}'),
  signs('Эксперт'),
  mark('{/signature}'),
]);

const protocol = sheet([
  title('ПРОТОКОЛ № {number}'),
  title('заседания конкурсной комиссии'),
  line('{contest}', CENTER),
  line('{commission}. Образована: {act}.'),
  line('{place}, {date}. Форма проведения: {form}. Начало: {opened}, окончание: {closed}.'),
  line('Состав комиссии: {membersCount} чел. Участвуют: {presentCount} чел. Кворум ({quorumRule}) {quorum}.'),
  heading('Состав комиссии'),
  listOf('members', [
    { head: '№', cell: '{index}', width: 8, align: CENTER },
    { head: 'Член комиссии (условный номер)', cell: '{name}', width: 42 },
    { head: 'Роль', cell: '{role}', width: 30 },
    { head: 'Участие', cell: '{took}', width: 20 },
  ]),
  heading('Повестка дня'),
  mark('{#questions}'),
  line('{index}. {title}'),
  mark('{/questions}'),
  mark('{#questions}'),
  heading('{index}. {title}'),
  line('Слушали: {heard}'),
  mark('{#recused}'),
  line('Не участвует в решении {text}'),
  mark('{/recused}'),
  line('Решили: {decided}'),
  line('Голосовали: «за» — {for}, «против» — {against}, «воздержались» — {abstained}. {casting}'),
  mark('{#named}'),
  line('Поимённо: {votes}.'),
  mark('{/named}'),
  mark('{#opinions}'),
  line('Особое мнение {text}'),
  mark('{/opinions}'),
  mark('{/questions}'),
  mark('{#hasWinners}'),
  heading('Победители конкурсного отбора'),
  listOf('winners', [
    { head: 'Место', cell: '{place}', width: 10, align: CENTER },
    { head: 'Заявка', cell: '№ {number}', width: 13, align: CENTER },
    { head: 'Проект', cell: '{title}', width: 42 },
    { head: 'Балл', cell: '{score}', width: 12, align: RIGHT },
    { head: 'Стоимость', cell: '{amount}', width: 23, align: RIGHT },
  ]),
  line(''),
  line('Стоимость проектов-победителей: {total} ({totalInWords}).'),
  mark('{/hasWinners}'),
  line('SHA-256 протокола: {minutesSha256}', AlignmentType.LEFT, { size: SIZE.small }),
  mark('{#signed}'),
  heading('Протокол подписали, подтвердив его SHA-256'),
  listOf('signatures', [
    { head: '№', cell: '{index}', width: 8, align: CENTER },
    { head: 'Условный номер', cell: '{name}', width: 42 },
    { head: 'Роль', cell: '{role}', width: 25 },
    { head: 'Когда', cell: '{at}', width: 25 },
  ]),
  mark('{/signed}'),
  mark('{^signed}'),
  signs('Председатель комиссии'),
  signs('Секретарь комиссии'),
  mark('{/signed}'),
]);

const meeting = sheet([
  title('ПРОТОКОЛ № {number}'),
  line('{form}', CENTER),
  line('{contest}', CENTER),
  line('{place}, {date}. Начало: {started}, окончание: {ended}.'),
  line('Присутствовали: {present} чел. Приглашены: {invited} чел.'),
  line('Председатель (условный номер): {chair}.'),
  line('Секретарь (условный номер): {secretary}.'),
  heading('Повестка дня'),
  mark('{#questions}'),
  line('{index}. {title}'),
  mark('{/questions}'),
  mark('{#questions}'),
  heading('{index}. {title}'),
  line('Решили: {decided}'),
  line(
    'Голосовали: «за» — {for}, «против» — {against}, «воздержались» — {abstained}, не голосовали — {notVoting}. {carried}.',
  ),
  mark('{/questions}'),
  heading('Приложения'),
  line(
    'Подписные листы: {signatureSheets}, подписей в них: {signatures}. Фотографии: {photos}. Лист регистрации {attendance}.',
  ),
  line('Редакция протокола: {edition}.'),
  signs('Председатель собрания'),
  signs('Секретарь собрания'),
]);

const letter = sheet([
  line('Инициативной группе проекта', RIGHT),
  line('{application}', RIGHT),
  title('УВЕДОМЛЕНИЕ № {documentNumber}'),
  title('о решении конкурсной комиссии'),
  line('{contest}', CENTER),
  line(
    '{commission} рассмотрела заявку № {applicationNumber} ({application}) на заседании № {session}. Решение вступило в силу {decided}.',
  ),
  line('Решение: {outcome}.', AlignmentType.JUSTIFIED, { bold: true }),
  line('Основание: {reason}'),
  mark('{#ranked}'),
  line('Итоговый балл заявки: {score}, место в рейтинге: {place}.'),
  mark('{/ranked}'),
  line('{appeal}'),
  line('SHA-256 протокола заседания: {minutesSha256}', AlignmentType.LEFT, { size: SIZE.small }),
  signs('Секретарь комиссии'),
]);

const notice = sheet([
  line('Заявителю проекта', RIGHT),
  line('{application}', RIGHT),
  title('УВЕДОМЛЕНИЕ № {documentNumber}'),
  title('о рассмотрении заявки'),
  line('{contest}', CENTER),
  line('Заявка № {applicationNumber} ({application}) рассмотрена {decided}.'),
  line('Решение: {outcome}.', AlignmentType.JUSTIFIED, { bold: true }),
  mark('{#refused}'),
  line('Основание (часть 7 статьи 26.1 Федерального закона № 131-ФЗ): {ground}.'),
  line('Пояснение: {reason}'),
  mark('{/refused}'),
  mark('{#returned}'),
  listOf('remarks', [
    { head: '№', cell: '{index}', width: 7, align: CENTER },
    { head: 'Поле заявки', cell: '{field}', width: 33 },
    { head: 'Замечание', cell: '{text}', width: 60 },
  ]),
  line(''),
  line('Ответ принимается до {answerBy}.'),
  mark('{/returned}'),
  signs('Уполномоченное должностное лицо'),
]);

const ranking = sheet([
  title('РЕЙТИНГ ЗАЯВОК № {documentNumber}'),
  line('{contest}', CENTER),
  line('Редакция {edition}, определена {determined}.', CENTER),
  listOf('lines', [
    { head: 'Группа', cell: '{group}', width: 13 },
    { head: 'Место', cell: '{place}', width: 9, align: CENTER },
    { head: 'Заявка', cell: '№ {number}', width: 12, align: CENTER },
    { head: 'Проект', cell: '{title}', width: 30 },
    { head: 'Балл', cell: '{score}', width: 11, align: RIGHT },
    { head: 'Почему не участвует', cell: '{exclusions}', width: 25 },
  ]),
  line(''),
  signs('Организатор'),
]);

const PLACE = join(import.meta.dirname, '../src/documents/templates');
for (const [name, document] of Object.entries({ application, score, protocol, meeting, letter, notice, ranking }))
  writeFileSync(join(PLACE, `${name}.docx`), await Packer.toBuffer(document));
