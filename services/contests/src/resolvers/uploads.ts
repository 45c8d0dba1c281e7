import DataLoader from 'dataloader';
import { loaderOf, type Context } from '@veche/kit';
import { uploadsInUse, type Upload } from '../domain/uploads.ts';
import { loadApplication, loadContest, loadGroup } from '../loaders.ts';
import { isMember, mayOversee } from '../policy.ts';
import type { ViewParts } from '../views.ts';

/** Uploads of an application; one query for all applications of an answer. */
const loadUploads = ({ stores }: ViewParts, context: Context, applicationId: string): Promise<Upload[]> =>
  loaderOf(
    context,
    'uploads',
    () =>
      new DataLoader(async (ids: readonly string[]) => {
        const found = Map.groupBy(await stores.uploads.of(ids), (upload) => upload.applicationId);
        return ids.map((id) => found.get(id) ?? []);
      }),
  ).load(applicationId);

/** The application has been found visible by then. */
export const applicationFiles = (parts: ViewParts) => ({
  files: async ({ id }: { id: string }, _args: object, context: Context) => {
    const { state } = (await loadApplication(parts.stores, context, id))!;
    const [uploads, contest, group] = await Promise.all([
      loadUploads(parts, context, id),
      loadContest(parts.stores, context, state.contestId),
      loadGroup(parts.stores, context, state.groupId),
    ]);
    const inside = isMember(context.caller, group?.state ?? null) || mayOversee(context.caller, contest!.state.oktmo);
    const visible = inside ? uploads : uploadsInUse(state.content.answers, uploads);
    return visible.map((upload) => ({ ...upload, path: `/files/applications/${id}/${upload.sha256}` }));
  },
});
