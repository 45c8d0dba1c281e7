import { fileURLToPath } from 'node:url';

/** Makes an OpenSSL that is a child process load the GOST engine, as its `OPENSSL_CONF`. */
export const GOST_OPENSSL_CONFIG = fileURLToPath(new URL('../../openssl-gost.cnf', import.meta.url));
