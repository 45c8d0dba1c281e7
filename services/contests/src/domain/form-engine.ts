import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { isOktmo } from '@veche/kit/domain/oktmo';
import { isInn, isOgrn, isOgrnip } from '@veche/kit/domain/requisites';
import { isIsoDate } from './calendar.ts';
import { isGeometry } from './geometry.ts';
import { linearEngine } from './linear-pattern.ts';
import { isProjectType } from './project-type.ts';

const KEPT_FORMS = 100;
const compiled = new Map<string, ValidateFunction>();

/** Directories and registers that a text of a form can be bound to by the keyword `format`. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  date: isIsoDate,
  oktmo: isOktmo,
  inn: isInn,
  ogrn: isOgrn,
  ogrnip: isOgrnip,
  'project-type': isProjectType,
  email: (text) => text.length <= 254 && linearEngine('^[^@\\s]+@[^@\\s]+\\.[^@\\s.]+$').test(text),
  phone: (text) => linearEngine('^\\+7\\d{10}$').test(text),
};

export const FORM_FORMATS: readonly string[] = Object.keys(FORMATS);

interface FileLimits {
  /** Bytes. */
  maxBytes: number;
  mediaTypes: readonly string[];
}

/** What an answer says of a file that lies in the storage. */
const fileSchema = ({ maxBytes, mediaTypes }: FileLimits): object => ({
  type: 'object',
  required: ['name', 'mediaType', 'bytes', 'sha256'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 255 },
    mediaType: { type: 'string', enum: mediaTypes },
    bytes: { type: 'integer', minimum: 1, maximum: maxBytes },
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  },
});

const FILE_LIMITS = {
  type: 'object',
  required: ['maxBytes', 'mediaTypes'],
  additionalProperties: false,
  properties: {
    maxBytes: { type: 'integer', minimum: 1, maximum: 104_857_600 },
    mediaTypes: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: { type: 'string', pattern: '^[a-z]{1,20}/[a-z0-9.+-]{1,80}$' },
    },
  },
};

/** JSON Schema 2020-12 with the fields of applications: `file` with its limits, `geometry` for a place on the map, `costLines`. */
function engine(): Ajv2020 {
  // All errors at once, so that a group mends everything in one go; patterns come from organisers, so they run in linear time.
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    code: { regExp: linearEngine },
    formats: { ...FORMATS },
  });
  ajv.addKeyword({ keyword: 'file', type: 'object', macro: fileSchema, metaSchema: FILE_LIMITS });
  ajv.addKeyword({
    keyword: 'geometry',
    type: 'object',
    errors: false,
    validate: (kinds: readonly string[], value: unknown) => isGeometry(kinds, value),
    metaSchema: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: ['Point', 'Polygon'] } },
  });
  // Read by the check of sums, see cost-lines.ts.
  ajv.addKeyword({ keyword: 'costLines', type: 'array', metaSchema: { const: true } });
  return ajv;
}

/** The check of a form; compiling costs a thousand times a check, so those of running contests are kept; the oldest goes. Throws on a schema that Ajv refuses. */
export function validatorOf(form: object): ValidateFunction {
  const text = JSON.stringify(form);
  const known = compiled.get(text);
  if (known) return known;
  const validate = engine().compile(JSON.parse(text));
  if (compiled.size >= KEPT_FORMS) compiled.delete(compiled.keys().next().value!);
  compiled.set(text, validate);
  return validate;
}
