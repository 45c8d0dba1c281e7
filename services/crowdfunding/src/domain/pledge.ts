import { accept, reject } from '@veche/kit/domain/decision';
import type { Decision } from '@veche/kit/domain/decision';
import type { CampaignState } from './campaign.ts';

export type PledgeStatus = 'PROMISED' | 'PAID' | 'WITHDRAWN';

/** A promise of money. Who promised stays in this service: refunds need it, nobody else does. */
export interface PledgeState {
  projectId: string;
  contestId: string;
  oktmo: string;
  payerId: string;
  /** Kopecks. */
  amount: bigint;
  status: PledgeStatus;
  /** Unique; written into the purpose of the payment. */
  reference: string;
  madeAt: Date;
  /** Number of the treasury document, unique. */
  documentNumber?: string;
  paidAt?: Date;
  withdrawnAt?: Date;
}

export type PledgeEvent = { kind: 'PledgeMade' } | { kind: 'PledgeWithdrawn' } | { kind: 'PledgePaid' };

export type PledgeCode =
  | 'NOT_FOUND'
  | 'CAMPAIGN_NOT_OPEN'
  | 'AMOUNT_OUT_OF_RANGE'
  | 'ACCOUNT_NOT_CONFIRMED'
  | 'PLEDGE_PAID'
  | 'PLEDGE_WITHDRAWN'
  | 'AMOUNT_DIFFERS'
  | 'DOCUMENT_USED'
  | 'DOCUMENT_REQUIRED';

export type PledgeDecision = Decision<PledgeState, PledgeEvent, PledgeCode>;

export const AMOUNT_MIN = 1_00n;
export const AMOUNT_MAX = 10_000_000_00n;
const DOCUMENT_MAX = 100;

export interface PledgeOffer {
  projectId: string;
  campaign: CampaignState | null;
  payer: { id: string; confirmed: boolean };
  amount: bigint;
  reference: string;
}

/** Promises money. More than the target may be promised: what is left over is settled by refunds. */
export function pledge({ projectId, campaign, payer, amount, reference }: PledgeOffer, now: Date): PledgeDecision {
  if (!campaign?.open) return reject('CAMPAIGN_NOT_OPEN', ['projectId']);
  if (!payer.confirmed) return reject('ACCOUNT_NOT_CONFIRMED');
  if (amount < AMOUNT_MIN || amount > AMOUNT_MAX) return reject('AMOUNT_OUT_OF_RANGE', ['amount']);
  const { contestId, oktmo } = campaign;
  return accept(
    {
      projectId,
      contestId,
      oktmo,
      payerId: payer.id,
      amount,
      status: 'PROMISED',
      reference,
      madeAt: now,
    },
    { kind: 'PledgeMade' },
  );
}

/** Takes a promise back; paid money goes back by a refund only. */
export function withdrawPledge(state: PledgeState, now: Date): PledgeDecision {
  const settled = settledCode(state);
  if (settled) return reject(settled);
  return accept({ ...state, status: 'WITHDRAWN', withdrawnAt: now }, { kind: 'PledgeWithdrawn' });
}

/** Matches a treasury record with a promise: one document, one promise, the same sum to the kopeck. */
export function confirmPayment(
  state: PledgeState,
  record: { amount: bigint; documentNumber: string },
  now: Date,
): PledgeDecision {
  const documentNumber = record.documentNumber.trim();
  if (documentNumber === '' || documentNumber.length > DOCUMENT_MAX) {
    return reject('DOCUMENT_REQUIRED', ['documentNumber'], { max: DOCUMENT_MAX });
  }
  const settled = settledCode(state);
  if (settled) return reject(settled);
  if (record.amount !== state.amount) return reject('AMOUNT_DIFFERS', ['amount']);
  return accept({ ...state, status: 'PAID', documentNumber, paidAt: now }, { kind: 'PledgePaid' });
}

function settledCode({ status }: PledgeState): 'PLEDGE_PAID' | 'PLEDGE_WITHDRAWN' | null {
  if (status === 'PAID') return 'PLEDGE_PAID';
  return status === 'WITHDRAWN' ? 'PLEDGE_WITHDRAWN' : null;
}
