import mongoose from 'mongoose';

const { Mixed } = mongoose.Schema.Types;

const schemaOf = (fields: mongoose.SchemaDefinition) =>
  new mongoose.Schema(fields as never, { versionKey: false, autoIndex: false });

export function leafSchema(): mongoose.Schema {
  const schema = schemaOf({
    _id: String,
    contest: String,
    index: Number,
    leaf: String,
    ballot: String,
    superseded: Number,
  });
  schema.index({ contest: 1, index: 1 }); // a stretch of the log
  schema.index({ contest: 1, leaf: 1 }, { unique: true }); // a ballot by its tracking code, and no leaf twice
  return schema;
}

export function headSchema(): mongoose.Schema {
  const schema = schemaOf({
    _id: String,
    contest: String,
    size: Number,
    root: String,
    time: Number,
    sig: String,
    fence: Number,
    witnesses: [new mongoose.Schema({ id: String, sig: String }, { _id: false })],
  });
  schema.index({ contest: 1, size: 1 }); // heads in order
  return schema;
}

export const logSchema = (): mongoose.Schema =>
  schemaOf({ _id: String, size: Number, head: Number, next: Number, cosigned: Mixed, contradicted: Mixed });
