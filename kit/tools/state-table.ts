/** A state machine as a service keeps it: names of the states, and steps between them. */
export interface StateMachine {
  states: Readonly<Record<string, string>>;
  transitions: Readonly<
    Record<string, { from: readonly string[]; to: string | readonly string[] | null; by: string; what: string }>
  >;
}

/** Markdown with a drawing (Mermaid) and a table of a state machine, the first state being the one that things begin in. */
export function stateDocument(title: string, note: string, { states, transitions }: StateMachine): string {
  const steps = Object.entries(transitions);
  const first = Object.keys(states)[0]!;
  const arrows = steps.flatMap(([step, { from, to }]) =>
    from.flatMap((state) => targets(to).map((target) => `  ${state} --> ${target}: ${step}`)),
  );
  const left = new Set(steps.filter(([, { to }]) => to !== null).flatMap(([, { from }]) => from));
  const last = Object.keys(states).filter((state) => !left.has(state));
  const rows = steps.map(
    ([step, { from, to, by, what }]) =>
      `| \`${step}\` | ${codes(from)} | ${to === null ? 'stays' : codes(targets(to))} | ${by} | ${what} |`,
  );
  return [
    `# ${title}`,
    '',
    `<!-- ${note} -->`,
    '',
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${first}`,
    ...arrows,
    ...last.map((state) => `  ${state} --> [*]`),
    '```',
    '',
    '| State | Called |',
    '|---|---|',
    ...Object.entries(states).map(([state, name]) => `| \`${state}\` | ${name} |`),
    '',
    '| Step | From | To | By | What happens |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const targets = (to: string | readonly string[] | null): readonly string[] =>
  to === null ? [] : typeof to === 'string' ? [to] : to;

const codes = (states: readonly string[]): string => states.map((state) => `\`${state}\``).join(', ');
