import { randomUUID } from 'node:crypto';
import { playMainJob } from '../journeys/main-job.ts';
import { buildCommunity, type Community } from './community-world.ts';
import { eventually, platform, type Platform } from '../journeys/platform.ts';
import * as applications from '../journeys/story/applications.ts';
import { moveOn, OKTMO, publishContest } from '../journeys/story/contest.ts';
import { resident, signIn, signInOutsiders, staff } from '../journeys/story/people.ts';
import { commissionOf, type ExpertiseWorld } from './expertise-world.ts';
import { readStandState, serviceSession, type Session, type StandState } from '../login/driver.ts';

/** Staff by their part in the world; `stranger` and the foreign ones have their rights in another territory. */
const STAFF = {
  organiser: 'organiser.surgut',
  stranger: 'organiser.nefteyugansk',
  expert: 'expert1',
  foreignExpert: 'expert.nefteyugansk',
  official: 'municipality.surgut',
  foreignOfficial: 'municipality.nefteyugansk',
  commission: 'commission1',
  foreignCommission: 'commission.nefteyugansk',
  operator: 'operator1',
  foreignOperator: 'operator.nefteyugansk',
  finance: 'finance.surgut',
  foreignFinance: 'finance.nefteyugansk',
  auditor: 'auditor',
  admin: 'admin',
} as const;

/** People of every kind and objects in a known state, so that each mutation can be tried right and wrong. */
export interface World extends ExpertiseWorld {
  state: StandState;
  p: Platform;
  people: Record<keyof typeof STAFF | 'lead' | 'member' | 'outsider' | 'importer', Session>;
  /** A contest in its assessment stage with one admitted and one filed application. */
  contestId: string;
  groupId: string;
  /** Filed, not decided. */
  applicationId: string;
  /** Admitted, with a sheet of the expert. */
  admittedId: string;
  sheetId: string;
  /** A batch of paper ballots with nothing in it. */
  paperBatchId: string;
  /** A booth of the operator with the key of its tablet. */
  boothId: string;
  tabletKey: string;
  operatorId: string;
  /** A draft contest of the organiser. */
  draftId: string;
  /** Another one, whose criteria are changed. */
  criteriaDraftId: string;
  /** A registered project with a campaign, and a pledge of the lead. */
  projectId: string;
  pledgeId: string;
  /** A draft of the lead in the contest. */
  draftedId: string;
  /** A group of the outsider alone. */
  leavableId: string;
  /** Version in force of the text of the consent to notifications. */
  consentText: string;
  community: Community;
}

const RESIDENTS = 12;
const IMPORTER_SECRET = process.env.IMPORTER_SECRET ?? 'importer-dev-secret';

async function everybody(state: StandState): Promise<World['people']> {
  const [lead, member, third] = [
    await resident(state, 'citizen-21'),
    await resident(state, 'citizen-22'),
    await resident(state, 'citizen-23'),
  ];
  const signedIn = await Promise.all(
    Object.entries(STAFF).map(async ([part, username]) => [part, await staff(state, username)] as const),
  );
  const importer = await serviceSession(state, 'svc-importer', IMPORTER_SECRET);
  return {
    ...(Object.fromEntries(signedIn) as Record<keyof typeof STAFF, Session>),
    lead,
    member,
    outsider: third,
    importer,
  };
}

