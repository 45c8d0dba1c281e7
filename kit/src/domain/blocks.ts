import { scopesOver } from './oktmo.ts';

/** A part of the platform that a region, a municipality or a contest may do without. */
interface BlockPart {
  /** As menus show it. */
  name: string;
  /** Another part that it stands on: where that is off, this one is off too. */
  needs?: Block;
  /** Root fields of the graph that belong to it, in whichever service they are. */
  fields: readonly string[];
  /** Of root fields that several parts share, the value of their argument `of` for which they belong to it. */
  textsOf?: string;
  /** Root fields that its menu offers, and the roles that they are for. */
  menu: Readonly<Record<string, readonly string[]>>;
  /** Roles that there are for its sake alone: of a token, or given by one of its root fields. */
  roles: readonly string[];
}

export const BLOCKS = [
  'IDEAS',
  'PROBLEMS',
  'COMMENTS',
  'MEETINGS',
  'AMBASSADORS',
  'PUBLIC_JURY',
  'CROWDFUNDING',
] as const;
export type Block = (typeof BLOCKS)[number];

/** The one table of parts: gates of root fields, menus and roles follow from it. */
export const BLOCK_PARTS: Readonly<Record<Block, BlockPart>> = {
  IDEAS: {
    name: 'Идеи',
    fields: [
      'idea',
      'ideas',
      'myIdeas',
      'ideasToModerate',
      'proposeIdea',
      'reviseIdea',
      'withdrawIdea',
      'supportIdea',
      'mergeIdeas',
      'applyWithIdea',
    ],
    textsOf: 'IDEA',
    menu: {
      proposeIdea: ['citizen'],
      supportIdea: ['citizen'],
      mergeIdeas: ['organiser'],
      ideasToModerate: ['organiser'],
    },
    roles: [],
  },
  PROBLEMS: {
    name: 'Проблемы',
    needs: 'IDEAS',
    fields: [
      'problemPoll',
      'problemPolls',
      'openProblemPoll',
      'nameProblem',
      'decideProblem',
      'rankProblems',
      'recordProblemVotes',
    ],
    menu: { openProblemPoll: ['organiser'], nameProblem: ['citizen', 'organiser'], rankProblems: ['citizen'] },
    roles: [],
  },
  COMMENTS: {
    name: 'Обсуждение',
    fields: ['comments', 'commentsToModerate', 'comment'],
    textsOf: 'COMMENT',
    menu: { comment: ['citizen', 'organiser'], complain: ['citizen'], commentsToModerate: ['organiser'] },
    roles: [],
  },
  MEETINGS: {
    name: 'Собрания жителей',
    fields: [
      'meeting',
      'meetings',
      'announceMeeting',
      'cancelMeeting',
      'registerForMeeting',
      'recordMeeting',
      'generateMeetingMinutes',
    ],
    menu: {
      announceMeeting: ['citizen', 'organiser'],
      registerForMeeting: ['citizen'],
      recordMeeting: ['citizen', 'organiser'],
    },
    roles: [],
  },
  AMBASSADORS: {
    name: 'Амбассадоры',
    fields: ['ambassadors', 'appointAmbassador', 'endAmbassador', 'countAmbassadorLink'],
    menu: { appointAmbassador: ['organiser'] },
    roles: ['ambassador'],
  },
  PUBLIC_JURY: {
    name: 'Общественное жюри',
    fields: [
      'publicJury',
      'juryCandidates',
      'myJuryPart',
      'applyForPublicJury',
      'decideJuror',
      'appealJurorRefusal',
      'decideJurorAppeal',
      'drawPublicJury',
      'takeJurySheet',
      'saveJurySheet',
      'finaliseJurySheet',
      'declareJuryConflict',
    ],
    menu: {
      applyForPublicJury: ['citizen'],
      takeJurySheet: ['citizen'],
      juryCandidates: ['organiser', 'importer', 'auditor'],
      drawPublicJury: ['organiser', 'importer'],
    },
    roles: ['juror'],
  },
  CROWDFUNDING: {
    name: 'Сбор средств',
    fields: ['campaign', 'pledges', 'myPledges', 'pledge', 'withdrawPledge', 'confirmPayment'],
    menu: { pledge: ['citizen'], pledges: ['finance'], confirmPayment: ['finance'] },
    roles: ['finance'],
  },
};

/** Root fields about texts of several parts; their argument `of` says whose. */
export const SHARED_FIELDS = ['complain', 'moderate', 'moderationLog'];

/** The part that a root field belongs to when it is asked with some arguments; null for a field of none. */
export function blockOf(field: string, of: unknown): Block | null {
  const shared = SHARED_FIELDS.includes(field);
  return (
    BLOCKS.find((block) =>
      shared ? BLOCK_PARTS[block].textsOf === of && of !== undefined : BLOCK_PARTS[block].fields.includes(field),
    ) ?? null
  );
}

/** Blocks with those that stand on them, in the order of the table. */
export function withDependent(off: readonly Block[]): Block[] {
  const isOff = (block: Block): boolean => {
    const { needs } = BLOCK_PARTS[block];
    return off.includes(block) || (needs !== undefined && isOff(needs));
  };
  return BLOCKS.filter(isOff);
}

/** What a scope decided, from an instant on; a later version replaces the whole of an earlier one. */
export interface BlockSwitch {
  effectiveFrom: Date;
  blocksOff: readonly string[];
}

/** Where something is: a territory, and a contest there. */
export interface BlockPlace {
  oktmo: string;
  contestId: string | null;
}

/** Scopes that decide for a place, from the country down to the contest. */
export const scopesFor = ({ oktmo, contestId }: BlockPlace): string[] => [
  ...scopesOver(oktmo),
  ...(contestId ? [contestId] : []),
];

/** Blocks that are off where these scopes decide: one that any of them switched off stays off. */
export function blocksOffBy(scopes: readonly (readonly BlockSwitch[])[], now: Date): Block[] {
  const named = scopes.flatMap((versions) => versions.findLast((one) => one.effectiveFrom <= now)?.blocksOff ?? []);
  return withDependent(BLOCKS.filter((block) => named.includes(block)));
}
