import { check } from 'k6';
import { SharedArray } from 'k6/data';
import http from 'k6/http';
import { Counter } from 'k6/metrics';

/**
 * What the scenarios share. GATEWAY is the address of a gateway; BARE, when it is set, that of a server that only answers: the same arrivals with the
 * same bodies are then the baseline. CITY is a file with the people of the city; P95_MS, for a run after the baseline, what 95 of 100 answers may take.
 */
const URL_OF_ALL = __ENV.BARE || `${__ENV.GATEWAY}/graphql`;
export const city = __ENV.CITY ? JSON.parse(open(__ENV.CITY)) : null;
export const people = (name) =>
  new SharedArray(name, () => JSON.parse(open(__ENV.CITY.replace('.json', `-${name}.json`))));

export const limits = (more = {}) => {
  if (__ENV.BARE) return {};
  const p95 = __ENV.P95_MS ? { http_req_duration: [`p(95)<${__ENV.P95_MS}`] } : {};
  return { checks: ['rate==1'], ...p95, ...more };
};

export const counters = { receipts: new Counter('receipts'), toldToWait: new Counter('told_to_wait') };

const headers = (token) => ({
  'content-type': 'application/json',
  ...(token ? { authorization: `Bearer ${token}` } : {}),
});

/** The answer of one operation; it has to have data, no errors and no rejection. */
export function ask(name, query, variables, token) {
  const body = JSON.stringify({ query, variables });
  const answer = http.post(URL_OF_ALL, body, { headers: headers(token), tags: { name } });
  if (__ENV.BARE) return null;
  const { data, errors } = answer.status === 200 ? answer.json() : {};
  const done = () => Boolean(data) && !errors && Object.values(data).every((payload) => !payload?.rejection);
  check(answer, { [`${name} answered`]: done });
  return data;
}

export const post = (path, body, token, name) =>
  http.post(__ENV.BARE || `${__ENV.GATEWAY}${path}`, body, { headers: headers(token), tags: { name } });

/** An id for the nth of something. */
export const uuid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** What the runner reads. */
export function summary(data) {
  const values = (metric) => data.metrics[metric]?.values ?? {};
  const told = {
    p95: values('http_req_duration')['p(95)'],
    requests: values('http_reqs').count,
    checks: values('checks').rate ?? 1,
    receipts: values('receipts').count ?? 0,
    toldToWait: values('told_to_wait').count ?? 0,
    slowestMs: values('http_req_duration').max,
  };
  return { [__ENV.SUMMARY || 'stdout']: JSON.stringify(told) };
}
