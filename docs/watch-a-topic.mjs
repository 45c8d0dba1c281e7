// node docs/watch-a-topic.mjs [broker] [topic pattern]     reads every event as an analyst would
import kafkajs from 'kafkajs';
const [broker = '127.0.0.1:19092', pattern = '^veche\\..*\\.v1$'] = process.argv.slice(2);
const kafka = new kafkajs.Kafka({ clientId: 'watch', brokers: [broker], logLevel: kafkajs.logLevel.NOTHING });
process.stdout.on('error', () => process.exit()); // whoever read it, for example `head`, has seen enough
const consumer = kafka.consumer({ groupId: `watch-${Date.now()}`, maxWaitTimeInMs: 200 });
await consumer.connect();
await consumer.subscribe({ topics: [new RegExp(pattern)], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => console.log(String(message.headers.ce_time), String(message.headers.ce_type), String(message.value)),
});
