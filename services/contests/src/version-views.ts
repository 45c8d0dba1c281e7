import type { Contest } from './domain/contest.ts';
import { passportDifferences } from './domain/passport-diff.ts';
import { statementOf } from './domain/version.ts';
import type { Passports } from './store/passports.ts';

/** The versions of a contest's rules as the schema shows them. */
export function versionsOf(passports: Passports, contestId: string, { versions = [] }: Contest) {
  const textOf = async (number: number): Promise<string | null> => {
    const version = versions.find((one) => one.version === number);
    return version ? passports.read(version.passportHash) : null;
  };
  return {
    versions: versions.map((one) => ({
      ...one,
      statement: statementOf(contestId, one),
      passport: () => passports.read(one.passportHash),
    })),
    differences: async ({ from, to }: { from: number; to: number }) => {
      const [before, after] = await Promise.all([textOf(from), textOf(to)]);
      return before && after ? passportDifferences(JSON.parse(before), JSON.parse(after)) : [];
    },
  };
}