/** Builds the world through the graph; it borrows a project that another contest brought forth, or plays such a contest first. */
export async function buildWorld(): Promise<World> {
  const state = readStandState();
  const p = platform(state);
  const people = await everybody(state);
  const { id: contestId } = await publishContest(
    p,
    people.organiser,
    `Проверка прав и ошибок ${randomUUID().slice(0, 8)}`,
  );
  const groupId = await applications.formGroup(
    p,
    contestId,
    [people.lead, people.member, await resident(state, 'citizen-24')],
    'Группа для проверки',
  );
  const filed = await applications.fileApplication(p, contestId, groupId, people.lead, applications.PROJECTS[0]!);
  const admitted = await applications.fileApplication(p, contestId, groupId, people.lead, applications.PROJECTS[1]!);
  await p.does('admitApplication', { applicationId: admitted.id }, 'application { state }', people.organiser);
  const drafted = await p.does<{ application: { id: string } }>(
    'draftApplication',
    { contestId, groupId, content: {} },
    'application { id }',
    people.lead,
  );
  const leavableId = await applications.formGroup(p, contestId, [people.outsider], 'Группа на выход');
  await moveOn(p, people.organiser, contestId, 'INTAKE', 'EXPERTISE');
  const { sheetId, expertId } = await sheetFor(p, people, contestId);
  const paperBatchId = await paperBatch(p, people.organiser, contestId);
  const operatorId = await personId(p, people.operator);
  const booth = await boothOf(p, people.organiser, contestId, operatorId);
  const [draftId, criteriaDraftId] = [await draft(p, people.organiser), await draft(p, people.organiser)];
  if (!(await collecting(p))) await wholeContest(state, p);
  const { projectId, pledgeId } = await pledgeSomewhere(p, people.lead);
  return {
    state,
    p,
    people,
    contestId,
    groupId,
    applicationId: filed.id,
    admittedId: admitted.id,
    sheetId,
    expertId,
    ...(await commissionOf(p, people.organiser, people.commission, contestId)),
    paperBatchId,
    ...booth,
    operatorId,
    draftId,
    criteriaDraftId,
    projectId,
    pledgeId,
    draftedId: drafted.application.id,
    leavableId,
    consentText: await consentText(p),
    community: await buildCommunity(p, people),
  };
}

async function consentText(p: Platform): Promise<string> {
  const { consentTexts } = await p.must<{ consentTexts: { purpose: string; version: string }[] }>(
    '{ consentTexts { purpose version } }',
  );
  return consentTexts.find(({ purpose }) => purpose === 'NOTIFICATIONS')!.version;
}

async function sheetFor(p: Platform, people: World['people'], contestId: string) {
  const { expert } = await p.does<{ expert: { person: { id: string } } }>(
    'joinExpertPool',
    { competences: [] },
    'expert { person { id } }',
    people.expert,
  );
  const expertId = expert.person.id;
  const sheetId = await eventually('a sheet', async () => {
    const input = { contestId, expertIds: [expertId] };
    const { sheets } = await p.does<{ sheets: { id: string }[] }>(
      'assignExperts',
      input,
      'sheets { id }',
      people.organiser,
    );
    return sheets[0]?.id;
  });
  return { sheetId, expertId };
}

/** A file of a contest, without form fields and criteria. */
export const fileOf = ({
  template,
  title,
  oktmo,
  timeZone,
  budget,
  legalBasis,
  stages,
}: ReturnType<typeof newContest>) => ({
  format: 'veche-contest',
  version: 1,
  contest: {
    template,
    title,
    oktmo,
    timeZone,
    budget,
    legalBasis,
    stages,
    form: { type: 'object', additionalProperties: false, properties: {} },
    criteria: [],
    votingRule: {
      version: 1,
      ballot: { type: 'choose-1' },
      revote: 'last',
      order: 'score',
      onUnaffordable: 'skip',
      tieBreak: ['publicLot'],
    },
    eligibility: { minAge: 16 },
  },
});

/** Sheets of a polling place of Surgut. */
export const newBatch = () => ({
  kind: 'PAPER',
  oktmo: OKTMO,
  place: 'Пункт голосования в школе',
  document: { number: '1', date: '2026-01-01', sha256: 'ab'.repeat(32) },
  sheets: 2,
  spoiled: 0,
});

