import { sleep } from 'k6';
import { ask, city, limits, summary } from './lib.js';

/** Visitors without a login: the list of contests, one of them, its applications, the register, a search. */
export const options = {
  scenarios: {
    browse: {
      executor: 'constant-arrival-rate',
      exec: 'visit',
      rate: Number(__ENV.RATE || 10),
      timeUnit: '1s',
      duration: __ENV.DURATION || '20s',
      preAllocatedVUs: 200,
    },
  },
  thresholds: limits(),
};
export { summary as handleSummary };

const CONTESTS = `query Contests { contests(first: 20) { nodes { id title state currentStage budget } pageInfo { hasNextPage endCursor } } }`;
const CONTEST = `query Contest($id: ID!) { contest(id: $id) { id title state stages { type opensAt closesAt }
  voting { state opensAt closesAt ballot { application { id } title cost } turnout { accepted } } } }`;
const APPLICATIONS = `query Applications($id: ID!) { applications(contestId: $id, first: 20) {
  nodes { id number title state totalCost } pageInfo { hasNextPage endCursor } } }`;
const REGISTER = `query Register { projects(first: 20) { nodes { id title state percent } pageInfo { hasNextPage } } }`;
const SEARCH = `query Search($text: String!) { search(text: $text, first: 10) { nodes { __typename } } }`;

export function visit() {
  const contests = ask('contests', CONTESTS, {});
  const id = city?.vote.contestId ?? contests?.contests.nodes[0]?.id;
  if (id) {
    ask('contest', CONTEST, { id });
    ask('applications', APPLICATIONS, { id });
  }
  ask('register', REGISTER, {});
  ask('search', SEARCH, { text: 'детские площадки' });
  sleep(0.1);
}
