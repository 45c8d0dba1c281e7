import type { IndexSpec } from '@veche/kit';
import mongoose from 'mongoose';

const { Mixed } = mongoose.Schema.Types;
const part = (fields: mongoose.SchemaDefinition) => new mongoose.Schema(fields, { _id: false, minimize: false });

const CONTENT = part({
  title: String,
  oktmo: String,
  category: String,
  totalCost: BigInt,
  funding: [part({ source: String, amount: BigInt })],
  beneficiaries: Number,
  population: Number,
  divisions: [String],
  answers: Mixed,
});

const REMARK = part({ field: String, text: String, answer: String });

/** State of an application as it is stored. */
export const APPLICATION: mongoose.SchemaDefinition = {
  contestId: String,
  groupId: String,
  ideaId: String,
  sourceId: String,
  municipality: String,
  status: String,
  content: CONTENT,
  number: String,
  revision: Number,
  submittedAt: Date,
  remarks: [REMARK],
  answerBy: Date,
  refusal: part({ ground: String, reason: String }),
  history: [part({ at: Date, state: String, revision: Number, by: part({ role: String, personId: String }) })],
  imported: Boolean,
  balloted: Boolean,
  sortKey: String,
  resultVersion: Number,
  commissionSession: Number,
  edits: [part({ field: String, version: Number })],
  filed: CONTENT,
  revisions: [
    part({ revision: Number, filedAt: Date, changes: [part({ field: String, before: Mixed, after: Mixed })] }),
  ],
  reworks: [part({ returnedAt: Date, answerBy: Date, answeredAt: Date, revision: Number, remarks: [REMARK] })],
  titleKey: String,
  stateSince: Date,
  scopes: { type: [String], default: undefined },
  terms: part({ publishBy: Date, decideBy: Date }),
  publishedAt: Date,
  commentsUntil: Date,
  dueAt: Date,
  assigneeId: String,
  jointRework: part({ offeredAt: Date, text: String, declinedAt: Date, reason: String }),
  reopenings: [part({ at: Date, reason: String, ground: String, refusalReason: String })],
  statusLink: part({ edition: Number, revoked: Boolean }),
};

export const APPLICATION_INDEXES: readonly IndexSpec[] = [
  [
    { contestId: 1, number: 1 },
    { unique: true, partialFilterExpression: { number: { $type: 'string' } } },
  ],
  [{ contestId: 1, sortKey: 1, _id: 1 }], // lists by number
  [{ contestId: 1, status: 1, stateSince: 1 }], // counts by state, and for how long
  [{ groupId: 1, createdAt: -1, _id: -1 }], // of a person's groups
  [{ ideaId: 1 }, { sparse: true }], // that came from an idea
  [{ sourceId: 1 }, { sparse: true }], // that came up from a first tier
  [{ municipality: 1, createdAt: -1, _id: -1 }], // that a municipality files
  [{ contestId: 1, titleKey: 1 }], // the same project filed twice
  // Queues of the officials: of a territory or a contest by term, of one person or nobody there by term, of a territory by time of filing.
  [{ scopes: 1, dueAt: 1, _id: 1 }],
  [{ contestId: 1, dueAt: 1, _id: 1 }],
  [{ scopes: 1, assigneeId: 1, dueAt: 1, _id: 1 }],
  [{ contestId: 1, assigneeId: 1, dueAt: 1, _id: 1 }],
  [{ scopes: 1, submittedAt: -1, _id: -1 }],
];
