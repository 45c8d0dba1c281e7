import { forget, payload } from '@veche/kit';
import { checksOf, type Check } from '../domain/checks.ts';
import type { Contest } from '../domain/contest.ts';
import { editApplication, type FieldConflict } from '../domain/edit.ts';
import { fieldTitle, shownValue } from '../domain/field-words.ts';
import { answerRemark, titleKey } from '../domain/rework.ts';
import { checkMessage, CONFLICT_MESSAGE } from '../application-messages.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { aroundOf, type Surroundings } from '../loaders.ts';
import { messages } from '../messages.ts';
import { isInsider } from '../policy.ts';
import { sameProjects } from '../store/application-queries.ts';
import { applicationView, type ViewParts } from '../views.ts';
import { byMember, changeApplication, contentOf, decideOn } from './application-change.ts';
import { fill, withSentences } from './field-errors.ts';

type EditMutations = Pick<MutationResolvers, 'editApplication' | 'answerRemark'>;

export function editMutations(parts: ViewParts): EditMutations {
  return {
    editApplication: async (_source, { input }, context) => {
      const content = contentOf(input);
      const request = { context, name: 'editApplication', input, right: byMember };
      const { outcome, details, around } = await decideOn(parts, request, (state, _around, version) =>
        editApplication(state, content, { baseVersion: input.baseVersion, version }),
      );
      forget(context);
      const shown = payload(outcome, messages, (application) => ({ application: applicationView(parts, application) }));
      const conflicts = (details.conflicts ?? []).map((conflict) => conflictView(around!.contest, conflict));
      return { ...shown, conflicts } as never;
    },
    answerRemark: (_source, { input }, context) =>
      changeApplication(parts, { context, name: 'answerRemark', input, right: byMember }, (state) =>
        answerRemark(state, input.remark, input.text),
      ),
  };
}

function conflictView(contest: Contest, conflict: FieldConflict) {
  const title = fieldTitle(contest.form, conflict.field);
  const theirs = shownValue(contest, conflict.field, conflict.theirs);
  const yours = shownValue(contest, conflict.field, conflict.yours);
  return { ...conflict, fieldTitle: title, userMessage: fill(CONFLICT_MESSAGE, { title, theirs, yours }) };
}

export function editQueries(parts: ViewParts): Pick<QueryResolvers, 'applicationChecks'> {
  return {
    applicationChecks: async (_source, { applicationId }, context) => {
      const around = await aroundOf(parts.stores, context, applicationId);
      return around && isInsider(context.caller, around.application.state, around.contest, around.group)
        ? ((await checksFor(parts, around)) as never)
        : null;
    },
  };
}

async function checksFor({ stores, clock }: ViewParts, { application, contest, group }: Surroundings) {
  const { contestId, content } = application.state;
  const same = { id: application.id, titleKey: titleKey(content.title), oktmo: content.oktmo };
  const { checks, ...summary } = checksOf(application.state, {
    contest,
    members: group?.memberIds.length ?? 0,
    uploads: await stores.uploads.of([application.id]),
    duplicates: await sameProjects(stores.applications, contestId, same),
    now: clock.now(),
  });
  return { ...summary, checks: checks.map((check) => checkView(check, contest)) };
}

function checkView(check: Check, contest: Contest) {
  const { code, state, errors, params } = check;
  const named = params['fields'] ? { ...params, fields: titlesOf(contest, String(params['fields'])) } : params;
  // A term has the words of the refusal that filing would meet.
  const template = checkMessage(check) ?? messages[params['problem'] as keyof typeof messages];
  return { code, state, userMessage: fill(template, named), fieldErrors: withSentences(errors) };
}

const titlesOf = ({ form }: Contest, fields: string): string =>
  fields
    .split(', ')
    .map((field) => `«${fieldTitle(form, field)}»`)
    .join(', ');
