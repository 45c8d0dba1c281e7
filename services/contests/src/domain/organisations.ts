interface Field {
  format?: unknown;
  properties?: Readonly<Record<string, Field>>;
  items?: Field;
}

const LEGAL_ENTITY = /^\d{10}$/;

/** ИНН of the legal entities that the answers name in fields bound to the register, each once; never that of a person (12 digits). */
export const organisationsNamed = (form: object, answers: unknown): string[] => [
  ...new Set(named(form as Field, answers)),
];

function named({ format, properties, items }: Field, value: unknown): string[] {
  if (Array.isArray(value)) return items ? value.flatMap((item) => named(items, item)) : [];
  if (typeof value === 'object' && value !== null)
    return Object.entries(properties ?? {}).flatMap(([name, field]) =>
      named(field, (value as Record<string, unknown>)[name]),
    );
  return format === 'inn' && typeof value === 'string' && LEGAL_ENTITY.test(value) ? [value] : [];
}
