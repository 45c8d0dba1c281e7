/**
 * Where the data stores of the stand listen: this machine alone, unless STAND_HOST names another of its addresses, for example one that the pods of
 * a cluster on this machine reach.
 */
export const HOST = process.env.STAND_HOST ?? '127.0.0.1';
export const isLoopback = HOST.startsWith('127.');
