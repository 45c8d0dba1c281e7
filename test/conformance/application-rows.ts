import { randomUUID } from 'node:crypto';
import type { Row, Valid } from './bad-input.ts';
import type { World } from './world.ts';

const contest = (w: World) => ({ contestId: w.contestId });
const application = (w: World) => ({ applicationId: w.applicationId });
const answerBy = '2031-01-01T00:00:00.000Z';

/** Right requests of every mutation on an application. */
export const APPLICATIONS_VALID: Record<string, Valid> = {
  draftApplication: { as: 'lead', input: (w) => ({ ...contest(w), groupId: w.groupId, content: {} }) },
  fileSimpleInitiative: { as: 'lead', input: (w) => ({ ...contest(w), content: {} }) },
  revokeStatusLink: { as: 'lead', input: application },
  renewStatusLink: { as: 'lead', input: application },
  saveApplication: { as: 'lead', input: (w) => ({ ...application(w), expectedVersion: 1, content: {} }) },
  editApplication: { as: 'lead', input: (w) => ({ ...application(w), baseVersion: 1, content: {} }) },
  answerRemark: { as: 'lead', input: (w) => ({ ...application(w), remark: 1, text: 'Ответ на замечание' }) },
  submitApplication: { as: 'lead', input: application },
  withdrawApplication: { as: 'lead', input: application },
  returnApplication: {
    as: 'organiser',
    input: (w) => ({ ...application(w), remarks: [{ field: 'title', text: 'Уточните название' }], answerBy }),
  },
  assignApplication: { as: 'organiser', input: application },
  publishApplication: { as: 'organiser', input: application },
  offerJointRework: {
    as: 'organiser',
    input: (w) => ({ ...application(w), text: 'Предлагаем доработать проект вместе.', answerBy }),
  },
  declineJointRework: {
    as: 'lead',
    input: (w) => ({ ...application(w), reason: 'Группа остаётся при своём проекте.' }),
  },
  reopenApplication: {
    as: 'organiser',
    input: (w) => ({ ...application(w), reason: 'Жалоба заявителя удовлетворена.' }),
  },
  postApplicationMessage: { as: 'lead', input: (w) => ({ ...application(w), text: 'Нужен ли протокол?' }) },
  markApplicationThreadRead: { as: 'lead', input: (w) => ({ ...application(w), messageId: randomUUID() }) },
  addApplicationNote: { as: 'organiser', input: (w) => ({ ...application(w), text: 'Проверить участок' }) },
  decideApplications: {
    as: 'organiser',
    input: (w) => ({
      applicationIds: [w.applicationId],
      action: 'RETURN',
      remarks: [{ field: 'title', text: 'Уточните название' }],
      answerBy,
    }),
  },
  admitApplication: { as: 'organiser', input: application },
  refuseApplication: {
    as: 'organiser',
    input: (w) => ({ ...application(w), ground: 'NO_FUNDS', reason: 'В бюджете нет средств на такой проект.' }),
  },
};

