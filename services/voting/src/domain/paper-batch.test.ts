import { describe, expect, test } from '@jest/globals';
import {
  differing,
  enteredOnce,
  enterSheet,
  includeBatch,
  openBatch,
  signBatch,
  type NewBatch,
  type PaperBatch,
} from './paper-batch.ts';

const AT = new Date('2026-03-02T10:00:00Z');
const NEW: NewBatch = {
  contestId: 'c',
  kind: 'PAPER',
  oktmo: '71876000',
  place: 'Школа № 5',
  document: { number: 'А-7', date: '2026-03-01', sha256: 'ab'.repeat(32) },
  sheets: 3,
  spoiled: 1,
};
const ok = (decision: ReturnType<typeof openBatch>): PaperBatch => {
  if (!decision.ok) throw new Error(JSON.stringify(decision));
  return decision.state;
};
const codeOf = (decision: ReturnType<typeof openBatch>) => (decision.ok ? null : decision.rejection.code);
const read = (by: string, tag: string, ...choices: string[]) => ({ by, tag, choices });

/** Two sheets, both read alike by A and B. */
const entered = (): PaperBatch => {
  let batch = ok(openBatch(NEW));
  for (const by of ['A', 'B']) {
    batch = ok(enterSheet(batch, 1, read(by, 't1', 'x')));
    batch = ok(enterSheet(batch, 3, read(by, 't3', 'x', 'y')));
  }
  return batch;
};

test.each<[string | null, Partial<NewBatch>]>([
  [null, {}],
  [null, { kind: 'MEETING', sheets: 500, spoiled: 0 }],
  ['PLACE_LENGTH', { place: ' я ' }],
  ['PLACE_LENGTH', { place: 'я'.repeat(201) }],
  ['DOCUMENT_INVALID', { document: { ...NEW.document, number: ' ' } }],
  ['DOCUMENT_INVALID', { document: { ...NEW.document, date: '01.03.2026' } }],
  ['DOCUMENT_INVALID', { document: { ...NEW.document, sha256: 'AB' } }],
  ['SHEETS_INVALID', { sheets: 0, spoiled: 0 }],
  ['SHEETS_INVALID', { sheets: 501 }],
  ['SHEETS_INVALID', { sheets: 2, spoiled: 3 }],
])('opening: %s, %j', (code, change) => expect(codeOf(openBatch({ ...NEW, ...change }))).toBe(code));

describe('each sheet is entered by two persons', () => {
  test('what one has not entered and what they read differently is listed, then corrected', () => {
    let batch = ok(enterSheet(ok(openBatch(NEW)), 1, read('A', 't1', 'x')));
    expect(enteredOnce(batch)).toEqual([1]);
    batch = ok(enterSheet(batch, 1, read('B', 't1', 'y')));
    expect([enteredOnce(batch), differing(batch)]).toEqual([[], [1]]);
    batch = ok(enterSheet(batch, 1, read('B', 't9', 'x')));
    expect(differing(batch)).toEqual([1]);
    batch = ok(enterSheet(batch, 1, read('B', 't1', 'x')));
    expect(differing(batch)).toEqual([]);
  });

  test('the same person twice is one entry; a third person is refused', () => {
    let batch = ok(enterSheet(ok(openBatch(NEW)), 1, read('A', 't1', 'x')));
    batch = ok(enterSheet(batch, 1, read('A', 't1', 'y')));
    expect(enteredOnce(batch)).toEqual([1]);
    batch = ok(enterSheet(batch, 1, read('B', 't1', 'y')));
    expect(codeOf(enterSheet(batch, 1, read('C', 't1', 'y')))).toBe('ENTERED_TWICE');
  });

  test('a voter on two sheets, a number that no sheet has', () => {
    const batch = ok(enterSheet(ok(openBatch(NEW)), 1, read('A', 't1', 'x')));
    expect(codeOf(enterSheet(batch, 2, read('A', 't1', 'x')))).toBe('VOTER_REPEATED');
    expect(codeOf(enterSheet(batch, 2, read('A', 't2', 'x')))).toBeNull();
    expect(codeOf(enterSheet(batch, 0, read('A', 't2', 'x')))).toBe('SHEET_NUMBER_INVALID');
    expect(codeOf(enterSheet(batch, 4, read('A', 't2', 'x')))).toBe('SHEET_NUMBER_INVALID');
  });
});

describe('a batch is closed by two persons', () => {
  test('not before all is entered twice and alike', () => {
    expect(codeOf(signBatch(ok(openBatch(NEW)), 'A', AT))).toBe('SHEETS_MISSING');
    let batch = ok(enterSheet(ok(openBatch({ ...NEW, sheets: 1, spoiled: 0 })), 1, read('A', 't1', 'x')));
    expect(codeOf(signBatch(batch, 'A', AT))).toBe('ENTRY_MISSING');
    batch = ok(enterSheet(batch, 1, read('B', 't1', 'y')));
    expect(codeOf(signBatch(batch, 'A', AT))).toBe('ENTRIES_DIFFER');
    expect(codeOf(signBatch(entered(), 'A', AT))).toBeNull();
  });

  test('one person signs once; a change makes the signature void', () => {
    const once = ok(signBatch(entered(), 'A', AT));
    expect(once.status).toBe('OPEN');
    expect(codeOf(signBatch(once, 'A', AT))).toBe('SIGNED_ALREADY');
    const changed = ok(enterSheet(once, 1, read('A', 't1', 'x')));
    expect(changed.signatures).toEqual([]);
    expect(ok(signBatch(ok(signBatch(changed, 'A', AT)), 'B', AT)).status).toBe('SIGNED');
  });

  test('signed it does not change; included it forgets who chose what', () => {
    const signed = ok(signBatch(ok(signBatch(entered(), 'A', AT)), 'B', AT));
    expect(codeOf(enterSheet(signed, 1, read('A', 't1', 'y')))).toBe('BATCH_CLOSED');
    expect(codeOf(signBatch(signed, 'C', AT))).toBe('BATCH_CLOSED');
    const outcomes = new Map([
      [1, 'ACCEPTED'],
      [3, 'DOUBLE_VOTE'],
    ]);
    const included = ok(includeBatch(signed, outcomes));
    expect(included.ballots).toEqual([
      { number: 1, entries: [], outcome: 'ACCEPTED' },
      { number: 3, entries: [], outcome: 'DOUBLE_VOTE' },
    ]);
    expect(ok(includeBatch(included, new Map()))).toBe(included);
    expect(ok(includeBatch(entered(), outcomes)).status).toBe('OPEN');
  });
});
