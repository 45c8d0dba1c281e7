import type { AggregateStore, Clock, Consumer, ReceivedEvent } from '@veche/kit';
import { on } from '@veche/proto';
import {
  ApplicationAdmittedSchema,
  ApplicationDecidedSchema,
  ApplicationPublishedSchema,
  ApplicationRefusedSchema,
  ApplicationReturnedSchema,
  ApplicationSubmittedSchema,
  ApplicationWithdrawnSchema,
  ContestAmendedSchema,
  ContestPublishedSchema,
  ContestRescheduledSchema,
  InitiativeGroupChangedSchema,
  type ApplicationFacts,
} from '@veche/proto/contests/v1/contests';
import {
  CommentChangedSchema,
  IdeaAuthoredSchema,
  IdeaChangedSchema,
  MeetingChangedSchema,
} from '@veche/proto/contests/v1/discussion';
import { AppealDecidedSchema, AppealFiledSchema } from '@veche/proto/expertise/v1/appeals';
import { ExpertInvitedSchema, SheetVoidedSchema } from '@veche/proto/expertise/v1/assignment';
import { CommissionFormedSchema, MinutesSignedSchema, SessionOpenedSchema } from '@veche/proto/expertise/v1/commission';
import { ExpertAssignedSchema } from '@veche/proto/expertise/v1/expertise';
import { JurorDecidedSchema, JurySheetAssignedSchema } from '@veche/proto/expertise/v1/jury';
import { audience, type Notice, type NoticeKind } from './domain/notice.ts';
import type { PersonState } from './domain/person.ts';
import type { NoticeStores } from './notice-store.ts';

type Told = Omit<Notice, 'at' | 'happenedAt'>;

interface Parts {
  people: AggregateStore<PersonState>;
  notices: NoticeStores;
  clock: Clock;
}

/** Notices out of what contests and expertise tell. Each has an id made of its event's, so a repetition writes nothing. */
export function consumers(parts: Parts): Consumer[] {
  const tell = tellerOf(parts);
  return [
    ...ofContests(parts, tell),
    ...ofApplications(parts, tell),
    ...ofMeetings(tell),
    ...ofIdeas(parts, tell),
    ...ofExpertise(parts, tell),
    ...ofJury(tell),
  ];
}

type Teller = (meta: ReceivedEvent, told: readonly Told[]) => Promise<void>;

const tellerOf =
  ({ notices: { notices }, clock }: Parts): Teller =>
  async ({ id, time }, told) => {
    for (const [index, notice] of told.entries())
      await notices.upsertIfNewer(`${id}.${index}`, 1, { ...notice, at: clock.now(), happenedAt: time });
  };

function ofContests({ notices: { contests, groups } }: Parts, tell: Teller): Consumer[] {
  const changed = (kind: NoticeKind, contestId: string, reason: string): Told[] => [
    { audience: audience.contest(contestId), kind, contestId, reason },
  ];
  return [
    on(ContestPublishedSchema, async ({ contestId, title, oktmo, timeZone }, { sequence }) => {
      await contests.upsertIfNewer(contestId, sequence, { title, oktmo, timeZone });
    }),
    on(ContestRescheduledSchema, ({ contestId, reason }, meta) =>
      tell(meta, changed('CONTEST_RESCHEDULED', contestId, reason)),
    ),
    on(ContestAmendedSchema, ({ contestId, reason }, meta) =>
      tell(meta, changed('CONTEST_AMENDED', contestId, reason)),
    ),
    on(InitiativeGroupChangedSchema, async ({ groupId, contestId, memberIds }, { sequence }) => {
      await groups.upsertIfNewer(groupId, sequence, { contestId, memberIds });
    }),
  ];
}

interface Place {
  applicationId: string;
  contestId: string;
}

/** To the group of an application. */
const toApplicants = ({ applicationId, contestId }: Place, kind: NoticeKind, more: Partial<Told> = {}): Told => ({
  audience: audience.application(applicationId),
  kind,
  applicationId,
  contestId,
  ...more,
});
const toOfficials = ({ applicationId, contestId }: Place, kind: NoticeKind): Told => ({
  audience: audience.officials(contestId),
  kind,
  applicationId,
  contestId,
});

