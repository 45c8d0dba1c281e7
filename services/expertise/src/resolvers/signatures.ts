import { byId, commandOf, payload, type Aggregate, type Command, type Context } from '@veche/kit';
import { reject, type Decision } from '@veche/kit/domain/decision';
import { givenCms, verifiedOf } from '@veche/kit/signatures/given';
import type { SignatureVerifier } from '@veche/kit/signatures/verify';
import type { ScoreSheet } from '../domain/sheet.ts';
import {
  signByCertificate,
  signByLogin,
  signingProblem,
  type SheetSignature,
  type SignatureEvent,
  type SigningCode,
} from '../domain/signature.ts';
import { signatureToOutbox } from '../events.ts';
import type { MutationResolvers, QueryResolvers } from '../gen/graphql.ts';
import { messages } from '../messages.ts';
import { bytesOf, hashOf } from '../sheet-hash.ts';
import type { Stores } from '../store.ts';
import { ownSheet, refusal, type ResolverParts } from './parts.ts';

export interface SigningParts extends ResolverParts {
  verifier: SignatureVerifier;
}

export function signingQuery(parts: ResolverParts): Pick<QueryResolvers, 'sheetToSign'> {
  return {
    sheetToSign: async (_source, { sheetId }, context) => {
      const sheet = await ownSheet(parts, context, sheetId);
      if (!sheet || signingProblem(sheet.state, hashOf(sheet.state))) return null;
      const text = bytesOf(sheet.state);
      return { bytes: Buffer.from(text).toString('base64'), text, sha256: hashOf(sheet.state) } as never;
    },
  };
}

type Decide = (sheet: ScoreSheet) => Decision<SheetSignature, SignatureEvent, SigningCode>;

export function signingMutations(parts: SigningParts): Pick<MutationResolvers, 'signScoreSheet' | 'confirmScoreSheet'> {
  const { stores, clock, verifier } = parts;
  return {
    signScoreSheet: async (_source, { input }, context) => {
      const command = commandOf(context, 'signScoreSheet', input);
      const cms = givenCms(input.signature);
      const sheet = await ownSheet(parts, context, input.sheetId);
      if (!sheet) return refusal('signature', { code: 'NOT_FOUND', path: ['sheetId'] });
      // A repetition gets its answer whatever has become of the certificate since.
      if ((await stores.signatures.load(sheet.id)) || (await stores.signatures.isReused(command)))
        return keep(parts, command, sheet, () => reject('SHEET_SIGNED', ['sheetId']));
      const signed = { sheet: sheet.state, hash: hashOf(sheet.state), at: clock.now() };
      const problem = signingProblem(signed.sheet, signed.hash);
      if (problem) return refusal('signature', { code: problem, path: ['sheetId'] });
      const document = Buffer.from(bytesOf(sheet.state));
      const given = { signature: cms, document, at: signed.at };
      const { verdict, code } = await verifiedOf(verifier, context.requireCaller(), given);
      if (code) return refusal('signature', { code, path: ['signature'] });
      return keep(parts, command, sheet, () => signByCertificate(signed, input.signature, verdict));
    },
    confirmScoreSheet: async (_source, { input }, context) => {
      const command = commandOf(context, 'confirmScoreSheet', input);
      const sheet = await ownSheet(parts, context, input.sheetId);
      if (!sheet) return refusal('signature', { code: 'NOT_FOUND', path: ['sheetId'] });
      const contest = await stores.contests.get(sheet.state.contestId);
      const allowed = contest?.scoring.sheetSignature === 'SIMPLE';
      const { secondFactor } = context.requireCaller();
      return keep(parts, command, sheet, (state) =>
        signByLogin({ sheet: state, hash: hashOf(state), at: clock.now() }, { allowed, secondFactor }),
      );
    },
  };
}

async function keep({ stores }: SigningParts, command: Command, sheet: Aggregate<ScoreSheet>, decide: Decide) {
  const outcome = await stores.signatures.create<SignatureEvent, SigningCode>({
    id: sheet.id,
    command,
    events: signatureToOutbox,
    decide: () => decide(sheet.state),
    onDuplicate: () => ({ code: 'SHEET_SIGNED', path: ['sheetId'] }),
  });
  return payload(outcome, messages, (signature) => ({ signature: signatureView(stores, signature) })) as never;
}

function signatureView(stores: Stores, { id, state }: Aggregate<SheetSignature>) {
  const { kind, signedAt, cms, verdict, sheetHash } = state;
  return {
    kind,
    signedAt,
    sheetHash,
    cms,
    verdict,
    intact: async (_args: object, context: Context) => {
      const sheet = await byId(context, 'sheets', (ids) => stores.sheets.loadMany(ids)).load(id);
      return sheet !== null && sheet.state.status === 'FINAL' && hashOf(sheet.state) === sheetHash;
    },
  };
}

/** The signature under a sheet; one query for all sheets of an answer. */
export const sheetSignature = (stores: Stores) => ({
  signature: async ({ id }: { id: string }, _args: object, context: Context) => {
    const found = await byId(context, 'signatures', (ids) => stores.signatures.loadMany(ids)).load(id);
    return found && signatureView(stores, found);
  },
});
