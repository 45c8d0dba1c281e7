import type { Context } from '@veche/kit';
import type { Actor, Application, Remark, Rework } from './domain/application.ts';
import type { Contest } from './domain/contest.ts';
import { changeSentences, fieldTitle } from './domain/field-words.ts';
import { ACTOR_NAMES } from './domain/history.ts';
import { concerns, isAddressed } from './domain/rework.ts';
import { loadContest, loadGroup } from './loaders.ts';
import { isApplicant, isInsider, mayOversee } from './policy.ts';
import type { Stores } from './store.ts';

interface Parts {
  stores: Stores;
}

/** What was said about an application and what became of it; revisions and answered remarks for its group and the officials only. */
export function workOf({ stores }: Parts, state: Application) {
  const form = async (context: Context) => (await loadContest(stores, context, state.contestId))!.state.form;
  const inside = async <T>(context: Context, show: (contest: Contest) => T): Promise<T | null> => {
    const [contest, group] = await Promise.all([
      loadContest(stores, context, state.contestId),
      loadGroup(stores, context, state.groupId),
    ]);
    return isInsider(context.caller, state, contest!.state, group?.state ?? null) ? show(contest!.state) : null;
  };
  return {
    remarks: async (_args: object, context: Context) =>
      remarkViews(await form(context), state.remarks, (remark) => isAddressed(state, remark)),
    revisions: (_args: object, context: Context) => inside(context, (contest) => revisionViews(contest, state)),
    stateSince: state.stateSince ?? null,
    terms: termsView(state),
    jointRework: (_args: object, context: Context) => inside(context, () => state.jointRework ?? null),
    reopenings: (_args: object, context: Context) => inside(context, () => state.reopenings ?? []),
    assignee: async (_args: object, context: Context) => {
      const contest = await loadContest(stores, context, state.contestId);
      return state.assigneeId && mayOversee(context.caller, contest!.state.oktmo) ? { id: state.assigneeId } : null;
    },
    reworks: (_args: object, context: Context) =>
      inside(context, (contest) => (state.reworks ?? []).map((rework) => reworkView(contest.form, state, rework))),
  };
}

const termsView = ({ terms, publishedAt = null, commentsUntil = null, dueAt = null }: Application) =>
  terms ? { ...terms, publishedAt, commentsUntil, dueAt } : null;

const remarkViews = (form: object, remarks: readonly Remark[], addressed: (remark: Remark) => boolean) =>
  remarks.map((remark, index) => ({
    field: remark.field,
    text: remark.text,
    answer: remark.answer ?? null,
    number: index + 1,
    fieldTitle: fieldTitle(form, remark.field),
    addressed: addressed(remark),
  }));

const revisionViews = (contest: Contest, { revisions = [] }: Application) =>
  revisions.map(({ changes, ...revision }) => ({
    ...revision,
    changes: changes.map(({ field, before, after }) => ({
      field,
      before,
      after,
      fieldTitle: fieldTitle(contest.form, field),
      sentences: changeSentences(contest, { field, before, after }),
    })),
  }));

/** A remark was dealt with when the revision that answered it changed its field, or when it was answered in words. */
function reworkView(form: object, { revisions = [] }: Application, { remarks, ...rework }: Rework) {
  const changed = revisions.find(({ revision }) => revision === rework.revision)?.changes ?? [];
  const addressed = ({ field, answer }: Remark) =>
    Boolean(answer) || changed.some((change) => concerns(field, change.field));
  return { ...rework, remarks: remarkViews(form, remarks, addressed) };
}

/** The steps of an application; everybody sees the role that took one, staff the person, and the group its own people. */
export function historyView({ stores }: Parts, application: Application) {
  const { history, contestId, groupId } = application;
  const seesPerson = async (context: Context, role: Actor['role']): Promise<boolean> => {
    const [contest, group] = await Promise.all([
      loadContest(stores, context, contestId),
      loadGroup(stores, context, groupId),
    ]);
    const applicant = role === 'INITIATORS' || role === 'MUNICIPALITY';
    const own = applicant && isApplicant(context.caller, application, group?.state ?? null);
    return own || mayOversee(context.caller, contest!.state.oktmo);
  };
  return history.map(({ by, ...entry }) => ({
    ...entry,
    role: by?.role ?? null,
    roleName: by ? ACTOR_NAMES[by.role] : null,
    by: async (_args: object, context: Context) =>
      by?.personId && (await seesPerson(context, by.role)) ? { id: by.personId } : null,
  }));
}
