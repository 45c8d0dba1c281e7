/** Fields that the forms of several templates share. */

export const text = (title: string, minLength: number, maxLength: number) => ({
  type: 'string',
  title,
  minLength,
  maxLength,
});
export const count = (title: string, minimum = 0) => ({ type: 'integer', title, minimum, maximum: 10_000_000 });
export const choice = (title: string, ...options: string[]) => ({ type: 'string', title, enum: options });

const SOURCES = ['REGIONAL', 'MUNICIPAL', 'CITIZENS', 'BUSINESS', 'IN_KIND'];
export const MONEY_PATTERN = '^\\d{1,12}(\\.\\d{1,2})?$';

/** Cost lines, each paid by one source; together they are the planned money of the application. */
export const COST_LINES = {
  type: 'array',
  title: 'Смета по источникам',
  minItems: 1,
  maxItems: 300,
  costLines: true,
  items: {
    type: 'object',
    required: ['name', 'source', 'amount'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', title: 'Работа или товар', minLength: 3, maxLength: 300 },
      unit: { type: 'string', title: 'Единица', maxLength: 30 },
      quantity: { type: 'string', title: 'Количество', pattern: '^\\d{1,9}(\\.\\d{1,3})?$' },
      source: { type: 'string', title: 'Источник', enum: SOURCES },
      amount: { type: 'string', title: 'Сумма, руб.', pattern: MONEY_PATTERN },
    },
  },
};

/** A point or an area on the map. */
export const PLACE = { type: 'object', title: 'Место на карте', geometry: ['Point', 'Polygon'] };

export const document = (title: string) => ({
  type: 'object',
  title,
  file: { maxBytes: 20_971_520, mediaTypes: ['application/pdf', 'image/jpeg', 'image/png'] },
});

export const PHOTOS = {
  type: 'array',
  title: 'Фотографии',
  maxItems: 10,
  items: { type: 'object', file: { maxBytes: 10_485_760, mediaTypes: ['image/jpeg', 'image/png'] } },
};

/** Organisations that give money, by ИНН with its check digits. */
export const SPONSORS = {
  type: 'array',
  title: 'Спонсоры',
  maxItems: 50,
  items: {
    type: 'object',
    required: ['name', 'inn', 'amount'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', title: 'Организация', minLength: 2, maxLength: 300 },
      inn: { type: 'string', title: 'ИНН', format: 'inn' },
      amount: { type: 'string', title: 'Сумма, руб.', pattern: MONEY_PATTERN },
    },
  },
};

/** A field that is asked for when another one has a value. */
export const whenever = (field: string, value: unknown, ...required: string[]) => ({
  if: { not: { type: 'object', properties: { [field]: { const: value } }, required: [field] } },
  else: { type: 'object', required },
});

export const form = (properties: object, required: readonly string[], ...conditions: object[]) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
  ...(conditions.length > 0 ? { allOf: conditions } : {}),
});
