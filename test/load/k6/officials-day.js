import { sleep } from 'k6';
import { vu, scenario } from 'k6/execution';
import { ask, limits, people, summary, uuid } from './lib.js';

/** A day of the officials: queues, applications and notes, while residents write their applications and each form saves itself. */
const officials = people('officials');
const editors = people('editors');
const duration = __ENV.DURATION || '20s';
export const options = {
  scenarios: {
    officials: { executor: 'constant-vus', vus: 10, duration, exec: 'official' },
    applicants: { executor: 'constant-vus', vus: 30, duration, exec: 'applicant' },
  },
  thresholds: limits(),
};
export { summary as handleSummary };

const QUEUE = `query Queue { applicationQueue(first: 20) { nodes { id number title state terms { dueAt } }
  summary { overdue today later unassigned } } }`;
const APPLICATION = `query Application($id: ID!) { application(id: $id) { id version title state totalCost answers
  history { state } remarks { field text } } }`;
const NOTE = `mutation Note($input: AddApplicationNoteInput!) { addApplicationNote(input: $input) { rejection { code } } }`;
const EDIT = `mutation Edit($input: EditApplicationInput!) { editApplication(input: $input) {
  application { version } rejection { code } } }`;

export function official() {
  const token = officials[vu.idInTest % officials.length];
  const queue = ask('queue', QUEUE, {}, token);
  const id = queue ? queue.applicationQueue.nodes[vu.idInTest % 20].id : uuid(0);
  ask('application', APPLICATION, { id }, token);
  const idempotencyKey = uuid(1_000_000 + scenario.iterationInTest);
  ask('note', NOTE, { input: { idempotencyKey, applicationId: id, text: 'Смета проверена, замечаний нет' } }, token);
  sleep(1);
}

let version = 1;
export function applicant() {
  const { applicationId, token } = editors[vu.idInTest % editors.length];
  const idempotencyKey = uuid(2_000_000 + scenario.iterationInTest);
  const content = { answers: { supportersCount: vu.iterationInInstance } };
  const answer = ask(
    'autosave',
    EDIT,
    { input: { idempotencyKey, applicationId, baseVersion: version, content } },
    token,
  );
  version = answer?.editApplication.application?.version ?? version;
  sleep(2);
}
