import type { TestCaller } from '@veche/kit/testing/tokens';
import { AT, contestInput, does, filed, groupOf, key, line, OKTMO, organiser, START, type Contests } from './setup.ts';
import { bearer } from './setup-files.ts';
import { done, resident } from './setup-ideas.ts';

export const NAME = { family: 'Соловьёва', given: 'Анна', middle: 'Петровна' };
export const NAMES = { family: NAME.family, given: 'Анна Петровна' };
export const SIGNATURES = `signatures { role roleName person { id } kind signedAt sha256 path intact verdict { at tool certified passed issuer } }`;
export const DOCUMENT = `id number signed docx { sha256 path } ${SIGNATURES}`;
const LINE = `${DOCUMENT} kind kindName about subjectId dataSha256 createdAt`;
const REFUSED = 'rejection { code userMessage path }';
const ANSWERS: Readonly<Record<string, [string, string]>> = {
  generateApplicationDocument: ['GenerateApplicationDocumentInput', DOCUMENT],
  generateApplicationNotice: ['GenerateApplicationDocumentInput', DOCUMENT],
  generateMeetingMinutes: ['GenerateMeetingMinutesInput', DOCUMENT],
  signDocument: ['SignDocumentInput', LINE],
};

/** Documents of a service, their signatures and their register. */
export function papersOf(service: Contests) {
  async function send(name: string, input: object, as: TestCaller): Promise<any> {
    const [type, fields] = ANSWERS[name]!;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { document { ${fields} } ${REFUSED} } }`;
    const { data, errors } = await service.gql(query, { input: { idempotencyKey: key(), ...input } }, as);
    if (errors) throw new Error(JSON.stringify(errors));
    return data[name];
  }

  const download = async (path: string, as?: TestCaller): Promise<Response> =>
    fetch(`${service.url}${path}`, { headers: await bearer(service, as) });
  const bytesAt = async (path: string, as: TestCaller): Promise<Buffer> =>
    Buffer.from(await (await download(path, as)).arrayBuffer());

  /** A filed application with its document; the lead has a name, and a second factor where it is said. */
  async function paper(contest: string, more: Partial<TestCaller> = {}) {
    const { applicationId, ...group } = await filed(service, contest);
    const lead = { ...group.lead, name: NAME, ...more };
    const { document } = await send('generateApplicationDocument', { applicationId }, lead);
    const bytes = await bytesAt(document.docx.path, lead);
    return { ...group, applicationId, lead, document, bytes };
  }
  const signed = ({ document }: { document: any }, cms: Uint8Array | null, as: TestCaller, more: object = {}) =>
    send(
      'signDocument',
      {
        documentId: document.id,
        sha256: document.docx.sha256,
        ...(cms ? { signature: Buffer.from(cms).toString('base64') } : {}),
        ...more,
      },
      as,
    );

  /** A contest that takes a login with a second factor for a signature. */
  async function lenient(): Promise<string> {
    service.clock.set(START);
    const { id } = await does(service, 'createContest', contestInput(), organiser);
    const scoring = { documentSignature: 'SIMPLE' };
    const rules = { contestId: id, expectedVersion: 1, criteria: [line('money')], scoring };
    await does(service, 'setContestCriteria', rules, organiser);
    await does(service, 'publishContest', { contestId: id }, organiser);
    service.clock.set(AT.intake);
    return id;
  }

  /** Held minutes of a meeting with a chair from outside of the group, and their document. */
  async function minutes(contest: string) {
    service.clock.set(AT.intake);
    const { id: groupId, lead } = await groupOf(service, contest);
    const [chair, secretary] = [resident({ amr: ['otp'] }), resident({ amr: ['otp'] })];
    const announcement = {
      contestId: contest,
      groupId,
      kind: 'FINAL',
      oktmo: OKTMO,
      place: 'Школа № 1, актовый зал',
      startsLocal: '2026-03-07T18:00:00',
      agenda: [{ text: 'Выбор проекта для конкурса' }],
    };
    const meeting = await done(service, 'announceMeeting', announcement, lead);
    service.clock.set(new Date('2026-03-07T15:00:00Z'));
    const record = {
      meetingId: meeting.id,
      number: '4',
      startedAt: '2026-03-07T13:05:00.000Z',
      endedAt: '2026-03-07T14:30:00.000Z',
      present: 57,
      chairId: chair.sub,
      secretaryId: secretary.sub,
      questions: [{ item: 1, votesFor: 40, against: 5, abstained: 5, decision: 'Одобрить проект' }],
    };
    await done(service, 'recordMeeting', record, lead);
    const { document } = await send('generateMeetingMinutes', { meetingId: meeting.id }, lead);
    return { document, lead, chair, secretary, meetingId: meeting.id as string, record };
  }

  const register = async (args: Record<string, unknown>, as?: TestCaller): Promise<any> => {
    const query = `query ($contestId: ID!, $kind: DocumentKind, $signed: Boolean, $first: Int, $after: String) {
      contestDocuments(contestId: $contestId, kind: $kind, signed: $signed, first: $first, after: $after) {
        totalCount nodes { ${LINE} } pageInfo { hasNextPage endCursor } } }`;
    const { data, errors } = await service.gql(query, args, as);
    return errors ? errors[0]!.extensions['code'] : data.contestDocuments;
  };

  return { send, download, bytesAt, paper, signed, lenient, minutes, register };
}
