import { count, flag, list, map, object, one, port, text } from './shape.ts';

const scalingPolicies = object({
  stabilizationWindowSeconds: count,
  policies: list(object({ type: one('Percent', 'Pods'), value: count, periodSeconds: count })),
});

export const scaledObject = object(
  {
    scaleTargetRef: object({ name: text }, 'name'),
    minReplicaCount: count,
    maxReplicaCount: count,
    fallback: object({ failureThreshold: count, replicas: count }, 'failureThreshold', 'replicas'),
    advanced: object({
      horizontalPodAutoscalerConfig: object({
        behavior: object({ scaleUp: scalingPolicies, scaleDown: scalingPolicies }),
      }),
    }),
    triggers: list(
      object(
        {
          type: one('cpu', 'kafka', 'prometheus'),
          metricType: one('Utilization', 'AverageValue', 'Value'),
          metadata: map(text),
          authenticationRef: object({ name: text }, 'name'),
        },
        'type',
        'metadata',
      ),
      1,
    ),
  },
  'scaleTargetRef',
  'triggers',
);

export const triggerAuthentication = object({
  env: list(object({ parameter: text, name: text, containerName: text }, 'parameter', 'name')),
  secretTargetRef: list(object({ parameter: text, name: text, key: text }, 'parameter', 'name', 'key')),
});

export const labelled = object({ matchLabels: map(text) });
export const scraped = object({ port: text, path: text, interval: text, honorLabels: flag }, 'port');

/** An alarm, or a series that is recorded. */
export const rule = object(
  {
    alert: text,
    record: text,
    expr: { type: ['string', 'integer'] },
    for: text,
    labels: map(text),
    annotations: map(text),
  },
  'expr',
);

export const httpRoute = object({
  parentRefs: list(object({ name: text, namespace: text, sectionName: text, port }, 'name'), 1),
  hostnames: list(text, 1),
  rules: list(
    object({
      matches: list(object({ path: object({ type: one('Exact', 'PathPrefix'), value: text }, 'type', 'value') }), 1),
      backendRefs: list(object({ name: text, port }, 'name', 'port'), 1),
    }),
    1,
  ),
});