/** Wrong ones of their own. */
export const APPLICATIONS_WRONG: Row[] = [
  ['draftApplication', 'intake is over', {}, 'STAGE_NOT_OPEN'],
  ['draftApplication', 'not the lead', {}, 'FORBIDDEN', 'member'],
  ['fileSimpleInitiative', 'a group is wanted', {}, 'SIMPLE_FILING_NOT_ALLOWED'],
  ['fileSimpleInitiative', 'a draft contest', (w) => ({ contestId: w.draftId }), 'NOT_FOUND'],
  ['revokeStatusLink', 'not filed', (w) => ({ applicationId: w.draftedId }), 'WRONG_STATE'],
  ['revokeStatusLink', 'not the lead', {}, 'FORBIDDEN', 'member'],
  ['renewStatusLink', 'not filed', (w) => ({ applicationId: w.draftedId }), 'WRONG_STATE'],
  ['renewStatusLink', 'not the lead', {}, 'FORBIDDEN', 'member'],
  ['saveApplication', 'filed already', { expectedVersion: 3 }, 'WRONG_STATE'],
  ['saveApplication', 'not the lead', {}, 'NOT_FOUND', 'outsider'],
  ['editApplication', 'filed already', {}, 'WRONG_STATE'],
  ['editApplication', 'a base that never was', { baseVersion: 99 }, 'BASE_VERSION_UNKNOWN'],
  ['editApplication', 'not of the group', {}, 'NOT_FOUND', 'outsider'],
  ['answerRemark', 'nothing to answer', {}, 'WRONG_STATE'],
  ['answerRemark', 'not of the group', {}, 'NOT_FOUND', 'outsider'],
  ['submitApplication', 'filed already', {}, 'WRONG_STATE'],
  ['withdrawApplication', 'not the lead', {}, 'FORBIDDEN', 'member'],
  ['returnApplication', 'no remarks', { remarks: [] }, 'REMARKS_REQUIRED'],
  ['returnApplication', 'a remark without text', { remarks: [{ field: 'title', text: '' }] }, 'REMARKS_REQUIRED'],
  ['returnApplication', 'a term in the past', { answerBy: '2020-01-01T00:00:00.000Z' }, 'TERM_IN_PAST'],
  ['returnApplication', 'admitted already', (w) => ({ applicationId: w.admittedId }), 'WRONG_STATE'],
  ['returnApplication', 'another territory', {}, 'NOT_FOUND', 'stranger'],
  ['assignApplication', 'no person', { assigneeId: 'кто-то' }, 'ASSIGNEE_INVALID'],
  ['assignApplication', 'admitted already', (w) => ({ applicationId: w.admittedId }), 'WRONG_STATE'],
  ['publishApplication', 'admitted already', (w) => ({ applicationId: w.admittedId }), 'WRONG_STATE'],
  ['offerJointRework', 'no explanation', { text: 'Вместе' }, 'REASON_REQUIRED'],
  ['offerJointRework', 'a term in the past', { answerBy: '2020-01-01T00:00:00.000Z' }, 'TERM_IN_PAST'],
  ['declineJointRework', 'nothing was offered', {}, 'WRONG_STATE'],
  ['declineJointRework', 'not the lead', {}, 'FORBIDDEN', 'member'],
  ['reopenApplication', 'not refused', {}, 'WRONG_STATE'],
  ['refuseApplication', 'a better way that nobody offered', { ground: 'BETTER_WAY_EXISTS' }, 'REWORK_NOT_OFFERED'],
  ['postApplicationMessage', 'no text', { text: ' ' }, 'TEXT_LENGTH'],
  ['postApplicationMessage', 'a file of nobody', { files: ['0'.repeat(64)] }, 'FILES_UNKNOWN'],
  ['postApplicationMessage', 'not of the group', {}, 'NOT_FOUND', 'outsider'],
  ['markApplicationThreadRead', 'no such message', {}, 'NOT_FOUND'],
  ['addApplicationNote', 'another territory', {}, 'NOT_FOUND', 'stranger'],
  ['decideApplications', 'none', { applicationIds: [] }, 'BAD_USER_INPUT'],
  ['decideApplications', 'one twice', (w) => ({ applicationIds: [w.applicationId, w.applicationId] }), 'ITEM_REPEATED'],
  ['decideApplications', 'no remarks', { remarks: [] }, 'REMARKS_REQUIRED'],
  ['decideApplications', 'nothing that there is', { applicationIds: [randomUUID()] }, 'NOT_FOUND'],
  ['admitApplication', 'admitted already', (w) => ({ applicationId: w.admittedId }), 'WRONG_STATE'],
  ['refuseApplication', 'no explanation', { reason: 'нет' }, 'REASON_REQUIRED'],
  ['refuseApplication', 'a ground that the law does not know', { ground: 'DISLIKED' }, 'BAD_USER_INPUT'],
];