/** Voting hears of a contest a moment after its publication. */
const paperBatch = (p: Platform, organiser: Session, contestId: string): Promise<string> =>
  eventually('a batch of paper ballots', async () => {
    const document = 'mutation ($input: OpenPaperBatchInput!) { openPaperBatch(input: $input) { batch { id } } }';
    const variables = { input: { idempotencyKey: randomUUID(), contestId, ...newBatch() } };
    const answer = await p.must<{ openPaperBatch: { batch: { id: string } | null } }>(document, variables, organiser);
    return answer.openPaperBatch.batch?.id;
  });

/** A place of voting in Surgut that is open now. */
export const newBooth = (operatorId: string) => ({
  oktmo: OKTMO,
  place: 'МФЦ, планшет у входа',
  operatorIds: [operatorId],
  opensAt: new Date(Date.now() - 60_000).toISOString(),
  closesAt: new Date(Date.now() + 86_400_000).toISOString(),
});

const personId = async (p: Platform, session: Session): Promise<string> =>
  (await p.does<{ person: { id: string } }>('registerMe', {}, 'person { id }', session)).person.id;

async function boothOf(p: Platform, organiser: Session, contestId: string, operatorId: string) {
  const document =
    'mutation ($input: RegisterBoothInput!) { registerBooth(input: $input) { booth { id } tabletKey rejection { code } } }';
  const variables = { input: { idempotencyKey: randomUUID(), contestId, ...newBooth(operatorId) } };
  const answer = await p.must<{ registerBooth: { booth: { id: string }; tabletKey: string } }>(
    document,
    variables,
    organiser,
  );
  return { boothId: answer.registerBooth.booth.id, tabletKey: answer.registerBooth.tabletKey };
}

async function draft(p: Platform, organiser: Session): Promise<string> {
  const input = { ...newContest(), title: 'Черновик конкурса для проверки' };
  const { contest } = await p.does<{ contest: { id: string } }>('createContest', input, 'contest { id }', organiser);
  return contest.id;
}

/** A contest that could be created as it stands. */
export const newContest = () => ({
  template: 'municipal-selection',
  title: 'Новый конкурс для проверки ошибок',
  oktmo: OKTMO,
  timeZone: 'Asia/Yekaterinburg',
  budget: '1000000.00',
  legalRegime: 'RU_33FZ_49',
  legalBasis: [{ title: 'Положение о конкурсе', number: '1', date: '2026-01-01', article: '2' }],
  stages: [
    { type: 'INTAKE', opensLocal: '2030-01-01T09:00:00', closesLocal: '2030-02-01T09:00:00' },
    { type: 'VOTING', opensLocal: '2030-02-02T09:00:00', closesLocal: '2030-03-01T09:00:00' },
  ],
});

/** A project that collects money; undefined when no contest has brought one forth yet. */
async function collecting(p: Platform): Promise<string | undefined> {
  const { projects } = await p.must<{ projects: { nodes: { id: string; campaign: object | null }[] } }>(
    '{ projects(first: 100) { nodes { id campaign { id } } } }',
  );
  return projects.nodes.find(({ campaign }) => campaign)?.id;
}

async function wholeContest(state: StandState, p: Platform): Promise<void> {
  const [people, outsiders] = [await signIn(state, RESIDENTS), await signInOutsiders(state)];
  await playMainJob(p, { people, outsiders }, () => undefined);
}

async function pledgeSomewhere(p: Platform, lead: Session): Promise<{ projectId: string; pledgeId: string }> {
  const projectId = await eventually('a project that collects money', () => collecting(p));
  const input = { projectId, amount: '100.00' };
  const { pledge } = await p.does<{ pledge: { id: string } }>('pledge', input, 'pledge { id }', lead);
  return { projectId, pledgeId: pledge.id };
}

/** A criterion of a straight line; `more` spoils it. */
export const newCriterion = (more: object = {}) => ({
  code: 'money',
  kind: 'LINEAR',
  title: 'Доля средств жителей',
  maxPoints: '10',
  weight: '1',
  parameters: { input: 'CITIZENS_SHARE', a: '0', b: '20' },
  ...more,
});
