import { BLOCKS, type Block, type Rules } from './settings.ts';

export const BLOCK_NAMES: Record<Block, string> = {
  IDEAS: 'Идеи и проблемы',
  COMMENTS: 'Обсуждение',
  MEETINGS: 'Собрания жителей',
};

/** Root fields that belong to a part and are of no use, and refused, where it is off. */
const ACTIONS: Record<Block, readonly string[]> = {
  IDEAS: [
    'proposeIdea',
    'supportIdea',
    'mergeIdeas',
    'ideasToModerate',
    'openProblemPoll',
    'nameProblem',
    'rankProblems',
  ],
  COMMENTS: ['comment', 'complain', 'commentsToModerate'],
  MEETINGS: ['announceMeeting', 'registerForMeeting', 'recordMeeting'],
};

/** What a place offers a caller; `opens` tells whether the caller's roles open a root field. */
export const menuOf = ({ blocksOff }: Rules, opens: (field: string) => boolean) =>
  BLOCKS.filter((block) => !blocksOff.includes(block)).map((block) => ({
    block,
    name: BLOCK_NAMES[block],
    actions: ACTIONS[block].filter(opens),
  }));
