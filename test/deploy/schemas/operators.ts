import { keycloak, objectStore, postgresql, scheduledBackup } from './keycloak.ts';
import { httpRoute, labelled, rule, scaledObject, scraped, triggerAuthentication } from './chart.ts';
import { mongodb } from './percona.ts';
import { kind, list, object, text, type Schema } from './shape.ts';
import { kafka, nodePool, topic, user } from './strimzi.ts';

/**
 * Schemas of the operators' resources, as far as they are used here: a field that stands in none of them is a misspelling, or one to be added after a look
 * at the operator's own definition. Written after the definitions of Strimzi 1.2, Percona Operator for MongoDB 1.22, CloudNativePG 1.30 and its Barman plugin,
 * Keycloak 26.7, KEDA 2.20, Prometheus Operator 0.93 and Gateway API 1.6 (all Apache-2.0).
 * By apiVersion and kind.
 */
export const OPERATOR_SCHEMAS: ReadonlyMap<string, Schema> = new Map([
  kind('kafka.strimzi.io/v1', 'Kafka', kafka),
  kind('kafka.strimzi.io/v1', 'KafkaNodePool', nodePool),
  kind('kafka.strimzi.io/v1', 'KafkaTopic', topic),
  kind('kafka.strimzi.io/v1', 'KafkaUser', user),
  kind('psmdb.percona.com/v1', 'PerconaServerMongoDB', mongodb),
  kind('k8s.keycloak.org/v2beta1', 'Keycloak', keycloak),
  kind('postgresql.cnpg.io/v1', 'Cluster', postgresql),
  kind('postgresql.cnpg.io/v1', 'ScheduledBackup', scheduledBackup),
  kind('barmancloud.cnpg.io/v1', 'ObjectStore', objectStore),
  kind('keda.sh/v1alpha1', 'ScaledObject', scaledObject),
  kind('keda.sh/v1alpha1', 'TriggerAuthentication', triggerAuthentication),
  kind('monitoring.coreos.com/v1', 'ServiceMonitor', object({ selector: labelled, endpoints: list(scraped, 1) })),
  kind('monitoring.coreos.com/v1', 'PodMonitor', object({ selector: labelled, podMetricsEndpoints: list(scraped, 1) })),
  kind(
    'monitoring.coreos.com/v1',
    'PrometheusRule',
    object({ groups: list(object({ name: text, rules: list(rule, 1) }, 'name', 'rules')) }),
  ),
  kind('gateway.networking.k8s.io/v1', 'HTTPRoute', httpRoute),
]);
