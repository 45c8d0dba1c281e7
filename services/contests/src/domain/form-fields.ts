import { answerName } from './content-values.ts';

/** What is read of a JSON Schema to show a value of it. */
export interface FieldSchema {
  type?: unknown;
  title?: unknown;
  const?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  required?: readonly string[];
  properties?: Readonly<Record<string, FieldSchema>>;
  items?: FieldSchema;
  oneOf?: readonly FieldSchema[];
  anyOf?: readonly FieldSchema[];
  file?: { mediaTypes: readonly string[] };
  geometry?: readonly string[];
  costLines?: boolean;
  $ref?: string;
  $defs?: Readonly<Record<string, FieldSchema>>;
}

/** How a field is shown, as the UI schema says it. */
export interface FieldView {
  widget?: string;
  order?: number;
  /** What the options of a choice are called, by their value. */
  titles?: Readonly<Record<string, string>>;
}

/** A contest as far as its form says how an answer is read. */
export interface Form {
  form: object;
  uiSchema?: object | null;
}

/** A question of a form with the references followed. */
export interface FormField {
  name: string;
  title: string;
  schema: FieldSchema;
  view: FieldView;
}

const REFERENCES = 20;

/** A schema with its reference followed; what stands beside the reference goes before what it leads to. */
export function resolved(form: object, schema: FieldSchema | undefined): FieldSchema {
  let found: FieldSchema = schema ?? {};
  // References of a checked form make no circle; one that was never checked must end as well.
  for (let step = 0; found.$ref !== undefined && step < REFERENCES; step += 1) {
    const { $ref, ...own } = found;
    found = { ...(form as FieldSchema).$defs?.[$ref.replace('#/$defs/', '')], ...own };
  }
  return found;
}

export const titleOf = ({ title }: FieldSchema, name: string): string =>
  typeof title === 'string' && title !== '' ? title : name;

const viewOf = ({ uiSchema }: Form, name: string): FieldView =>
  (uiSchema as Record<string, FieldView> | null | undefined)?.[name] ?? {};

export function formField(asked: Form, name: string): FormField {
  const schema = resolved(asked.form, (asked.form as FieldSchema).properties?.[name]);
  return { name, title: titleOf(schema, name), schema, view: viewOf(asked, name) };
}

/** The question of an answer's field name, "answers.problem"; null for fields that every contest has. */
export function fieldNamed(asked: Form, field: string): FormField | null {
  const name = answerName(field);
  return name === null ? null : formField(asked, name);
}

/** Questions of a form in the order in which they are asked: those with an order by it, the others behind as they stand. */
export function formFields(asked: Form): FormField[] {
  const last = Number.MAX_SAFE_INTEGER;
  return Object.keys((asked.form as FieldSchema).properties ?? {})
    .map((name) => formField(asked, name))
    .toSorted((one, other) => (one.view.order ?? last) - (other.view.order ?? last));
}
