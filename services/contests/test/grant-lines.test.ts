import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask, does, drafted, openContest, startContests, type Contests } from './setup.ts';

let service: Contests;
beforeAll(async () => {
  service = await startContests();
});
afterAll(() => service.stop());

/** Eighteen lines of grants; one application of a line may ask 650,000 at most. */
const LINES = Array.from({ length: 18 }, (_, index) => ({
  code: `line-${index + 1}`,
  kind: 'NOMINATION',
  title: `Направление ${index + 1}`,
  ...(index === 17 ? { budget: '650000.00' } : {}),
}));

test('an application has exactly one of eighteen lines: none, two and an unknown one are refused', async () => {
  const contestId = await openContest(service, { divisions: LINES });
  const { applicationId, lead } = await drafted(service, contestId);
  let expectedVersion = 1;
  const submitWith = async (divisions: string[]) => {
    const saved = await does(
      service,
      'saveApplication',
      { applicationId, expectedVersion, content: { divisions } },
      lead,
    );
    expectedVersion = saved.version;
    const { fieldErrors, rejection } = await ask(service, 'submitApplication', { applicationId }, lead);
    return [rejection?.code ?? 'DONE', ...fieldErrors.map(({ path, code }: any) => `${path} ${code}`)];
  };
  expect(await submitWith([])).toEqual(['APPLICATION_INCOMPLETE', 'divisions REQUIRED']);
  expect(await submitWith(['line-1', 'line-2'])).toEqual(['APPLICATION_INCOMPLETE', 'divisions NOT_ALLOWED']);
  expect(await submitWith(['line-19'])).toEqual(['APPLICATION_INCOMPLETE', 'divisions NOT_ALLOWED']);
  // The application asks 700,000 of the budget; the last line has 650,000.
  expect(await submitWith(['line-18'])).toEqual(['APPLICATION_INCOMPLETE', 'funding OVER_LIMIT']);
  expect(await submitWith(['line-7'])).toEqual(['DONE']);
});
