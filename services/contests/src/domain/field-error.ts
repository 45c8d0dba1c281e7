import type { ErrorObject } from 'ajv';

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
  | 'DATES_ORDER'
  | 'CODE_INVALID'
  | 'GEOMETRY_INVALID'
  | 'FILE_MISSING';

const CODES: Record<string, FieldErrorCode> = {
  required: 'REQUIRED',
  dependentRequired: 'REQUIRED',
  minLength: 'TOO_SHORT',
  maxLength: 'TOO_LONG',
  minItems: 'TOO_FEW',
  maxItems: 'TOO_MANY',
  enum: 'NOT_ALLOWED',
  const: 'NOT_ALLOWED',
  oneOf: 'NOT_ALLOWED',
  anyOf: 'NOT_ALLOWED',
  pattern: 'NOT_ALLOWED',
  format: 'CODE_INVALID',
  geometry: 'GEOMETRY_INVALID',
  minimum: 'NOT_ALLOWED',
  maximum: 'OVER_LIMIT',
  additionalProperties: 'UNKNOWN_FIELD',
};

/** What Ajv says of a value, as the error of a field below `root`. */
export function fieldErrorOf(root: string, { keyword, instancePath, params }: ErrorObject): FieldError {
  const { missingProperty, additionalProperty, limit } = params as {
    missingProperty?: string;
    additionalProperty?: string;
    limit?: number;
  };
  const named = missingProperty ?? additionalProperty;
  const place = instancePath.split('/').filter(Boolean);
  return {
    path: [root, ...place, ...(named ? [named] : [])].join('.'),
    code: CODES[keyword] ?? 'WRONG_TYPE',
    ...(limit === undefined ? {} : { params: { limit } }),
  };
}
