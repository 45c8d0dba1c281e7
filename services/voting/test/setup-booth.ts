import { newId } from '@veche/kit';
import type { TestCaller } from '@veche/kit/testing/tokens';
import { snilsOf } from './setup-bridge.ts';
import { CLOSES, OPENS, type VotingService } from './setup.ts';

export const staff = (role: TestCaller['roles'][number], territory = '71876000'): TestCaller & { sub: string } => ({
  sub: newId(),
  roles: [role],
  territories: [territory],
});
export const [organiser, operator] = [staff('organiser'), staff('operator')];
const FIELDS: Record<string, string> = {
  registerBooth: 'booth { id version issued ended } tabletKey',
  endBooth: 'booth { ended }',
  issueBallotCode: 'code expiresAt',
  castBoothBallot: 'receipt { code leaf revision signed }',
};

/** Sends a mutation about booths; gives its payload or the code of the error. */
export async function ask(service: VotingService, name: string, input: object, as?: TestCaller) {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${FIELDS[name]} rejection { code userMessage } } }`;
  const keyed = name === 'castBoothBallot' ? input : { idempotencyKey: newId(), ...input };
  const { data, errors } = await service.gql(document, { input: keyed }, as);
  return errors ? { error: errors[0]!.extensions['code'] } : data[name];
}
export const codeOf = (answer: { rejection?: { code: string } | null; error?: string }) =>
  answer.rejection?.code ?? answer.error ?? null;

export const boothInput = (contestId: string, more: object = {}) => ({
  contestId,
  oktmo: '71876000',
  place: 'МФЦ на Профсоюзов, 11',
  operatorIds: [operator.sub],
  opensAt: OPENS.toISOString(),
  closesAt: CLOSES.toISOString(),
  ...more,
});

export interface Place {
  boothId: string;
  tabletKey: string;
}

/** A booth of the operator. */
async function registered(service: VotingService, contestId: string, more: object = {}): Promise<Place> {
  const { booth, tabletKey } = await ask(service, 'registerBooth', boothInput(contestId, more), organiser);
  return { boothId: booth.id, tabletKey };
}

export const person = (n: number, more: object = {}) => ({ snils: snilsOf(n), birthDate: '1990-05-05', ...more });
/** What is done at the desk and at the tablet of booths of one service. */
export const at = (service: () => VotingService) => ({
  registered: (contestId: string, more: object = {}) => registered(service(), contestId, more),
  issue: (boothId: string, n: number, more: object = {}, as: TestCaller = operator) =>
    ask(service(), 'issueBallotCode', { boothId, ...person(n), ...more }, as),
  vote: (place: Place, code: string, projects: string[], more: object = {}) =>
    ask(service(), 'castBoothBallot', { ...place, code, choices: projects.map((project) => ({ project })), ...more }),
});
