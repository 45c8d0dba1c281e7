import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@veche/kit';
import { event } from '@veche/proto';
import { MeetingChangedSchema } from '@veche/proto/contests/v1/discussion';
import { DETERMINE, ENTITIES, FINALISE, organiser, setUp, story, type Setup } from './setup.ts';

let setup: Setup;
beforeAll(async () => {
  setup = await setUp();
});
afterAll(() => setup.stop());

const line = (code: string, input: string, b: string) => ({
  code,
  kind: 'LINEAR',
  title: 'Собрание жителей',
  maxPoints: '10',
  weight: '1',
  parametersJson: JSON.stringify({ input, a: '0', b }),
});
/** Attendance up to 10 % of the population, the votes for among those present, signatures up to 100. */
const CRITERIA = [
  line('attendance', 'ATTENDANCE_SHARE', '10'),
  line('support', 'pct(meeting.for, meeting.present)', '100'),
  line('signatures', 'meeting.signatures', '100'),
];

interface Minutes {
  kind?: string;
  state?: string;
  startsAt?: string;
  present?: number;
  signatures?: number;
  votesFor?: number;
}
const held = (contestId: string, applicationId: string, more: Minutes = {}, meetingId = newId()) => {
  const { kind = 'FINAL', state = 'HELD', startsAt = '2026-03-05T13:00:00.000Z', votesFor = 40 } = more;
  return event(MeetingChangedSchema, meetingId, {
    meetingId,
    contestId,
    kind,
    state,
    startsAt,
    present: more.present ?? 50,
    signatures: more.signatures ?? 20,
    applicationIds: [applicationId],
    questions: state === 'HELD' ? [{ applicationId, votesFor, against: 5, abstained: 5 }] : [],
  });
};

async function ranked(): Promise<{ contestId: string; applicationId: string }> {
  const { contestId, applicationIds, experts, sheets } = await story(setup, { contest: { criteria: CRITERIA } });
  await setup.ask(FINALISE, { sheetId: sheets[0]![0].id }, experts[0]!);
  await setup.ask(DETERMINE, { contestId }, organiser);
  return { contestId, applicationId: applicationIds[0]! };
}

const pointsOf = async (contestId: string): Promise<string[]> => {
  const { data } = await setup.gql(ENTITIES, { of: [{ __typename: 'Contest', id: contestId }] });
  return data._entities[0].ranking.lines[0].criteria.map(({ points }: any) => points);
};

test('attendance, votes and signatures of checked minutes are points; corrected minutes count as they are now', async () => {
  const { contestId, applicationId } = await ranked();
  expect(await pointsOf(contestId)).toEqual(['0.00', '0.00', '0.00']);
  const meetingId = newId();
  await setup.bus.deliver(held(contestId, applicationId, {}, meetingId));
  // 50 of 1000 residents are 5 %, 40 of 50 are 80 %, 20 signatures of 100.
  expect(await pointsOf(contestId)).toEqual(['5.00', '8.00', '2.00']);
  await setup.bus.deliver(held(contestId, applicationId, { present: 80 }, meetingId));
  expect(await pointsOf(contestId)).toEqual(['8.00', '5.00', '2.00']);
});

test('what is announced, called off or only preliminary gives nothing; of two final meetings the later one counts', async () => {
  const { contestId, applicationId } = await ranked();
  for (const more of [{ state: 'ANNOUNCED' }, { state: 'CANCELLED' }, { kind: 'PRELIMINARY' }])
    await setup.bus.deliver(held(contestId, applicationId, more));
  expect(await pointsOf(contestId)).toEqual(['0.00', '0.00', '0.00']);
  await setup.bus.deliver(held(contestId, applicationId, { startsAt: '2026-03-08T13:00:00.000Z', present: 100 }));
  await setup.bus.deliver(held(contestId, applicationId));
  expect((await pointsOf(contestId))[0]).toBe('10.00');
  await setup.bus.deliver(held(contestId, newId(), { startsAt: '2026-03-09T13:00:00.000Z', present: 1 }));
  expect((await pointsOf(contestId))[0]).toBe('10.00');
});
