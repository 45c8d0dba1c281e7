import { count, flag, list, map, object, one, quantity, resources, text } from './shape.ts';

const listener = object(
  {
    name: { type: 'string', pattern: '^[a-z0-9]{1,11}$' },
    port: { type: 'integer', minimum: 9092 },
    type: one('internal', 'route', 'loadbalancer', 'nodeport', 'ingress', 'cluster-ip'),
    tls: flag,
    authentication: object({ type: one('tls', 'scram-sha-512', 'custom') }, 'type'),
  },
  'name',
  'port',
  'type',
  'tls',
);

export const kafka = object(
  {
    kafka: object(
      {
        version: text,
        metadataVersion: text,
        listeners: list(listener, 1),
        authorization: object({ type: one('simple', 'custom'), superUsers: list(text) }, 'type'),
        config: map({ type: ['string', 'integer', 'boolean'] }),
        metricsConfig: object(
          {
            type: one('jmxPrometheusExporter', 'strimziMetricsReporter'),
            values: object({ allowList: list(text) }),
          },
          'type',
        ),
      },
      'listeners',
    ),
    entityOperator: object({ topicOperator: object({}), userOperator: object({}) }),
    kafkaExporter: object({ topicRegex: text, groupRegex: text }),
  },
  'kafka',
);

export const nodePool = object(
  {
    replicas: { type: 'integer', minimum: 1 },
    roles: list(one('controller', 'broker'), 1),
    storage: object(
      {
        type: one('jbod', 'persistent-claim', 'ephemeral'),
        volumes: list(
          object({
            id: count,
            type: one('persistent-claim', 'ephemeral'),
            size: quantity,
            class: text,
            kraftMetadata: one('shared'),
          }),
        ),
      },
      'type',
    ),
    resources,
  },
  'replicas',
  'roles',
  'storage',
);

const OPERATIONS = ['Read', 'Write', 'Create', 'Delete', 'Alter', 'Describe', 'ClusterAction', 'AlterConfigs'];

const acl = object(
  {
    resource: object(
      { type: one('topic', 'group', 'cluster', 'transactionalId'), name: text, patternType: one('literal', 'prefix') },
      'type',
    ),
    operations: list(one(...OPERATIONS, 'DescribeConfigs', 'IdempotentWrite', 'All'), 1),
    host: text,
    type: one('allow', 'deny'),
  },
  'resource',
  'operations',
);

export const user = object({
  authentication: object({ type: one('tls', 'tls-external', 'scram-sha-512') }, 'type'),
  authorization: object({ type: one('simple'), acls: list(acl) }, 'type', 'acls'),
  quotas: object({ consumerByteRate: count, producerByteRate: count, requestPercentage: count }),
});

export const topic = object({
  partitions: count,
  replicas: count,
  config: map({ type: ['string', 'integer', 'boolean'] }),
});
