/** Most positions of an area; a boundary that needs more is drawn too fine for a form. */
const POSITIONS = 1000;

/** A GeoJSON geometry (RFC 7946) of one of the kinds: a point, or an area whose rings are closed; longitude before latitude, degrees. */
export function isGeometry(kinds: readonly string[], value: unknown): boolean {
  const { type, coordinates, ...more } = (value ?? {}) as Record<string, unknown>;
  if (typeof type !== 'string' || !kinds.includes(type) || Object.keys(more).length > 0) return false;
  return type === 'Point' ? isPosition(coordinates) : isArea(coordinates);
}

function isPosition(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [longitude, latitude] = value as unknown[];
  return within(longitude, 180) && within(latitude, 90);
}

const within = (value: unknown, limit: number): boolean =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= limit;

function isArea(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  const rings = value as unknown[];
  return rings.every(isRing) && rings.flat().length <= POSITIONS;
}

function isRing(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 4 || value.length > POSITIONS || !value.every(isPosition)) return false;
  return JSON.stringify(value[0]) === JSON.stringify(value.at(-1));
}
