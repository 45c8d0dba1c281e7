import { randomUUID } from 'node:crypto';
import type { Platform } from '../journeys/platform.ts';

type Input = Record<string, any>;

const laterVersion = () => ({ expectedVersion: 999 });
const anotherReason = () => ({ reason: 'Другая причина, которой в первом запросе не было.' });

/** What is changed in the input of a mutation of the main job to make another request of it. */
export const ANOTHER_PAYLOAD: Record<string, (input: Input) => Input> = {
  createContest: () => ({ title: 'Совсем другое название конкурса' }),
  publishContest: laterVersion,
  rescheduleStage: anotherReason,
  approveBallotList: laterVersion,
  formInitiativeGroup: () => ({ name: 'Другая группа' }),
  joinInitiativeGroup: () => ({ invitationCode: 'another-code' }),
  draftApplication: () => ({ content: {} }),
  saveApplication: () => ({ content: { title: 'Совсем другое название проекта' } }),
  editApplication: () => ({ content: { title: 'Совсем другое название проекта' } }),
  answerRemark: () => ({ text: 'Совсем другой ответ на замечание' }),
  submitApplication: laterVersion,
  returnApplication: () => ({ remarks: [{ field: 'title', text: 'Совсем другое замечание' }] }),
  admitApplication: laterVersion,
  refuseApplication: anotherReason,
  reopenApplication: anotherReason,
  postApplicationMessage: () => ({ text: 'Совсем другое сообщение' }),
  markApplicationThreadRead: () => ({ messageId: randomUUID() }),
  joinExpertPool: () => ({ competences: ['PARK'] }),
  assignExperts: ({ expertIds }) => ({ expertIds: [...expertIds, expertIds[0]] }),
  declareConflict: anotherReason,
  saveScoreSheet: ({ marks }) => ({ marks: marks.slice(1) }),
  finaliseScoreSheet: laterVersion,
  determineRanking: () => ({ contestId: randomUUID() }),
  planImplementation: ({ stages }) => ({ stages: stages.slice(1) }),
  reportProgress: () => ({ text: 'Совсем другой отчёт о ходе работ.' }),
  completeProject: () => ({ actNumber: 'КС-2 № 15' }),
  pledge: () => ({ amount: '800.00' }),
  withdrawPledge: laterVersion,
  confirmPayment: () => ({ documentNumber: 'ПП-другое' }),
  summariseContest: () => ({ contestId: randomUUID() }),
};

/**
 * A client that after each mutation that was done sends another payload under the same key, which must be refused as that and nothing else.
 * `tried` collects the names. Ballots are not sent this way; the story of the vote tries their keys itself.
 */
export function misusing(p: Platform, tried: Set<string>): Platform {
  return {
    ...p,
    does: async (name, input, selection, session) => {
      const sent = { idempotencyKey: randomUUID(), ...input };
      const done = await p.does(name, sent, selection, session);
      const code = await p.refused(name, { ...sent, ...ANOTHER_PAYLOAD[name]!(sent) }, session);
      if (code !== 'IDEMPOTENCY_KEY_REUSED') throw new Error(`${name} under a used key: ${code}`);
      tried.add(name);
      return done as never;
    },
  };
}
