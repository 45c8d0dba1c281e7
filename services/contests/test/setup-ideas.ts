import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { citizen, key, OKTMO, organiser, type Contests } from './setup.ts';

export const IDEA = {
  title: 'Детская площадка во дворе на улице Мира',
  text: 'Во дворе нет ни одной площадки, дети играют на проезжей части.',
  category: 'PLAYGROUND',
  oktmo: OKTMO,
};

const REFUSED = 'rejection { code userMessage path }';
const IDEA_FIELDS =
  'id version state title text oktmo supporters supportedByMe mine author { id } revisions { title } mergedInto { id } verdicts { decision ground reason } stopWords complaints';
const COMMENT_FIELDS = 'id state text official mine author { id } answersTo stopWords complaints';
const RULES = 'blocksOff blocks ideaModeration commentModeration minAge residence complaintsToHold stopList';

const MINUTES = 'number present invited chair { id } signatures photos questions { item notVoting carried decision }';
export const MEETING_FIELDS = `id version state startsAt agenda { number text applicationId } minutes { ${MINUTES} } minutesHistory { number }`;
const GROUP_FIELDS = 'id version complete lead { id } leadOfferedTo { id } members { id }';

const DOCUMENTS = {
  proposeIdea: ['ProposeIdeaInput', `idea { ${IDEA_FIELDS} } ${REFUSED}`],
  reviseIdea: ['ReviseIdeaInput', `idea { ${IDEA_FIELDS} } ${REFUSED}`],
  withdrawIdea: ['IdeaCommandInput', `idea { ${IDEA_FIELDS} } ${REFUSED}`],
  supportIdea: ['SupportIdeaInput', `idea { ${IDEA_FIELDS} } ${REFUSED}`],
  mergeIdeas: ['MergeIdeasInput', `idea { ${IDEA_FIELDS} merged { id mergeReason } } ${REFUSED}`],
  applyWithIdea: ['ApplyWithIdeaInput', `application { id state title answers idea { id } } ${REFUSED}`],
  comment: ['CommentInput', `comment { ${COMMENT_FIELDS} } ${REFUSED}`],
  complain: ['ComplainInput', `idea { id state } comment { id state } ${REFUSED}`],
  moderate: ['ModerateInput', `idea { ${IDEA_FIELDS} } comment { ${COMMENT_FIELDS} } ${REFUSED}`],
  announceMeeting: ['AnnounceMeetingInput', `meeting { ${MEETING_FIELDS} } ${REFUSED}`],
  cancelMeeting: ['CancelMeetingInput', `meeting { id state cancelReason } ${REFUSED}`],
  registerForMeeting: ['RegisterForMeetingInput', `meeting { id registered registeredMe } ${REFUSED}`],
  recordMeeting: ['RecordMeetingInput', `meeting { ${MEETING_FIELDS} } ${REFUSED}`],
  offerGroupLead: ['OfferGroupLeadInput', `group { ${GROUP_FIELDS} } ${REFUSED}`],
  acceptGroupLead: ['AcceptGroupLeadInput', `group { ${GROUP_FIELDS} } ${REFUSED}`],
  changeSettings: [
    'ChangeSettingsInput',
    `settings { scope version rules { ${RULES} } versions { number author { id } effectiveFrom reason settings { minAge } } } ${REFUSED}`,
  ],
} as const;
export type IdeaMutation = keyof typeof DOCUMENTS;

const documentOf = (name: IdeaMutation): string =>
  `mutation ($input: ${DOCUMENTS[name][0]}!) { ${name}(input: $input) { ${DOCUMENTS[name][1]} } }`;

/** A resident of the city whom the state login vouches for. */
export const resident = (more: Partial<TestCaller> = {}): TestCaller =>
  citizen({ assurance: 'confirmed', birthdate: '1990-01-01', residence: OKTMO, ...more } as Partial<TestCaller>);

export async function send(service: Contests, name: IdeaMutation, input: object, as: TestCaller): Promise<any> {
  const { data, errors } = await service.gql(documentOf(name), { input: { idempotencyKey: key(), ...input } }, as);
  if (errors) return { error: errors[0]!.extensions['code'] };
  return data[name];
}

/** The object that a mutation answers with; throws when it was refused. */
export async function done(service: Contests, name: IdeaMutation, input: object, as: TestCaller): Promise<any> {
  const answer = await send(service, name, input, as);
  if (answer.error || answer.rejection) throw new Error(`${name}: ${JSON.stringify(answer)}`);
  return answer.idea ?? answer.comment ?? answer.application ?? answer.settings ?? answer.meeting ?? answer.group;
}

export const codeOf = async (service: Contests, name: IdeaMutation, input: object, as: TestCaller): Promise<string> => {
  const answer = await send(service, name, input, as);
  return answer.error ?? answer.rejection?.code ?? 'DONE';
};

/** A published idea of a resident of its own. */
export async function published(service: Contests, more: object = {}): Promise<{ id: string; author: TestCaller }> {
  const author = resident();
  const { id } = await done(service, 'proposeIdea', { ...IDEA, ...more }, author);
  await done(service, 'moderate', { of: 'IDEA', id, decision: 'PUBLISH' }, organiser);
  return { id, author };
}

export async function read(service: Contests, query: string, variables: object = {}, as?: TestCaller): Promise<any> {
  const { data, errors } = await service.gql(query, variables as Record<string, unknown>, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

export const unknownId = (): string => newId();
