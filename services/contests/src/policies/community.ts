import type { Caller, Policy, Rule } from '@veche/kit';

const citizens: Rule = { anyRole: ['citizen'] };
/** Members of a group, and staff of a municipality that files an application. */
const applicants: Rule = { anyRole: ['citizen', 'municipality'] };
const moderators: Rule = { anyRole: ['organiser'] };

/** Ideas, what is said about them, and the settings of territories. */
export const communityPolicy: Policy = {
  Query: {
    idea: 'public',
    ideas: 'public',
    myIdeas: 'authenticated',
    ideasToModerate: moderators,
    comments: 'public',
    commentsToModerate: moderators,
    moderationLog: 'public',
    settings: 'public',
    meeting: 'public',
    meetings: 'public',
    calendarEvents: 'public',
    contestTimeline: 'public',
    menu: 'public',
    applicationStatus: 'public',
    ambassadors: 'authenticated',
    problemPoll: 'public',
    problemPolls: 'public',
    myTasks: 'authenticated',
    search: 'public',
    similar: 'public',
  },
  Mutation: {
    proposeIdea: citizens,
    reviseIdea: citizens,
    withdrawIdea: citizens,
    supportIdea: citizens,
    mergeIdeas: moderators,
    applyWithIdea: citizens,
    comment: { anyRole: ['citizen', 'organiser'] },
    complain: citizens,
    moderate: moderators,
    announceMeeting: { anyRole: ['citizen', 'organiser'] },
    cancelMeeting: { anyRole: ['citizen', 'organiser'] },
    registerForMeeting: citizens,
    recordMeeting: { anyRole: ['citizen', 'organiser'] },
    generateMeetingMinutes: { anyRole: ['citizen', 'organiser', 'importer'] },
    offerGroupLead: citizens,
    acceptGroupLead: citizens,
    openProblemPoll: moderators,
    nameProblem: { anyRole: ['citizen', 'organiser'] },
    decideProblem: moderators,
    rankProblems: citizens,
    recordProblemVotes: moderators,
    appointAmbassador: moderators,
    endAmbassador: moderators,
    countAmbassadorLink: 'public',
    revokeStatusLink: applicants,
    renewStatusLink: applicants,
    fileSimpleInitiative: citizens,
    changeSettings: { anyRole: ['organiser', 'admin'] },
  },
};

export const isAuthor = (caller: Caller | null, { authorId }: { authorId: string }): boolean =>
  caller?.personId === authorId;
