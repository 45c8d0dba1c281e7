import { routeError } from '@veche/kit';

type OpenCode =
  | 'LOG_UNKNOWN'
  | 'HEAD_NOT_WITNESSED'
  | 'PARAMETER_REPEATED'
  | 'NUMBER_INVALID'
  | 'LEAF_INVALID'
  | 'CODE_INVALID'
  | 'LEAF_UNKNOWN'
  | 'LEAF_NOT_SEALED'
  | 'LOG_DAMAGED';

interface Refusal {
  status: number;
  message: string;
  userMessage: string;
}

/** Refusals of the open log: for the program that asks, and in Russian for the person before it. */
const refusals: Readonly<Record<OpenCode, Refusal>> = {
  LOG_UNKNOWN: {
    status: 404,
    message: 'No log of this contest',
    userMessage: 'Журнала такого голосования нет: голосование не объявлено или ещё не открылось.',
  },
  HEAD_NOT_WITNESSED: {
    status: 404,
    message: 'No head has so many co-signatures yet',
    userMessage: 'Столько свидетелей ещё не заверили состояние журнала. Повторите через несколько секунд.',
  },
  PARAMETER_REPEATED: {
    status: 400,
    message: '{name} is given more than once',
    userMessage: 'Параметр {name} указан несколько раз.',
  },
  NUMBER_INVALID: {
    status: 400,
    message: '{name} must be a whole number from {from} to {to}',
    userMessage: 'Параметр {name} должен быть целым числом от {from} до {to}.',
  },
  LEAF_INVALID: {
    status: 400,
    message: 'leaf must be 64 lower-case hex digits',
    userMessage: 'Отпечаток бюллетеня (leaf) записывается 64 знаками 0-9 и a-f.',
  },
  CODE_INVALID: {
    status: 400,
    message: 'Give leaf, or code without a typing error',
    userMessage: 'В коде бюллетеня опечатка или код не указан. Сверьте его с квитанцией.',
  },
  LEAF_UNKNOWN: {
    status: 404,
    message: 'No such ballot in the log',
    userMessage: 'Такого бюллетеня в журнале этого голосования нет.',
  },
  LEAF_NOT_SEALED: {
    status: 404,
    message: 'The ballot is accepted and not sealed yet',
    userMessage: 'Бюллетень принят, но ещё не внесён в журнал. Повторите через несколько секунд.',
  },
  LOG_DAMAGED: {
    status: 500,
    message: 'The stored log is damaged at entry {index}',
    userMessage: 'Журнал повреждён (запись {index}): доказательство построить нельзя. Сообщите об этом наблюдателям.',
  },
};

/** A refusal as an error of a plain route. */
export function openRefusal(code: OpenCode, params: Record<string, string | number> = {}): Error {
  const { status, message, userMessage } = refusals[code];
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
  return routeError(status, code, fill(message), fill(userMessage));
}
