/** Coarse kinds of programs that votes come from; finer would tell people apart. */
export const DEVICES = ['MOBILE', 'DESKTOP', 'AUTOMATED', 'UNKNOWN'] as const;
export type Device = (typeof DEVICES)[number];

/** The class of a device by the header User-Agent. */
export function deviceOf(userAgent: string | undefined): Device {
  if (!userAgent) return 'UNKNOWN';
  if (/bot|crawl|spider|curl|wget|python|java\/|go-http|node|axios|headless|okhttp|postman/i.test(userAgent))
    return 'AUTOMATED';
  if (/mobi|android|iphone|ipad/i.test(userAgent)) return 'MOBILE';
  return /mozilla/i.test(userAgent) ? 'DESKTOP' : 'UNKNOWN';
}

/** The /24 of an IPv4 address or the /48 of an IPv6 one, as text; null for what is no address. */
export function networkOf(address: string | undefined): string | null {
  const text = address?.trim().toLowerCase() ?? '';
  const four = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(text);
  if (four) return `${four[1]}.0/24`;
  if (!/^[0-9a-f:]+$/.test(text) || !text.includes(':')) return null;
  const [head = ''] = text.split('::');
  const groups = [...head.split(':').filter(Boolean), '0', '0', '0'].slice(0, 3);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/48`;
}

/** The address that the proxy at the edge noted first. */
export function addressOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>> | undefined,
): string | undefined {
  const forwarded = headers?.['x-forwarded-for'];
  return (typeof forwarded === 'string' ? forwarded : forwarded?.[0])?.split(',')[0];
}
