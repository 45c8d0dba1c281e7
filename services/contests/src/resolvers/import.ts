import { createHash } from 'node:crypto';
import { commandOf, forbidden, rejectionOf, type Aggregate, type Context } from '@veche/kit';
import type { Rejection } from '@veche/kit/domain/decision';
import type { Application, ApplicationCode, ApplicationEvent } from '../domain/application.ts';
import type { Contest } from '../domain/contest.ts';
import { importApplication, type ImportedApplication } from '../domain/application-steps.ts';
import { applicationToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages, type Code } from '../messages.ts';
import { mayOrganise } from '../policy.ts';
import { applicationView, type ViewParts } from '../views.ts';

const MOST = 500;

/** Takes over admitted applications of another system: all are checked before the first is written, and a repeated call writes none twice. */
export function importMutation(parts: ViewParts): Pick<MutationResolvers, 'importApplications'> {
  const { stores } = parts;
  return {
    importApplications: async (_source, { input }, context) => {
      commandOf(context, 'importApplications', input);
      const contest = await stores.contests.load(input.contestId);
      if (contest && !mayOrganise(context.requireCaller(), contest.state.oktmo)) throw forbidden();
      const problem = contest ? faultOf(input.applications) : ({ code: 'NOT_FOUND', path: ['contestId'] } as const);
      if (problem) return refusal(problem);
      const trial = importApplication(input.contestId, contest!.state, input.applications[0]!, parts.clock.now());
      if (!trial.ok) return refusal(trial.rejection);
      return takeOver(parts, context, contest!, input);
    },
  };
}

const refusal = (rejection: Rejection<Code>) =>
  ({ applications: [], rejection: rejectionOf(rejection, messages) }) as never;

function faultOf(applications: readonly ImportedApplication[]): Rejection<Code> | null {
  if (applications.length === 0 || applications.length > MOST)
    return { code: 'TOO_MANY_ITEMS', path: ['applications'], params: { max: MOST } };
  const numbers = applications.map(({ number }) => number);
  const repeated = numbers.findIndex((number, index) => number.trim() === '' || numbers.indexOf(number) !== index);
  if (repeated >= 0)
    return {
      code: 'NUMBER_TAKEN',
      path: ['applications', String(repeated), 'number'],
      params: { number: numbers[repeated]! },
    };
  const free = applications.findIndex(({ totalCost }) => totalCost < 0n);
  return free >= 0 ? { code: 'BUDGET_NOT_POSITIVE', path: ['applications', String(free), 'totalCost'] } : null;
}

async function takeOver(
  parts: ViewParts,
  context: Context,
  contest: Aggregate<Contest>,
  input: { contestId: string; idempotencyKey: string; applications: readonly ImportedApplication[] },
) {
  const { stores, clock } = parts;
  const caller = context.requireCaller().personId;
  const taken: Aggregate<Application>[] = [];
  for (const imported of input.applications) {
    const outcome = await stores.applications.create<ApplicationEvent, ApplicationCode>({
      // The number is the key: a call that broke off in the middle goes on where it stopped.
      id: importedId(input.contestId, imported.number),
      command: {
        caller,
        key: `import:${input.contestId}:${imported.number}`,
        name: 'importApplications',
        payload: imported,
      },
      events,
      decide: () => importApplication(input.contestId, contest.state, imported, clock.now()),
      onDuplicate: () => ({ code: 'NUMBER_TAKEN', params: { number: imported.number } }),
    });
    if (outcome.rejection) return refusal(outcome.rejection as Rejection<Code>);
    taken.push(outcome.aggregate);
  }
  return { applications: taken.map((application) => applicationView(parts, application)), rejection: null } as never;
}

/** A UUID of the number within its contest (RFC 9562 version 8), so that two importers cannot make two of one application. */
function importedId(contestId: string, number: string): string {
  const hex = createHash('sha256').update(`${contestId}\n${number}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
