const ARMED = process.env['NODE_ENV'] === 'production' ? undefined : process.env['VECHE_FAIL_POINT'];

/**
 * A place where a fault test ends the process as kill -9 does, by `VECHE_FAIL_POINT=name`. Nothing happens without the variable, and nothing in production.
 */
export function failPoint(name: string): void {
  if (name === ARMED) process.kill(process.pid, 'SIGKILL');
}
