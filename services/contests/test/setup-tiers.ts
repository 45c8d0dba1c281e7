import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { event } from '@veche/proto';
import { MinutesSignedSchema } from '@veche/proto/expertise/v1/commission';
import { contestInput, does, filed, key, organiser, START, AT, type Contests, type Filed } from './setup.ts';

export const REGION = '71000000';
export const VILLAGE = '71829412';
export const CITY = '71876000';
export const regional: TestCaller = { sub: newId(), roles: ['organiser'], territories: [REGION] };
export const staffOf = (...territories: string[]): TestCaller => ({
  sub: newId(),
  roles: ['municipality'],
  territories,
});

/** A calendar whose intake begins after the commissions of the first tier have sat. */
export const LATER = [
  { type: 'INTAKE', opensLocal: '2026-04-01T00:00:00', closesLocal: '2026-05-01T00:00:00' },
  { type: 'VOTING', opensLocal: '2026-05-10T00:00:00', closesLocal: '2026-05-20T00:00:00' },
];
/** 5 April in Yekaterinburg. */
export const LATER_INTAKE = new Date('2026-04-05T07:00:00Z');

/** A published contest of the first tier with its intake open; the territory decides who runs it. */
export async function firstTier(service: Contests, more: object = {}): Promise<string> {
  service.clock.set(START);
  const { id } = await does(service, 'createContest', contestInput({ level: 'DISTRICT', ...more }), regional);
  await does(service, 'publishContest', { contestId: id }, regional);
  service.clock.set(AT.intake);
  return id;
}

export const tier = (more: object = {}) => ({ from: 'LISTED', entry: 'CARRY', outcomes: ['WINNER'], ...more });

/** A published contest of the second tier. */
export async function secondTier(service: Contests, link: object, more: object = {}): Promise<string> {
  service.clock.set(START);
  const input = contestInput({ title: 'Городской отбор проектов', stages: LATER, tier: tier(link), ...more });
  const { id } = await does(service, 'createContest', input, regional);
  await does(service, 'publishContest', { contestId: id }, regional);
  return id;
}

/** The decision of a commission, as expertise tells it. */
export async function decide(service: Contests, contestId: string, number: number, outcomes: Record<string, string>) {
  const sessionId = newId();
  const decisions = Object.entries(outcomes).map(([applicationId, outcome]) => ({ applicationId, outcome }));
  await service.bus.deliver(event(MinutesSignedSchema, sessionId, { sessionId, contestId, number, decisions }));
  await service.settle();
}

/** Admitted applications of a contest of the first tier. */
export async function projects(service: Contests, contestId: string, count: number, content: object = {}) {
  service.clock.set(AT.intake);
  const all: Filed[] = [];
  for (let one = 0; one < count; one += 1) {
    const application = await filed(service, contestId, content);
    await does(service, 'admitApplication', { applicationId: application.applicationId }, regional);
    all.push(application);
  }
  return all;
}

const APPLICATION = `id number state title version answers applicantKind municipality revision
  source { id state history { state } contest { id } } raisedTo { id state }`;

export async function seen(service: Contests, id: string, as?: TestCaller): Promise<any> {
  const { data } = await service.gql(`query ($id: ID!) { application(id: $id) { ${APPLICATION} } }`, { id }, as);
  return data.application;
}

/** Applications of a contest as somebody sees them. */
export async function listed(service: Contests, contestId: string, as?: TestCaller): Promise<any[]> {
  const query = `query ($id: ID!) { applications(contestId: $id, first: 100) { nodes { ${APPLICATION} } } }`;
  const { data, errors } = await service.gql(query, { id: contestId }, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.applications.nodes;
}

const TIER = `tier { from entry outcomes perContest perMunicipality contests { id } taken { oktmo count }
  stopped { code userMessage application { id } } } nextTiers { id }`;

export async function tierOf(service: Contests, id: string, as: TestCaller = organiser): Promise<any> {
  const { data, errors } = await service.gql(`query ($id: ID!) { contest(id: $id) { ${TIER} } }`, { id }, as);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.contest;
}

const REFUSED = 'rejection { code userMessage path }';
const FILE = `mutation ($input: FileForMunicipalityInput!) { fileForMunicipality(input: $input) {
  application { ${APPLICATION} } ${REFUSED} } }`;
const CARRY = `mutation ($input: ContestCommandInput!) { carryApplications(input: $input) {
  applications { ${APPLICATION} } stopped { code userMessage application { id } } ${REFUSED} } }`;

/** The payload, or the code of the GraphQL error under `error`. */
const send = async (service: Contests, query: string, input: object, as: TestCaller): Promise<any> => {
  const { data, errors } = await service.gql(query, { input: { idempotencyKey: key(), ...input } }, as);
  return errors ? { error: errors[0]!.extensions['code'] } : Object.values(data)[0];
};

export const fileFor = (service: Contests, input: object, as: TestCaller): Promise<any> =>
  send(service, FILE, input, as);
export const carry = (service: Contests, contestId: string, as: TestCaller = organiser, more = {}): Promise<any> =>
  send(service, CARRY, { contestId, ...more }, as);

const HEADS = `head { oktmo version terms { person { id } act } } ${REFUSED}`;
const NOTE = `mutation ($input: NoteMunicipalityHeadInput!) { noteMunicipalityHead(input: $input) { ${HEADS} } }`;
const SIGNED = 'signedByHead headSignatures { kind revision hash cms verdict { passed } person { id } }';
const SIGN = `mutation ($input: SignMunicipalApplicationInput!) { signMunicipalApplication(input: $input) {
  application { ${APPLICATION} ${SIGNED} } ${REFUSED} } }`;
const TO_SIGN = 'query ($id: ID!) { municipalApplicationToSign(applicationId: $id) { bytes text sha256 } }';

export const noteHead = (service: Contests, input: object, as: TestCaller): Promise<any> =>
  send(service, NOTE, input, as);
export const sign = (service: Contests, input: object, as: TestCaller): Promise<any> => send(service, SIGN, input, as);

/** What the head is to sign, null when there is nothing. */
export async function toSign(service: Contests, id: string, as: TestCaller): Promise<any> {
  const { data } = await service.gql(TO_SIGN, { id }, as);
  return data?.municipalApplicationToSign ?? null;
}

/** Applications of a municipality, or the code of the GraphQL error. */
export async function ofMunicipality(service: Contests, oktmo: string, as: TestCaller): Promise<any> {
  const query = `query ($oktmo: Oktmo!) { municipalApplications(oktmo: $oktmo) { nodes { ${APPLICATION} } } }`;
  const { data, errors } = await service.gql(query, { oktmo }, as);
  return errors ? errors[0]!.extensions['code'] : data.municipalApplications.nodes;
}
