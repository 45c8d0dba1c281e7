/** The port through which requests to ESIA are signed. The key never leaves the adapter behind it. */
export interface Signer {
  /** Which adapter it is: written to the log at start. */
  readonly adapter: string;
  /** Raw 64 bytes s‖r, both big-endian, over Streebog-256 of the UTF-8 text. */
  sign(text: string): Promise<Buffer>;
}
