import { badInput, commandOf, rejectionOf, type Aggregate, type Context } from '@veche/kit';
import { accept, type Rejection } from '@veche/kit/domain/decision';
import { importApplication, isImportOf, type ImportedApplication } from '../domain/application-steps.ts';
import type { Application, ApplicationCode, ApplicationEvent } from '../domain/application.ts';
import type { Contest } from '../domain/contest.ts';
import { attributed } from '../domain/history.ts';
import { importFault, textFault } from '../domain/import.ts';
import { derivedId } from '../derived-id.ts';
import { applicationToOutbox as events } from '../events.ts';
import type { MutationResolvers } from '../gen/graphql.ts';
import { messages, type Code } from '../messages.ts';
import { withNumbers } from '../store/application-queries.ts';
import { applicationView, type ViewParts } from '../views.ts';
import { organisedContest } from './contests.ts';

/** Writes that are on their way at once; more would only queue in the driver. */
const AT_ONCE = 20;

/** Takes over admitted applications of another system: all are checked before the first is written, and a repeated call writes none twice. */
export function importMutation(parts: ViewParts): Pick<MutationResolvers, 'importApplications'> {
  return {
    importApplications: async (_source, { input }, context) => {
      const command = commandOf(context, 'importApplications', input);
      const malformed = textFault(input.applications);
      if (malformed) throw badInput('A text is empty or too long', malformed);
      const contest = await organisedContest(parts, context, input.contestId);
      if (!contest) return refusal({ code: 'NOT_FOUND', path: ['contestId'] });
      const known = await knownNumbers(parts, input);
      const problem = faultOf(parts, contest, input.applications, known);
      if (problem) return refusal(problem);
      const record = { contestId: contest.id, count: input.applications.length };
      const asked = await parts.stores.imports.create<never, never>({
        command,
        events: () => [],
        decide: () => accept(record),
      });
      return asked.rejection ? refusal(asked.rejection) : takeOver(parts, context, contest, input.applications, known);
    },
  };
}

const refusal = (rejection: Rejection<Code>) =>
  ({ applications: [], rejection: rejectionOf(rejection, messages) }) as never;

type Known = ReadonlyMap<string, Aggregate<Application>>;

async function knownNumbers(
  { stores }: ViewParts,
  { contestId, applications }: { contestId: string; applications: readonly ImportedApplication[] },
): Promise<Known> {
  const numbers = applications.map(({ number }) => number);
  const found = await withNumbers(stores.applications, contestId, numbers);
  return new Map(found.map((application) => [application.state.number!, application]));
}

/** The first reason against the whole import; lines that were taken over before are none. */
function faultOf(
  { clock }: ViewParts,
  contest: Aggregate<Contest>,
  lines: readonly ImportedApplication[],
  known: Known,
): Rejection<Code> | null {
  const fault = importFault(lines);
  if (fault) return fault;
  const taken = lines.findIndex((line) => known.has(line.number) && !isImportOf(known.get(line.number)!.state, line));
  if (taken >= 0) return numberTaken(lines[taken]!.number, taken);
  const fresh = lines.find(({ number }) => !known.has(number));
  const trial = fresh && importApplication(contest.id, contest.state, fresh, clock.now());
  return trial && !trial.ok ? trial.rejection : null;
}

const numberTaken = (number: string, index: number): Rejection<'NUMBER_TAKEN'> => ({
  code: 'NUMBER_TAKEN',
  path: ['applications', String(index), 'number'],
  params: { number },
});

async function takeOver(
  parts: ViewParts,
  context: Context,
  contest: Aggregate<Contest>,
  lines: readonly ImportedApplication[],
  known: Known,
) {
  const taken: Aggregate<Application>[] = [];
  for (let start = 0; start < lines.length; start += AT_ONCE) {
    const some = lines.slice(start, start + AT_ONCE);
    const outcomes = await Promise.all(
      some.map(async (line) => known.get(line.number) ?? takeOne(parts, context, contest, line)),
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (!outcome) return refusal(numberTaken(some[index]!.number, start + index));
      taken.push(outcome);
    }
  }
  return { applications: taken.map((application) => applicationView(parts, application)), rejection: null } as never;
}

/** The application of a line; null when another application got the number since it was checked. */
async function takeOne(
  { stores, clock }: ViewParts,
  context: Context,
  contest: Aggregate<Contest>,
  line: ImportedApplication,
): Promise<Aggregate<Application> | null> {
  const outcome = await stores.applications.create<ApplicationEvent, ApplicationCode>({
    // The number is the key: a call that broke off in the middle goes on where it stopped, and two calls at once make one application.
    id: derivedId(contest.id, line.number),
    command: {
      caller: context.requireCaller().personId,
      key: `import:${contest.id}:${line.number}`,
      name: 'importApplications',
      payload: line,
    },
    events,
    decide: () =>
      attributed(importApplication(contest.id, contest.state, line, clock.now()), 0, {
        role: 'IMPORT',
        personId: context.requireCaller().personId,
      }),
    onDuplicate: () => ({ code: 'NUMBER_TAKEN' }),
  });
  const { aggregate } = outcome;
  return aggregate && isImportOf(aggregate.state, line) ? aggregate : null;
}
