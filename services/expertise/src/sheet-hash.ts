import { sha256Hex } from '@veche/kit';
import { canonicalJson } from '@veche/kit/domain/canonical-json';
import { canonicalSheet, type ScoreSheet } from './domain/sheet.ts';

/** What a final sheet is signed with. */
export const hashOf = (sheet: ScoreSheet): string => sha256Hex(canonicalJson(canonicalSheet(sheet)));
