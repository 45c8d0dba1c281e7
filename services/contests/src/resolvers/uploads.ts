import DataLoader from 'dataloader';
import { loaderOf, type Context } from '@veche/kit';
import { uploadsInUse, type Upload } from '../domain/uploads.ts';
import { aroundOf } from '../loaders.ts';
import { isInsider } from '../policy.ts';
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
    const [uploads, around] = await Promise.all([loadUploads(parts, context, id), aroundOf(parts.stores, context, id)]);
    const { application, contest, group } = around!;
    const inside = isInsider(context.caller, application.state, contest, group);
    const visible = inside ? uploads : uploadsInUse(application.state.content.answers, uploads);
    return visible.map((upload) => ({ ...upload, path: `/files/applications/${id}/${upload.sha256}` }));
  },
});
