import { Kafka, logLevel, type Consumer } from 'kafkajs';
import { SUBGRAPHS } from '../../../stand/src/parts/services.ts';

export interface Seen {
  topic: string;
  type: string;
  subject: string;
  headers: Record<string, string>;
  value: string;
}

/** Topics of the platform's services. */
const PLATFORM = new RegExp(String.raw`^veche\.(${SUBGRAPHS.join('|')})\.[a-z-]+\.v1$`);

/** A consumer that is no part of the platform: it reads every topic from now on, as an analyst would. */
export class Witness {
  readonly events: Seen[] = [];
  readonly #consumer: Consumer;

  constructor(brokers: string[]) {
    const kafka = new Kafka({ clientId: 'analyst', brokers, logLevel: logLevel.NOTHING });
    this.#consumer = kafka.consumer({ groupId: `analyst-${process.pid}-${Date.now()}`, maxWaitTimeInMs: 200 });
  }

  async start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [PLATFORM], fromBeginning: true });
    await this.#consumer.run({
      eachMessage: async ({ topic, message }) => {
        const headers = Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
        );
        this.events.push({
          topic,
          type: headers.ce_type ?? '',
          subject: headers.ce_subject ?? '',
          headers,
          value: String(message.value),
        });
      },
    });
  }

  /** Types seen so far whose value names the contest, with their numbers. */
  typesOf(contestId: string): Map<string, number> {
    const types = new Map<string, number>();
    for (const event of this.events) {
      if (event.value.includes(contestId)) types.set(event.type, (types.get(event.type) ?? 0) + 1);
    }
    return types;
  }

  stop(): Promise<void> {
    return this.#consumer.disconnect();
  }
}

/** Every type of event that the main job must leave on the topics. */
export const EXPECTED = [
  'veche.contests.ContestPublished',
  'veche.contests.ContestRescheduled',
  'veche.contests.StageOpened',
  'veche.contests.StageClosed',
  'veche.contests.InitiativeGroupChanged',
  'veche.contests.ApplicationSubmitted',
  'veche.contests.ApplicationReturned',
  'veche.contests.ApplicationAdmitted',
  'veche.contests.ApplicationRefused',
  'veche.contests.BallotListApproved',
  'veche.contests.ApplicationDecided',
  'veche.expertise.ExpertAssigned',
  'veche.expertise.ConflictDeclared',
  'veche.expertise.SheetFinalised',
  'veche.expertise.RankingDetermined',
  'veche.voting.VotingOpened',
  'veche.voting.BallotAccepted',
  'veche.voting.VotingClosed',
  'veche.voting.ResultDetermined',
  'veche.registry.ProjectRegistered',
  'veche.registry.ImplementationPlanned',
  'veche.registry.ProgressReported',
  'veche.registry.ProjectCompleted',
  'veche.crowdfunding.CampaignOpened',
  'veche.crowdfunding.PledgeMade',
  'veche.crowdfunding.PledgeWithdrawn',
  'veche.crowdfunding.PledgePaid',
  'veche.analytics.ContestSummarised',
];
