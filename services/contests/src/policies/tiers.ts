import type { Policy, Rule } from '@veche/kit';

const insiders: Rule = { anyRole: ['municipality', 'organiser', 'importer', 'admin', 'auditor'] };
const municipalities: Rule = { anyRole: ['municipality'] };

/** Contests in two tiers, and what municipalities file. */
export const tierPolicy: Policy = {
  Query: {
    municipalApplications: insiders,
    municipalityHead: insiders,
    municipalApplicationToSign: municipalities,
  },
  Mutation: {
    fileForMunicipality: municipalities,
    signMunicipalApplication: municipalities,
    noteMunicipalityHead: { anyRole: ['organiser', 'admin'] },
    carryApplications: { anyRole: ['organiser', 'importer'] },
  },
};