function ofApplications({ notices: { applications } }: Parts, tell: Teller): Consumer[] {
  const learn = async (place: Place, facts: ApplicationFacts | undefined, sequence: number, idea?: string) => {
    const { applicationId, contestId } = place;
    const { groupId = '', title = '', number = '' } = facts ?? {};
    const ideaId = idea ?? (await applications.get(applicationId))?.ideaId ?? '';
    await applications.upsertIfNewer(applicationId, sequence, { groupId, contestId, title, number, ideaId });
  };
  /** To the author of its idea, who is no member of the group: when everybody may see the application, once. */
  const tellAuthor = async ({ applicationId, contestId }: Place, meta: ReceivedEvent) => {
    const ideaId = (await applications.get(applicationId))?.ideaId;
    const project = { audience: audience.idea(ideaId ?? ''), applicationId, contestId, ideaId };
    if (ideaId) await tell({ ...meta, id: `${applicationId}.idea` }, [{ ...project, kind: 'IDEA_BECAME_PROJECT' }]);
  };
  return [
    on(ApplicationSubmittedSchema, async (place, meta) => {
      await learn(place, place.facts, meta.sequence, place.ideaId);
      const kind = place.cause === 'REOPENED' ? 'APPLICATION_REOPENED' : 'APPLICATION_SUBMITTED';
      await tell(meta, [
        toApplicants(place, kind),
        toOfficials(place, 'APPLICATION_RECEIVED'),
        { ...toOfficials(place, 'COMMISSION_APPLICATION_RECEIVED'), audience: audience.commission(place.contestId) },
      ]);
    }),
    on(ApplicationReturnedSchema, (place, meta) => {
      const kind = place.jointRework ? 'REWORK_OFFERED' : 'APPLICATION_RETURNED';
      return tell(meta, [toApplicants(place, kind, { until: new Date(place.answerBy) })]);
    }),
    on(ApplicationAdmittedSchema, async (place, meta) => {
      await learn(place, place.facts, meta.sequence);
      // What was taken over from another system has nobody who would read it here.
      if (place.facts?.groupId) await tell(meta, [toApplicants(place, 'APPLICATION_ADMITTED')]);
      await tellAuthor(place, meta);
    }),
    on(ApplicationPublishedSchema, async (place, meta) => {
      await tell(meta, [toApplicants(place, 'APPLICATION_PUBLISHED')]);
      await tellAuthor(place, meta);
    }),
    on(ApplicationRefusedSchema, (place, meta) =>
      tell(meta, [toApplicants(place, 'APPLICATION_REFUSED', { ground: place.ground })]),
    ),
    on(ApplicationWithdrawnSchema, (place, meta) => tell(meta, [toApplicants(place, 'APPLICATION_WITHDRAWN')])),
    // What a commission decided comes with its minutes, which tell points and the term of an appeal.
    on(ApplicationDecidedSchema, async (place, meta) => {
      if (place.decidedBy === 'COMMISSION') return;
      await tell(meta, [toApplicants(place, 'APPLICATION_DECIDED', { outcome: place.outcome })]);
    }),
  ];
}

const MEETING: Record<string, NoticeKind> = {
  ANNOUNCED: 'MEETING_ANNOUNCED',
  CANCELLED: 'MEETING_CANCELLED',
  HELD: 'MEETING_HELD',
};

const ofMeetings = (tell: Teller): Consumer[] => [
  on(MeetingChangedSchema, async ({ meetingId, contestId, applicationIds, state, startsAt }, meta) => {
    const kind = MEETING[state];
    if (!kind) return;
    const more = { meetingId, until: new Date(startsAt) };
    const told = applicationIds.map((applicationId) => toApplicants({ applicationId, contestId }, kind, more));
    await tell(meta, told);
  }),
];

const IDEA: Record<string, NoticeKind> = {
  'MODERATED PUBLISHED': 'IDEA_PUBLISHED',
  'MODERATED HIDDEN': 'IDEA_HIDDEN',
  'MERGED MERGED': 'IDEA_MERGED',
};

