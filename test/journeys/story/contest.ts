import { DateTime } from 'luxon';
import { eventually, type Platform } from '../platform.ts';
import type { Session } from '../../login/driver.ts';

export const ZONE = 'Asia/Yekaterinburg';
export const OKTMO = '71876000';

/** Wall time in the contest's zone, to the second. */
export const local = (at: Date): string => DateTime.fromJSDate(at, { zone: ZONE }).toFormat("yyyy-MM-dd'T'HH:mm:ss");

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

const HOUR = 3600;

/** The calendar of the story: intake is open at once, the rest follows hour by hour until the organiser moves it. */
export function calendar(): { type: string; opensLocal: string; closesLocal: string }[] {
  const bounds: [string, number, number][] = [
    ['INTAKE', 2, HOUR],
    ['EXPERTISE', HOUR, 2 * HOUR],
    ['VOTING', 2 * HOUR, 3 * HOUR],
    ['COLLECTION', 3 * HOUR, 24 * HOUR],
    ['IMPLEMENTATION', 24 * HOUR, 240 * HOUR],
  ];
  return bounds.map(([type, opens, closes]) => ({
    type,
    opensLocal: local(inSeconds(opens)),
    closesLocal: local(inSeconds(closes)),
  }));
}

export interface PublishedContest {
  id: string;
  passportHash: string;
}

/** Step 1: an organiser makes a contest from a template and publishes it. */
export async function publishContest(p: Platform, organiser: Session, title: string): Promise<PublishedContest> {
  const { contest } = await p.does<{ contest: { id: string; version: number; state: string } }>(
    'createContest',
    {
      template: 'municipal-selection',
      title,
      oktmo: OKTMO,
      timeZone: ZONE,
      budget: '2100000.00',
      legalBasis: [
        {
          title: 'Об общих принципах организации местного самоуправления в Российской Федерации',
          number: '131-ФЗ',
          date: '2003-10-06',
          article: '26.1',
        },
      ],
      stages: calendar(),
      groupMinimum: 3,
      eligibility: { minAge: 16, residence: OKTMO },
      resultsVisibility: 'HIDDEN_UNTIL_END',
      votingRule: {
        version: 1,
        ballot: { type: 'approval', minLen: 1, maxLen: 2 },
        revote: 'last',
        order: 'score',
        onUnaffordable: 'skip',
        tieBreak: ['lowerCost', 'moreVotes', 'earlierApplication', 'publicLot'],
      },
      graceSeconds: 1,
    },
    'contest { id version state }',
    organiser,
  );
  const published = await p.does<{ contest: { id: string; passportHash: string; state: string } }>(
    'publishContest',
    { contestId: contest.id, expectedVersion: contest.version },
    'contest { id passportHash state }',
    organiser,
  );
  await stageIs(p, contest.id, 'INTAKE');
  return published.contest;
}

/** Waits until the clock has opened a stage. */
export const stageIs = (p: Platform, contestId: string, stage: string): Promise<boolean> =>
  eventually(`stage ${stage}`, async () => {
    const { contest } = await p.must<{ contest: { currentStage: string | null } }>(
      'query ($id: ID!) { contest(id: $id) { currentStage } }',
      { id: contestId },
    );
    return contest.currentStage === stage;
  });

/** Moves boundaries so that `from` ends and `to` begins within seconds; the clock does the rest. */
export async function moveOn(
  p: Platform,
  organiser: Session,
  contestId: string,
  from: string,
  to: string,
): Promise<void> {
  const at = inSeconds(3);
  await reschedule(p, organiser, contestId, { stage: from, closesLocal: local(at) });
  await reschedule(p, organiser, contestId, { stage: to, opensLocal: local(at) });
  await stageIs(p, contestId, to);
}

/** Lets a stage end within seconds. */
export const endSoon = (p: Platform, organiser: Session, contestId: string, stage: string): Promise<void> =>
  reschedule(p, organiser, contestId, { stage, closesLocal: local(inSeconds(3)) });

async function reschedule(
  p: Platform,
  organiser: Session,
  contestId: string,
  boundary: { stage: string; opensLocal?: string; closesLocal?: string },
): Promise<void> {
  const reason = 'Все участники завершили работу раньше срока';
  await p.does('rescheduleStage', { contestId, reason, ...boundary }, 'contest { id }', organiser);
}
