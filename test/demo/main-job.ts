import { playMainJob } from '../journeys/main-job.ts';
import { platform } from '../journeys/platform.ts';
import { signIn, signInOutsiders } from '../journeys/story/people.ts';
import { eventually } from '../journeys/platform.ts';
import { EXPECTED, Witness } from '../journeys/story/topics.ts';
import { readStandState } from '../login/driver.ts';

/** Plays one contest from application to finished project on the running stand, and shows it. */
const state = readStandState();
const tell = (line: string): void => console.log(line);
const begun = performance.now();

tell('\nОсновная работа платформы: один конкурс от заявки до завершённого проекта');
const witness = new Witness(state.urls.kafka!.split(','));
await witness.start();
const people = await signIn(state, 12);
tell('   Вход: сотрудники через Keycloak, 12 жителей через Госуслуги (двойник ЕСИА)');
const job = await playMainJob(platform(state), { people, outsiders: await signInOutsiders(state) }, tell);
await eventually('all events on the topics', async () =>
  EXPECTED.every((type) => witness.events.some((event) => event.type === type)),
);
const types = witness.typesOf(job.contestId);
tell(
  `8. Посторонний потребитель Kafka увидел событий: ${[...types.values()].reduce((sum, count) => sum + count, 0)}, видов: ${types.size}`,
);
await witness.stop();
tell(`   Один запрос по всему графу: ${JSON.stringify(job.life.application.voteResult)}`);
tell(`   Готово за ${((performance.now() - begun) / 1000).toFixed(1)} с`);
process.exit(0);
