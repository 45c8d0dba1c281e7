export { event, on, topicOf, topicsOf, typeOf } from './event.ts';
