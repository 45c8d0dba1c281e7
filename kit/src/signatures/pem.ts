/** The DER inside a PEM file, or the bytes themselves when they are DER already. */
export function derOf(file: Uint8Array): Buffer {
  const text = Buffer.from(file).toString('latin1');
  const body = /-----BEGIN [A-Z0-9 ]+-----([^-]+)-----END/.exec(text)?.[1];
  return body === undefined ? Buffer.from(file) : Buffer.from(body, 'base64');
}

export function pemOf(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
