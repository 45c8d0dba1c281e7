import { CastBallot, trusted, type CastBallotInput, type CastBallotMutation } from '@veche/client';
import { authorization, dataOf, type Answer, type Graph } from './fetch.ts';

/** A vote by its hash. `idempotencyKey` is made when the person decides and kept until there is an answer; `receipt` is the person's to keep. */
export async function cast({ url, token }: Graph, input: CastBallotInput): Promise<CastBallotMutation['castBallot']> {
  const response = await fetch(`${url}/graphql/${trusted(CastBallot).hash}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(token()) },
    body: JSON.stringify({ variables: { input } }),
  });
  return dataOf((await response.json()) as Answer<CastBallotMutation>).castBallot;
}
