import type { BlockSwitch } from '@veche/kit/domain/blocks';
import type { SettingsChanged } from '../veche/contests/v1/discussion_pb.ts';

/** Which parts of the platform a scope does without, as its settings tell. */
export const switchesIn = ({ versions }: SettingsChanged): BlockSwitch[] =>
  versions.map(({ effectiveFrom, blocksOff }) => ({ effectiveFrom: new Date(effectiveFrom), blocksOff }));
