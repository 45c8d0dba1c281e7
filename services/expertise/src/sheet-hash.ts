import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { canonicalSheet, type ScoreSheet } from './domain/sheet.ts';

/** What is signed under a final sheet. */
export const bytesOf = (sheet: ScoreSheet): string => canonicalJson(canonicalSheet(sheet));

export const hashOf = (sheet: ScoreSheet): string => sha256Hex(bytesOf(sheet));
