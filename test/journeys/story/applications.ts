import { download, upload } from '../../../client/examples/files.ts';
import type { Platform } from '../platform.ts';
import { OKTMO } from './contest.ts';
import type { Session } from '../../login/driver.ts';

export interface Filed {
  id: string;
  title: string;
}

interface Plan {
  title: string;
  category: string;
  totalCost: string;
  funding: { source: string; amount: string }[];
}

/** The projects of the story, in the order of filing. */
export const PROJECTS: Plan[] = [
  plan('Детская площадка во дворе школы № 5', 'PLAYGROUND', '900000.00', {
    MUNICIPAL: '700000.00',
    CITIZENS: '100000.00',
    BUSINESS: '100000.00',
  }),
  plan('Освещение сквера Энергетиков', 'LIGHTING', '1200000.00', {
    MUNICIPAL: '1000000.00',
    CITIZENS: '150000.00',
    IN_KIND: '50000.00',
  }),
  plan('Спортивная площадка для сдачи норм ГТО', 'SPORT', '1000000.00', {
    MUNICIPAL: '900000.00',
    CITIZENS: '100000.00',
  }),
  plan('Ремонт пешеходного моста через Сайму', 'BRIDGE', '1000000.00', {
    MUNICIPAL: '900000.00',
    CITIZENS: '100000.00',
  }),
  plan('Платная парковка у торгового центра', 'OTHER', '600000.00', { MUNICIPAL: '500000.00', BUSINESS: '100000.00' }),
];

function plan(title: string, category: string, totalCost: string, funding: Record<string, string>): Plan {
  return {
    title,
    category,
    totalCost,
    funding: Object.entries(funding).map(([source, amount]) => ({ source, amount })),
  };
}

const LONG =
  'Жители трёх соседних кварталов обсудили вопрос на собрании и подтвердили, что решение нужно в этом году. '.repeat(3);

const ANSWERS = {
  problem: LONG,
  rationale: LONG,
  expectedResults: [{ text: 'Благоустроенная территория для жителей всех возрастов' }],
  plannedPeriod: { start: '2027-05-01', end: '2027-09-30' },
  discussionForm: 'ASSEMBLY',
};

/** Minutes of the residents' meeting, as somebody scanned them. */
const MINUTES = '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';

/** Step 2a: an initiative group of three is formed; each member joins by own act. */
export async function formGroup(p: Platform, contestId: string, members: Session[], name: string): Promise<string> {
  const [lead, ...others] = members as [Session, ...Session[]];
  const { group } = await p.does<{ group: { id: string; invitationCode: string } }>(
    'formInitiativeGroup',
    { contestId, name },
    'group { id invitationCode }',
    lead,
  );
  for (const member of others) {
    const wrong = await p.refused('joinInitiativeGroup', { groupId: group.id, invitationCode: 'wrong-code' }, member);
    if (wrong !== 'INVITATION_INVALID') throw new Error(`expected INVITATION_INVALID, got ${wrong}`);
    await p.does(
      'joinInitiativeGroup',
      { groupId: group.id, invitationCode: group.invitationCode },
      'group { id }',
      member,
    );
  }
  return group.id;
}

/** Step 2b: a draft is begun empty, refused field by field, completed, with the minutes of the meeting as a file, and filed. */
export async function fileApplication(
  p: Platform,
  contestId: string,
  groupId: string,
  lead: Session,
  project: Plan,
): Promise<Filed> {
  const { application: draft } = await p.does<{ application: { id: string; version: number } }>(
    'draftApplication',
    { contestId, groupId, content: { title: project.title } },
    'application { id version }',
    lead,
  );
  await refusedByField(p, draft.id, lead);
  const token = await lead.token();
  const scan = new File([MINUTES], 'Протокол собрания.pdf', { type: 'application/pdf' });
  const protocol = await upload({ url: p.state.urls.gateway!, token: () => token }, draft.id, scan);
  const answers = { ...ANSWERS, protocol };
  const content = { ...project, oktmo: OKTMO, beneficiaries: 500, population: 10_000, answers };
  await p.does(
    'saveApplication',
    { applicationId: draft.id, expectedVersion: draft.version, content },
    'application { version }',
    lead,
  );
  await p.does(
    'submitApplication',
    { applicationId: draft.id },
    'application { number state } fieldErrors { path code }',
    lead,
  );
  return { id: draft.id, title: project.title };
}

