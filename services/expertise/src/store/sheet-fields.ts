import mongoose from 'mongoose';

/** How a sheet is kept, an expert's or a juror's. */
export const SHEET_FIELDS = {
  contestId: String,
  applicationId: String,
  expertId: String,
  status: String,
  marks: [new mongoose.Schema({ criterion: String, points: Number, comment: String }, { _id: false })],
  hash: String,
  conflictReason: String,
  late: Boolean,
};
