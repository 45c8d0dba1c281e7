import { eventually, type Platform } from '../platform.ts';
import type { Filed } from './applications.ts';
import type { Session } from '../../login/driver.ts';

interface Sheet {
  id: string;
  version: number;
  state: string;
  application: { id: string };
  criteria: { code: string; maxPoints: number }[];
}

export interface RankingLine {
  place: number;
  tied: boolean;
  score: string;
  application: { id: string };
}

const SHEET = 'id version state application { id } criteria { code maxPoints }';

/** Step 3: experts join, declare a conflict, score; the ranking is computed, ties included. */
export async function assess(
  p: Platform,
  organiser: Session,
  experts: Session[],
  contestId: string,
  projects: Filed[],
): Promise<RankingLine[]> {
  await joinAndAssign(p, organiser, experts, contestId, projects.length);
  const early = await p.refused('determineRanking', { contestId }, organiser);
  if (early !== 'SHEETS_OPEN') throw new Error(`ranking with open sheets: ${early}`);
  for (const [index, expert] of experts.entries()) {
    const { mySheets } = await p.must<{ mySheets: Sheet[] }>(
      `query ($id: ID) { mySheets(contestId: $id) { ${SHEET} } }`,
      { id: contestId },
      expert,
    );
    for (const sheet of mySheets) {
      const place = projects.findIndex((project) => project.id === sheet.application.id);
      if (index === 1 && place === 0) await declareConflict(p, expert, sheet);
      else await score(p, expert, sheet, place);
    }
  }
  const { ranking } = await p.does<{ ranking: { lines: RankingLine[] } }>(
    'determineRanking',
    { contestId },
    'ranking { lines { place tied score application { id } } }',
    organiser,
  );
  return ranking.lines;
}

async function joinAndAssign(
  p: Platform,
  organiser: Session,
  experts: Session[],
  contestId: string,
  projects: number,
): Promise<void> {
  const expertIds: string[] = [];
  for (const expert of experts) {
    const joined = await p.does<{ expert: { person: { id: string } } }>(
      'joinExpertPool',
      { competences: [] },
      'expert { person { id } }',
      expert,
    );
    expertIds.push(joined.expert.person.id);
  }
  await eventually('all admitted applications known to expertise', async () => {
    const assigned = await p.does<{ sheets: Sheet[] }>(
      'assignExperts',
      { contestId, expertIds },
      'sheets { id }',
      organiser,
    );
    return assigned.sheets.length === experts.length * projects;
  });
}

async function declareConflict(p: Platform, expert: Session, sheet: Sheet): Promise<void> {
  await p.does(
    'declareConflict',
    { sheetId: sheet.id, reason: 'Мой ребёнок учится в этой школе' },
    'sheet { state }',
    expert,
  );
  const code = await p.refused('finaliseScoreSheet', { sheetId: sheet.id }, expert);
  if (code !== 'SHEET_BARRED') throw new Error(`a barred sheet was handled as ${code}`);
}

/** The first project gets full marks, the second all but one, the last two equal marks, so that they tie. */
async function score(p: Platform, expert: Session, sheet: Sheet, place: number): Promise<void> {
  const less = [0, 1, 3, 3][place] ?? 0;
  const marks = sheet.criteria.map(({ code, maxPoints }) => ({
    criterion: code,
    points: Math.max(0, maxPoints - less),
    comment: 'Оценка по материалам заявки и осмотру места.',
  }));
  const saved = await p.does<{ sheet: Sheet }>(
    'saveScoreSheet',
    { sheetId: sheet.id, expectedVersion: sheet.version, marks },
    'sheet { version }',
    expert,
  );
  await p.does(
    'finaliseScoreSheet',
    { sheetId: sheet.id, expectedVersion: saved.sheet.version },
    'sheet { hash }',
    expert,
  );
}