async function refusedByField(p: Platform, applicationId: string, lead: Session): Promise<void> {
  const document = `mutation ($input: ApplicationCommandInput!) {
    submitApplication(input: $input) { rejection { code } fieldErrors { path code userMessage } } }`;
  const { submitApplication } = await p.must<{
    submitApplication: { rejection: { code: string }; fieldErrors: { path: string }[] };
  }>(document, { input: { idempotencyKey: crypto.randomUUID(), applicationId } }, lead);
  const paths = submitApplication.fieldErrors.map((error) => error.path);
  if (
    submitApplication.rejection.code !== 'APPLICATION_INCOMPLETE' ||
    !paths.includes('totalCost') ||
    !paths.includes('answers.problem')
  ) {
    throw new Error(`incomplete application: ${JSON.stringify(submitApplication)}`);
  }
}

/** Step 2c: the organiser returns one application with a remark; the group answers it and files again. */
export async function returnAndResubmit(p: Platform, organiser: Session, lead: Session, filed: Filed): Promise<void> {
  const answerBy = new Date(Date.now() + 3 * 24 * 3600 * 1000).toISOString();
  const remarks = [{ field: 'answers.rationale', text: 'Укажите, почему выбрано именно это место.' }];
  const { application } = await p.does<{ application: { version: number; state: string } }>(
    'returnApplication',
    { applicationId: filed.id, remarks, answerBy },
    'application { version state }',
    organiser,
  );
  const { message } = await p.does<{ message: { id: string } }>(
    'postApplicationMessage',
    { applicationId: filed.id, text: 'Ответьте на замечание здесь или в самой заявке.' },
    'message { id side }',
    organiser,
  );
  await p.does('markApplicationThreadRead', { applicationId: filed.id, messageId: message.id }, 'unread', lead);
  const rationale = `${LONG} Место выбрано голосованием на собрании.`;
  await p.does(
    'editApplication',
    { applicationId: filed.id, baseVersion: application.version, content: { answers: { rationale } } },
    'application { id }',
    lead,
  );
  await p.does(
    'answerRemark',
    { applicationId: filed.id, remark: 1, text: 'Место выбрано голосованием на собрании.' },
    'application { id }',
    lead,
  );
  const again = await p.does<{ application: { revision: number; state: string } }>(
    'submitApplication',
    { applicationId: filed.id },
    'application { revision state } fieldErrors { path }',
    lead,
  );
  if (again.application.revision !== 2)
    throw new Error(`revision ${again.application.revision} after rework, expected 2`);
}

/** Step 2d: the last application is refused with a ground, heard anew on a complaint and refused again; the others are admitted. */
export async function decideAdmission(p: Platform, organiser: Session, filed: Filed[]): Promise<Filed[]> {
  const refused = filed.at(-1)!;
  const refuse = (): Promise<unknown> =>
    p.does(
      'refuseApplication',
      {
        applicationId: refused.id,
        ground: 'NO_COMPETENCE',
        reason: 'Платные парковки не относятся к вопросам местного значения.',
      },
      'application { state }',
      organiser,
    );
  await refuse();
  const reason = 'Жалоба заявителя: не указана статья закона.';
  await p.does('reopenApplication', { applicationId: refused.id, reason }, 'application { state }', organiser);
  await refuse();
  const admitted = filed.slice(0, -1);
  for (const { id } of admitted)
    await p.does('admitApplication', { applicationId: id }, 'application { state }', organiser);
  return admitted;
}

/** Step 2e: whoever asks reads the minutes of an admitted application, byte for byte. */
export async function minutesArePublic(p: Platform, applicationId: string): Promise<void> {
  const { application } = await p.must<{ application: { files: { path: string }[] } }>(
    'query ($id: ID!) { application(id: $id) { files { path } } }',
    { id: applicationId },
  );
  const file = await download({ url: p.state.urls.gateway!, token: () => null }, application.files[0]!.path);
  if ((await file.text()) !== MINUTES) throw new Error('the minutes did not come back as they went');
}

/** An object that only the group and its municipality may see stays invisible to others. */
export async function invisibleToStrangers(p: Platform, applicationId: string, stranger: Session): Promise<void> {
  for (const session of [null, stranger]) {
    const { application } = await p.must<{ application: unknown }>(
      'query ($id: ID!) { application(id: $id) { id } }',
      { id: applicationId },
      session,
    );
    if (application) throw new Error('a filed application is visible to a stranger before admission');
  }
}
