const MAX = 300;

/** "Петрова Мария Ивановна" of the claims of OpenID Connect Core 5.1; null when they tell no name. */
export function displayNameOf(claims: {
  family_name?: unknown;
  given_name?: unknown;
  middle_name?: unknown;
  name?: unknown;
}): string | null {
  const parts = [claims.family_name, claims.given_name, claims.middle_name].map(clean).filter(Boolean);
  const name = parts.length > 0 ? parts.join(' ') : clean(claims.name);
  return name === '' ? null : name.slice(0, MAX);
}

function clean(part: unknown): string {
  return typeof part === 'string' ? part.normalize('NFC').replace(/\s+/gu, ' ').trim() : '';
}
