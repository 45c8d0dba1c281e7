import { eventually, type Platform } from '../platform.ts';
import type { Session } from '../../login/driver.ts';

const CAMPAIGN = 'query ($id: ID!) { campaign(projectId: $id) { target pledged paid pledgesCount } }';

/** Step 6a: the winner is in the register, its works are planned, reported and accepted. */
export async function implement(p: Platform, official: Session, projectId: string): Promise<void> {
  await eventually('the winner in the register', async () => {
    const { project } = await p.must<{ project: unknown }>('query ($id: ID!) { project(id: $id) { id } }', {
      id: projectId,
    });
    return project;
  });
  const stages = [
    { code: 'contract', title: 'Закупка и договор', plannedStart: '2027-05-01', plannedEnd: '2027-06-15' },
    { code: 'works', title: 'Строительные работы', plannedStart: '2027-06-16', plannedEnd: '2027-09-20' },
  ];
  await p.does('planImplementation', { projectId, stages }, 'project { state }', official);
  const overspent = await p.refused('reportProgress', report(projectId, 'contract', 10, '99000000.00'), official);
  if (overspent !== 'OVERSPENT') throw new Error(`money above the plan was handled as ${overspent}`);
  await p.does('reportProgress', report(projectId, 'contract', 20, '100000.00'), 'project { percent }', official);
  await p.does('reportProgress', report(projectId, 'works', 100, '850000.00'), 'project { percent }', official);
}

function report(projectId: string, stage: string, percent: number, municipal: string): object {
  return {
    projectId,
    stage,
    percent,
    text: 'Работы этапа выполнены в срок, замечаний общественного контроля нет.',
    spent: [{ source: 'MUNICIPAL', amount: municipal }],
    stageFinished: true,
  };
}

/** Step 6b: residents pledge, one thinks better of it, one payment arrives; the register shows the money. */
export async function collect(p: Platform, residents: Session[], finance: Session, projectId: string): Promise<void> {
  await eventually('the campaign', async () => {
    const { campaign } = await p.must<{ campaign: unknown }>(CAMPAIGN, { id: projectId });
    return campaign;
  });
  const [first, second, third] = residents as [Session, Session, Session];
  const give = (session: Session, amount: string) =>
    p.does<{ pledge: { id: string; reference: string } }>(
      'pledge',
      { projectId, amount },
      'pledge { id reference }',
      session,
    );
  const paid = await give(first, '5000.00');
  await give(second, '2500.50');
  const withdrawn = await give(third, '700.00');
  await p.does('withdrawPledge', { pledgeId: withdrawn.pledge.id }, 'pledge { state }', third);
  const foreign = await p.refused('withdrawPledge', { pledgeId: paid.pledge.id }, third);
  if (foreign !== 'NOT_FOUND') throw new Error(`a foreign pledge was handled as ${foreign}`);
  await p.does(
    'confirmPayment',
    { pledgeId: paid.pledge.id, amount: '5000.00', documentNumber: `ПП-${paid.pledge.reference}` },
    'pledge { state }',
    finance,
  );
  await financeShows(p, projectId, '7500.50', '5000.00');
}

/** The pledges reach the register through events. */
async function financeShows(p: Platform, projectId: string, pledged: string, paid: string): Promise<void> {
  await eventually('pledges in the finance of the project', async () => {
    const { project } = await p.must<{ project: { finance: { pledged: string; paid: string } } }>(
      'query ($id: ID!) { project(id: $id) { finance { pledged paid } } }',
      { id: projectId },
    );
    return project.finance.pledged === pledged && project.finance.paid === paid;
  });
}

/** Step 6c: the acceptance act completes the project. */
export async function complete(p: Platform, official: Session, projectId: string): Promise<void> {
  const { project } = await p.does<{ project: { state: string } }>(
    'completeProject',
    {
      projectId,
      acceptedOn: new Date(Date.now() - 24 * 3600 * 1000).toISOString().slice(0, 10),
      actNumber: 'КС-2 № 14',
    },
    'project { state }',
    official,
  );
  if (project.state !== 'COMPLETED') throw new Error(`project is ${project.state} after acceptance`);
}

/** One query of a frontend over the whole life of a project. */
export const WHOLE_LIFE = `query ($id: ID!) {
  application(id: $id) {
    number title state
    contest { title state passportHash dashboard { funnel { winners } } }
    assessment { place score sheets barred }
    voteResult { place score outcome explanation }
    project { state percent finance { totalCost pledged spent } campaign { target pledged pledgesCount } }
  }
}`;
