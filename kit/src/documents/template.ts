import { readFileSync } from 'node:fs';
import Docxtemplater from 'docxtemplater';
import PizZip from 'pizzip';
import type { Fields } from './shapes.ts';

export type TemplateName = 'application' | 'score' | 'protocol' | 'meeting' | 'letter' | 'notice' | 'ranking';

/** The template that stands for a kind of document where the regulation brings none of its own. */
export const standardTemplate = (name: TemplateName): Buffer =>
  readFileSync(new URL(`./templates/${name}.docx`, import.meta.url));

/** A template names a field that the data has not, or is broken. */
export class TemplateError extends Error {
  readonly fields: readonly string[];
  constructor(fields: readonly string[]) {
    super(`the template asks for what the data has not: ${fields.join(', ')}`);
    this.fields = fields;
  }
}

/**
 * Fills a DOCX template: `{field}`, `{#list}...{/list}`, `{^absent}...{/absent}`. Only names are looked up, no program of a template runs.
 * Throws TemplateError, for a hole in a document is worse than none.
 */
export function fillTemplate(template: Uint8Array, fields: Fields): Buffer {
  const missing = new Set<string>();
  const document = new Docxtemplater(new PizZip(template), {
    paragraphLoop: true,
    linebreaks: true,
    parser: (tag) => ({
      get: (scope: Fields, { scopeList }: { scopeList: Fields[] }) => lookUp(tag, scope, scopeList, missing),
    }),
  });
  document.render(fields);
  if (missing.size > 0) throw new TemplateError([...missing]);
  return document.toBuffer({ compression: 'DEFLATE' });
}

/** A field of the item, else of what surrounds it. */
function lookUp(tag: string, scope: Fields, scopes: readonly Fields[], missing: Set<string>): unknown {
  const own = [scope, ...scopes.toReversed()].find((one) => typeof one === 'object' && Object.hasOwn(one, tag));
  if (!own) {
    missing.add(tag);
    return '';
  }
  return own[tag];
}
