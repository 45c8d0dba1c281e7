import { sha256Hex } from '@veche/kit';

/** The ballot of a resident as a trusted document: a request names it by its hash and skips parsing and validation (ADR 7). */
export const CAST_BALLOT = `mutation CastBallot($input: CastBallotInput!) {
  castBallot(input: $input) {
    receipt { code leaf revision ruleHash includeBy signed record }
    rejection { code userMessage path }
  }
}`;

export const CAST_BALLOT_HASH = sha256Hex(CAST_BALLOT);

export const prepared: Readonly<Record<string, string>> = { [CAST_BALLOT_HASH]: CAST_BALLOT };
