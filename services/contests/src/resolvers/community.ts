import type { Context } from '@veche/kit';
import { projectTimeline, visibleIdea } from '../community-views.ts';
import { loadMeeting } from '../loaders.ts';
import { meetingsOf, shownMeeting } from '../meeting-views.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { projectRoles, type ViewParts } from '../views.ts';
import { ambassadorMutations, ambassadorQueries } from './ambassadors.ts';
import { agendaQueries } from './agenda.ts';
import { coordinationQueries } from './coordination.ts';
import { discussionMutations, discussionQueries } from './discussion.ts';
import { ideaQueries } from './idea-queries.ts';
import { ideaMutations } from './ideas.ts';
import { groupLeadMutations } from './group-lead.ts';
import type { DocumentsParts } from './documents.ts';
import { meetingDocuments } from './meeting-documents.ts';
import { meetingMutations, meetingQueries } from './meetings.ts';
import { menuQueries } from './menu.ts';
import { statusLink, statusMutations, statusQueries } from './status-link.ts';
import { problemMutations, problemQueries } from './problems.ts';
import { searchQueries } from './search.ts';
import { settingsMutation, settingsQueries } from './settings.ts';

/** What residents do before and beside applications, subject by subject. */
export const communityQueries = (parts: ViewParts): QueryResolvers => ({
  ...ideaQueries(parts),
  ...discussionQueries(parts),
  ...settingsQueries(parts),
  ...searchQueries(parts),
  ...meetingQueries(parts),
  ...agendaQueries(parts),
  ...coordinationQueries(parts),
  ...problemQueries(parts),
  ...menuQueries(parts),
  ...statusQueries(parts),
  ...ambassadorQueries(parts),
});

export const communityMutations = (parts: ViewParts): MutationResolvers => ({
  ...ideaMutations(parts),
  ...discussionMutations(parts),
  ...settingsMutation(parts),
  ...meetingMutations(parts),
  ...groupLeadMutations(parts),
  ...problemMutations(parts),
  ...ambassadorMutations(parts),
  ...statusMutations(parts),
});

export const communityTypes = (parts: DocumentsParts) => ({
  Meeting: {
    ...meetingDocuments(parts),
    __resolveReference: async ({ id }: { id: string }, context: Context) => {
      const found = await loadMeeting(parts.meetings, context, id);
      return found && shownMeeting(parts, context, found);
    },
  },
  Idea: { __resolveReference: ({ id }: { id: string }, context: Context) => visibleIdea(parts, context, id) },
});

export const applicationOfIdea = (parts: ViewParts) => ({
  idea: ({ ideaId }: { ideaId: string | null }, _args: object, context: Context) => visibleIdea(parts, context, ideaId),
  ...statusLink(parts),
  timeline: ({ id }: { id: string }, _args: object, context: Context) => projectTimeline(parts, context, id),
  roles: ({ id }: { id: string }, _args: object, context: Context) => projectRoles(parts, context, id),
  meetings: ({ id }: { id: string }, _args: object, context: Context) => meetingsOf(parts, context, id),
});
