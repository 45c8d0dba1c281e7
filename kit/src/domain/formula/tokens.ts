import { FormulaFault, LIMITS } from './syntax.ts';

export interface Token {
  kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  /** Position in the formula, in UTF-16 code units. */
  at: number;
  value: string;
}

const PATTERN =
  /(?<space>[ \t\r\n]+)|(?<number>\d[\d_]*(?:\.\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_-]*)*)|'(?<text>[^'\r\n]*)'|(?<sign><=|>=|!=|[-+*/(),=<>])/uy;

/** The formula in words; throws FormulaFault at the first character that means nothing. */
export function tokensOf(text: string): Token[] {
  if (text.length > LIMITS.length) throw new FormulaFault(LIMITS.length, `формула длиннее ${LIMITS.length} знаков`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(text);
    if (!match) throw new FormulaFault(at, unreadable(text, at));
    const token = tokenOf(match.groups!, at);
    if (token) tokens.push(token);
    at += match[0].length;
  }
  return [...tokens, { kind: 'end', at: text.length, value: '' }];
}

const KINDS = ['number', 'name', 'text', 'sign'] as const;

function tokenOf(groups: Record<string, string | undefined>, at: number): Token | null {
  const kind = KINDS.find((one) => groups[one] !== undefined);
  return kind ? { kind, at, value: groups[kind]! } : null;
}

const unreadable = (text: string, at: number): string =>
  text[at] === "'"
    ? 'текст в кавычках не закончен'
    : `знак «${String.fromCodePoint(text.codePointAt(at)!)}» здесь не понят`;
