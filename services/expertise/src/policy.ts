import type { Caller, Policy, Rule } from '@veche/kit';
import { mayActIn } from '@veche/kit/domain/territory-scope';

const organisers: Rule = { anyRole: ['organiser', 'importer'] };
const commissions: Rule = { anyRole: ['commission'] };
const citizens: Rule = { anyRole: ['citizen'] };
const experts: Rule = { anyRole: ['expert'] };

export const policy: Policy = {
  Query: {
    expertPool: { anyRole: ['organiser', 'admin'] },
    mySheets: experts,
    myAssessmentTasks: experts,
    scoreSheet: { anyRole: ['expert', 'organiser'] },
    sheetToSign: experts,
    scoreSheets: { anyRole: ['organiser'] },
    assessmentRules: 'public',
    commission: 'public',
    commissionSession: { anyRole: ['commission', 'organiser', 'auditor'] },
    commissionSessions: { anyRole: ['commission', 'organiser', 'auditor'] },
    commissionDecisions: 'public',
    myCommissions: commissions,
    commissionApplications: { anyRole: ['commission', 'organiser', 'auditor'] },
    appeals: { anyRole: ['commission', 'organiser', 'auditor'] },
    myAppeals: 'authenticated',
    outlierReport: { anyRole: ['organiser', 'auditor'] },
    distributions: 'public',
    publicJury: 'public',
    juryCandidates: { anyRole: ['organiser', 'importer', 'auditor'] },
    myJuryPart: 'authenticated',
    assessmentDocuments: { anyRole: ['organiser', 'importer', 'auditor'] },
  },
  Mutation: {
    joinExpertPool: experts,
    inviteExpert: organisers,
    leaveExpertPool: experts,
    setAssessmentRules: organisers,
    distributeApplications: organisers,
    assignExpertByHand: organisers,
    replaceExpert: organisers,
    recordAbsences: organisers,
    assignExperts: organisers,
    declareConflict: experts,
    saveScoreSheet: experts,
    finaliseScoreSheet: experts,
    signScoreSheet: experts,
    confirmScoreSheet: experts,
    generateScoreSheetDocument: { anyRole: ['expert', 'organiser', 'importer'] },
    generateCommissionProtocol: { anyRole: ['commission', 'organiser', 'importer'] },
    generateDecisionLetter: 'authenticated',
    signAssessmentDocument: 'authenticated',
    generateRankingList: { anyRole: ['commission', 'organiser', 'importer'] },
    determineRanking: organisers,
    formCommission: organisers,
    openCommissionSession: commissions,
    noteCommissionPresence: commissions,
    putCommissionQuestion: commissions,
    castCommissionVote: commissions,
    recuseFromQuestion: commissions,
    giveMinorityOpinion: commissions,
    closeCommissionSession: commissions,
    signCommissionMinutes: commissions,
    fileAppeal: { anyRole: ['citizen'] },
    decideAppeal: commissions,
    applyForPublicJury: citizens,
    decideJuror: organisers,
    appealJurorRefusal: citizens,
    decideJurorAppeal: organisers,
    drawPublicJury: organisers,
    takeJurySheet: citizens,
    saveJurySheet: citizens,
    finaliseJurySheet: citizens,
    declareJuryConflict: citizens,
  },
};

/** The staff that runs contests of a territory. */
export const mayOrganise = (caller: Caller, oktmo: string): boolean =>
  (caller.roles.has('organiser') || caller.roles.has('importer')) && mayActIn(caller, oktmo);

/** Those who may see what a distribution was made of. */
export const mayOversee = (caller: Caller, oktmo: string): boolean =>
  mayOrganise(caller, oktmo) || (caller.roles.has('auditor') && mayActIn(caller, oktmo));
