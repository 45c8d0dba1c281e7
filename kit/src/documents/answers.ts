import DataLoader from 'dataloader';
import { localDateOf, shortDate } from '../domain/calendar.ts';
import { loaderOf, type Context } from '../graphql/context.ts';
import { documentView, makeDocument, type DocumentParts, type Wanted } from './register.ts';

/** Makes a document that bears the day of `now` in the time zone of its place. */
export function makeDated(
  papers: DocumentParts,
  { now, timeZone, ...wanted }: Omit<Wanted, 'year' | 'date'> & { now: Date; timeZone: string },
) {
  const day = localDateOf(now, timeZone);
  return makeDocument(papers, { ...wanted, year: Number(day.slice(0, 4)), date: shortDate(day) });
}

const KEPT = 100;

/** The latest documents of a subject, oldest first, with their files below `base`; one query for all subjects of an answer. */
export const documentsAbout = (papers: DocumentParts, context: Context, base: string, subjectId: string) =>
  loaderOf(
    context,
    `documents ${base}`,
    () =>
      new DataLoader(async (ids: readonly string[]) => {
        const newest = { sort: { createdAt: -1, _id: -1 }, limit: KEPT * ids.length } as const;
        const all = await papers.documents.find({ subjectId: { $in: [...ids] } }, newest);
        const made = Map.groupBy(
          all.toReversed().filter(({ state }) => state.docx),
          ({ state }) => state.subjectId,
        );
        return ids.map((id) => (made.get(id) ?? []).map((document) => documentView(base, document)));
      }),
  ).load(subjectId);
