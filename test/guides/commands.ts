import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../stand/src/state.ts';

/** What begins a command; settings of its own may stand before it. */
const COMMAND = /^(?:[A-Z_]+=\S+ )*(?:kubectl|helm|npm|node|docker|skaffold) /;
/** Names of commands that the text speaks of without running them: `npm test` is no step of a guide. */
const NO_STEP = new Set(['npm test', 'npm run check', 'npm run test:cluster']);

/** A line of a block without the remark behind it. */
const withoutRemark = (line: string): string => line.replace(/\s+#.*$/, '').trim();

/** Every command of a page, in its order, once: lines of blocks of `sh`, and what stands in backquotes. */
export function commandsOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const block = /```sh\n([\s\S]*?)```/g;
  const lines = [...text.matchAll(block)].flatMap(([, body]) => body!.split('\n').map(withoutRemark).filter(Boolean));
  const inline = [...text.replaceAll(block, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  const steps = inline.filter((code) => COMMAND.test(code) && !NO_STEP.has(code));
  return [...new Set([...lines, ...steps])];
}
