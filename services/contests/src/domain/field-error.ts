/** What is wrong with a field of an application; the code chooses the Russian sentence. */
export interface FieldError {
  /** For example `totalCost` or `answers.problem`. */
  path: string;
  code: FieldErrorCode;
  params?: Readonly<Record<string, string | number>>;
}

export type FieldErrorCode =
  | 'REQUIRED'
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'TOO_FEW'
  | 'TOO_MANY'
  | 'NOT_ALLOWED'
  | 'WRONG_TYPE'
  | 'UNKNOWN_FIELD'
  | 'NOT_POSITIVE'
  | 'SUM_DIFFERS'
  | 'SHARE_TOO_SMALL'
  | 'OVER_LIMIT'
  | 'OUTSIDE_TERRITORY'
  | 'SOURCE_REPEATED'
  | 'MORE_THAN_POPULATION'
  | 'DATES_ORDER';
