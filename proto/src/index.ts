export { switchesIn } from './block-switches.ts';
export { event, on, topicOf, topicsOf, typeOf } from './event.ts';
