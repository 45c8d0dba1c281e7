import type { TestCaller } from '@veche/kit/testing/tokens';
import { key, type Contests } from './setup.ts';

const REJECTION = 'rejection { code userMessage path }';
const APPLICATION =
  'application { id version number state title revision remarks { number field fieldTitle text answer addressed } }';

/** Mutations on applications beside their main steps: type of the input, and what the tests look at. */
const DESK = {
  editApplication: [
    'EditApplicationInput',
    `${APPLICATION} ${REJECTION} conflicts { field fieldTitle theirs yours version userMessage }`,
  ],
  answerRemark: ['AnswerRemarkInput', `${APPLICATION} ${REJECTION}`],
  assignApplication: ['AssignApplicationInput', `${APPLICATION} ${REJECTION}`],
  publishApplication: ['ApplicationCommandInput', `${APPLICATION} ${REJECTION}`],
  offerJointRework: ['OfferJointReworkInput', `${APPLICATION} ${REJECTION}`],
  declineJointRework: ['ReasonedApplicationInput', `${APPLICATION} ${REJECTION}`],
  reopenApplication: ['ReasonedApplicationInput', `${APPLICATION} ${REJECTION}`],
  decideApplications: ['DecideApplicationsInput', `results { applicationId ${APPLICATION} ${REJECTION} } ${REJECTION}`],
  postApplicationMessage: [
    'PostApplicationMessageInput',
    `message { id at side author { id } text files read } ${REJECTION}`,
  ],
  markApplicationThreadRead: ['MarkApplicationThreadReadInput', `unread ${REJECTION}`],
  generateApplicationDocument: [
    'GenerateApplicationDocumentInput',
    `document { id docx { path sha256 } } ${REJECTION}`,
  ],
  generateApplicationNotice: ['GenerateApplicationDocumentInput', `document { id } ${REJECTION}`],
  signDocument: ['SignDocumentInput', `document { id signed signatures { role person { id } } } ${REJECTION}`],
  addApplicationNote: ['AddApplicationNoteInput', `note { id at author { id } text } ${REJECTION}`],
} as const;
export type DeskMutation = keyof typeof DESK;

/** Names of them all. */
export const DESK_MUTATIONS = Object.keys(DESK) as DeskMutation[];

const deskDocument = (name: DeskMutation): string =>
  `mutation ($input: ${DESK[name][0]}!) { ${name}(input: $input) { ${DESK[name][1]} } }`;

/** The payload of a mutation, whatever it decided; throws on a GraphQL error. */
export async function deskAsk(service: Contests, name: DeskMutation, input: object, as: TestCaller): Promise<any> {
  const variables = { input: { idempotencyKey: key(), ...input } };
  const { data, errors } = await service.gql(deskDocument(name), variables, as);
  if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`);
  return data[name];
}

/** The payload of a mutation that was done; throws when it was refused. */
export async function deskDoes(service: Contests, name: DeskMutation, input: object, as: TestCaller): Promise<any> {
  const answer = await deskAsk(service, name, input, as);
  if (answer.rejection) throw new Error(`${name}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Code of the rejection or of the GraphQL error, null when it was done. */
export async function deskCode(service: Contests, name: DeskMutation, input: object, as?: TestCaller) {
  const variables = { input: { idempotencyKey: key(), ...input } };
  const { data, errors } = await service.gql(deskDocument(name), variables, as);
  return errors?.[0]?.extensions['code'] ?? data[name].rejection?.code ?? null;
}

/** A well-formed input of each on an application. */
export const DESK_INPUT = (applicationId: string): Record<DeskMutation, object> => ({
  editApplication: { applicationId, baseVersion: 1, content: {} },
  answerRemark: { applicationId, remark: 1, text: 'Ответ на замечание' },
  assignApplication: { applicationId, assigneeId: null },
  publishApplication: { applicationId },
  offerJointRework: { applicationId, text: REASON, answerBy: '2026-03-15T00:00:00Z' },
  declineJointRework: { applicationId, reason: REASON },
  reopenApplication: { applicationId, reason: REASON },
  decideApplications: { applicationIds: [applicationId], action: 'ADMIT' },
  postApplicationMessage: { applicationId, text: 'Вопрос' },
  markApplicationThreadRead: { applicationId, messageId: applicationId },
  generateApplicationDocument: { applicationId },
  generateApplicationNotice: { applicationId },
  signDocument: { documentId: applicationId, sha256: '0'.repeat(64) },
  addApplicationNote: { applicationId, text: 'Заметка' },
});

export const REASON = 'Решение рабочей группы по жалобе заявителя.';
