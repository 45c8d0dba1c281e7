// Process 1 of the image's target `dev`: node kit/tools/watch.ts [PLACE], begun in the directory of a service. The service runs from a copy of the sources
// under PLACE (/tmp/app), the only place that a pod may write to, and begins anew when a file there changes.
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const place = process.argv[2] ?? '/tmp/app';
const service = relative(ROOT, process.cwd());
/** Where Node looks for what is not in the copy; made last. */
const others = join(dirname(place), 'node_modules');

// A container that begins again in its pod keeps what was changed.
if (!existsSync(others)) {
  rmSync(place, { recursive: true, force: true });
  for (const part of ['package.json', 'kit', 'proto', service])
    cpSync(join(ROOT, part), join(place, part), { recursive: true });
  const own = join(place, 'node_modules/@veche');
  mkdirSync(own, { recursive: true });
  for (const part of ['kit', 'proto']) symlinkSync(join(place, part), join(own, part));
  symlinkSync(join(ROOT, 'node_modules'), others);
}
process.chdir(join(place, service));
// The watcher takes the place of this process, so that it gets the signals.
process.execve!(process.execPath, [process.execPath, '--watch', '--watch-preserve-output', 'src/main.ts'], process.env);
