import type { Policy, Rule } from '@veche/kit';

/** Members of the group, which decides who of them may do what; and the staff of a municipality that files. */
const applicants: Rule = { anyRole: ['citizen', 'municipality'] };

const organisers: Rule = { anyRole: ['organiser', 'importer'] };
/** Both sides of a thread. */
const talkers: Rule = { anyRole: ['citizen', 'municipality', 'organiser', 'importer'] };
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
    contestDocuments: overseers,
  },
  Mutation: {
    editApplication: applicants,
    answerRemark: applicants,
    assignApplication: organisers,
    publishApplication: organisers,
    offerJointRework: organisers,
    declineJointRework: applicants,
    reopenApplication: organisers,
    decideApplications: organisers,
    generateApplicationDocument: 'authenticated',
    generateApplicationNotice: 'authenticated',
    signDocument: 'authenticated',
    postApplicationMessage: talkers,
    markApplicationThreadRead: talkers,
    addApplicationNote: organisers,
  },
};
