// contest-keys list|export|open-share|import|destroy ...     settings of the service in the environment
import { contestKeys } from './key-commands.ts';
import { program } from './operator.ts';

const terminal = {
  env: process.env,
  show: (line: object) => console.log(JSON.stringify(line)),
  explain: (text: string) => console.error(text),
};

await program(() => contestKeys(terminal, process.argv.slice(2)));
