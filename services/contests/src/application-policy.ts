import type { Policy, Rule } from '@veche/kit';

/** Members of the group; which of them may do what is decided by the group. */
const citizens: Rule = { anyRole: ['citizen'] };

const organisers: Rule = { anyRole: ['organiser', 'importer'] };
/** Both sides of a thread. */
const talkers: Rule = { anyRole: ['citizen', 'organiser', 'importer'] };
/** Those who may read what is not public yet. */
const overseers: Rule = { anyRole: ['organiser', 'importer', 'admin', 'auditor'] };

/** Rights of what is done with an application beside its main steps. */
export const applicationPolicy: Policy = {
  Query: {
    applicationChecks: 'authenticated',
    applicationQueue: overseers,
    applicationBoard: overseers,
    applicationRegister: overseers,
    applicationThread: 'authenticated',
    applicationNotes: overseers,
  },
  Mutation: {
    editApplication: citizens,
    answerRemark: citizens,
    assignApplication: organisers,
    publishApplication: organisers,
    offerJointRework: organisers,
    declineJointRework: citizens,
    reopenApplication: organisers,
    decideApplications: organisers,
    generateApplicationDocument: 'authenticated',
    postApplicationMessage: talkers,
    markApplicationThreadRead: talkers,
    addApplicationNote: organisers,
  },
};