function ofIdeas({ people, notices: { ideas } }: Parts, tell: Teller): Consumer[] {
  const told = (ideaId: string, kind: NoticeKind): Told[] => [{ audience: audience.idea(ideaId), kind, ideaId }];
  return [
    on(IdeaAuthoredSchema, async ({ ideaId, authorId }, { sequence }) => {
      await ideas.upsertIfNewer(ideaId, sequence, { authorId });
      // Looked at afterwards: an erasure meanwhile either finds the card or is seen here.
      if ((await people.load(authorId))?.state.erasedAt) await ideas.model.deleteOne({ _id: ideaId });
    }),
    on(IdeaChangedSchema, async ({ ideaId, cause, state }, meta) => {
      const kind = IDEA[`${cause} ${state}`];
      if (kind) await tell(meta, told(ideaId, kind));
    }),
    // Once: what moderators do with a comment that is out is no other answer.
    on(CommentChangedSchema, async ({ commentId, subjectKind, subjectId, official, state }, meta) => {
      if (official && subjectKind === 'IDEA' && state === 'PUBLISHED')
        await tell({ ...meta, id: `${commentId}.answer` }, told(subjectId, 'IDEA_ANSWERED'));
    }),
  ];
}

const ofJury = (tell: Teller): Consumer[] => [
  on(JurorDecidedSchema, ({ jurorId, contestId, state, onAppeal }, meta) => {
    const decided = { outcome: state, upheld: onAppeal ? state !== 'REFUSED' : null };
    return tell(meta, [{ audience: audience.person(jurorId), kind: 'JUROR_DECIDED', contestId, ...decided }]);
  }),
  on(JurySheetAssignedSchema, ({ jurorId, contestId, applicationId, dueAt }, meta) => {
    const until = dueAt ? new Date(dueAt) : null;
    const about = { contestId, applicationId, until };
    return tell(meta, [{ audience: audience.person(jurorId), kind: 'JURY_SHEET_ASSIGNED', ...about }]);
  }),
];

const ofExpertise = ({ notices: { commissions } }: Parts, tell: Teller): Consumer[] => [
  on(CommissionFormedSchema, async ({ contestId, memberIds }, { sequence }) => {
    await commissions.upsertIfNewer(contestId, sequence, { memberIds });
  }),
  on(SessionOpenedSchema, ({ contestId, votesUntil }, meta) => {
    const until = votesUntil ? new Date(votesUntil) : null;
    return tell(meta, [
      { audience: audience.commission(contestId), kind: 'COMMISSION_SESSION_OPENED', contestId, until },
    ]);
  }),
  on(MinutesSignedSchema, ({ contestId, decisions }, meta) =>
    tell(
      meta,
      decisions.map(({ applicationId, outcome, score, place, appealUntil }) =>
        toApplicants({ applicationId, contestId }, 'APPLICATION_DECIDED', {
          outcome,
          score: score || null,
          place: place || null,
          until: appealUntil ? new Date(appealUntil) : null,
        }),
      ),
    ),
  ),
  on(AppealFiledSchema, (place, meta) => tell(meta, [toOfficials(place, 'APPEAL_RECEIVED')])),
  on(AppealDecidedSchema, (place, meta) =>
    tell(meta, [toApplicants(place, 'APPEAL_DECIDED', { upheld: place.upheld })]),
  ),
  on(ExpertInvitedSchema, ({ expertId }, meta) =>
    tell(meta, [{ audience: audience.person(expertId), kind: 'EXPERT_INVITED' }]),
  ),
  on(ExpertAssignedSchema, ({ expertId, applicationId, contestId }, meta) =>
    tell(meta, [{ audience: audience.person(expertId), kind: 'SHEET_ASSIGNED', applicationId, contestId }]),
  ),
  on(SheetVoidedSchema, async ({ expertId, applicationId, contestId, kind: outcome }, meta) => {
    const told = { audience: audience.person(expertId), applicationId, contestId, outcome };
    if (expertId) await tell(meta, [{ ...told, kind: 'SHEET_VOIDED' }]);
  }),
];
