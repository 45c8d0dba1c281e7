import { STATE_NAMES, type ApplicationStatus } from './application-states.ts';
import type { Application } from './application.ts';
import { applicationSteps, inOrder, workEntries, type Work } from './community/timeline.ts';

const NEXT: Record<ApplicationStatus, string> = {
  DRAFT: 'Заявка ещё не подана.',
  SUBMITTED: 'Заявку проверяют, решение будет принято в срок.',
  RETURNED: 'От инициатора ждут ответа на замечания.',
  ADMITTED: 'Заявка допущена и ждёт итогов отбора.',
  REFUSED: 'Заявка отклонена; основание и пояснение видны инициатору.',
  WITHDRAWN: 'Инициатор отозвал заявку.',
  WINNER: 'Проект победил и будет выполнен.',
  RESERVE: 'Проект в резерве: его выполнят, если освободятся средства.',
  NOT_SELECTED: 'Проект не прошёл отбор.',
};
const WORKS: Readonly<Record<string, string>> = {
  REGISTERED: 'проект внесён в реестр',
  WORKS_PLANNED: 'работы запланированы',
  PROGRESS_REPORTED: 'отчёт о ходе работ',
  COMPLETED: 'работы приняты',
};

/** What anybody with the link sees of a filed application; null of one that was never filed. */
export function statusOf(id: string, application: Application, works: readonly Work[]) {
  const { status, number, content, stateSince, answerBy, terms, history } = application;
  if (number === null || number === undefined) return null;
  const filed = history.filter(({ state }) => state !== 'DRAFT');
  const steps = inOrder(applicationSteps({ id, state: { ...application, history: filed } }), workEntries(works));
  const until = status === 'RETURNED' ? answerBy : status === 'SUBMITTED' ? (terms?.decideBy ?? null) : null;
  return {
    number,
    title: content.title,
    state: status,
    stateName: STATE_NAMES[status],
    since: stateSince ?? null,
    next: NEXT[status],
    until: until ?? null,
    steps: steps.map(({ at, what, percent = null }) => ({
      at,
      what,
      name: STATE_NAMES[what as ApplicationStatus] ?? WORKS[what] ?? what,
      percent,
    })),
  };
}
