// How schemas of resources are written here: every object is closed.

export type Schema = Readonly<Record<string, unknown>>;

export const object = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
export const map = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
export const list = (items: Schema, minItems = 0): Schema => ({ type: 'array', items, minItems });
export const one = (...values: (string | number)[]): Schema => ({ enum: values });
export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const port: Schema = { type: 'integer', minimum: 1, maximum: 65_535 };
export const quantity: Schema = { type: ['string', 'integer'], pattern: '^[0-9.]+(m|Ki|Mi|Gi|Ti)?$' };
export const resources = object({ requests: map(quantity), limits: map(quantity) });
export const keyOf = object({ name: text, key: text }, 'name', 'key');

export const kind = (apiVersion: string, name: string, spec: Schema): [string, Schema] => [
  `${apiVersion}/${name}`,
  object(
    { apiVersion: { const: apiVersion }, kind: { const: name }, metadata: { type: 'object' }, spec },
    'apiVersion',
    'kind',
    'metadata',
    'spec',
  ),
];
