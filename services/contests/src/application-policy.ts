import type { Policy, Rule } from '@veche/kit';

/** Members of the group; which of them may do what is decided by the group. */
const citizens: Rule = { anyRole: ['citizen'] };

/** Rights of what is done with an application beside its main steps. */
export const applicationPolicy: Policy = {
  Query: {
    applicationChecks: 'authenticated',
  },
  Mutation: {
    editApplication: citizens,
    answerRemark: citizens,
  },
};
