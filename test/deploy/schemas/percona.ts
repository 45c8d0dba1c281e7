import { count, flag, keyOf, list, map, object, one, port, resources, text } from './shape.ts';

const mongoUser = object(
  {
    name: text,
    db: text,
    passwordSecretRef: keyOf,
    roles: list(object({ name: text, db: text }, 'name', 'db'), 1),
  },
  'name',
  'roles',
);

const s3 = object(
  { bucket: text, region: text, endpointUrl: text, prefix: text, credentialsSecret: text },
  'bucket',
  'credentialsSecret',
);

const mongoBackup = object(
  {
    enabled: flag,
    image: text,
    storages: map(object({ type: one('s3', 'gcs', 'azure', 'filesystem', 'minio'), s3, main: flag }, 'type')),
    pitr: object({
      enabled: flag,
      oplogSpanMin: { type: 'number' },
      oplogOnly: flag,
      compressionType: text,
      compressionLevel: count,
    }),
    tasks: list(
      object(
        {
          name: text,
          enabled: flag,
          schedule: { type: 'string', pattern: '^(\\S+ ){4}\\S+$' },
          storageName: text,
          type: one('logical', 'physical', 'incremental', 'incremental-base'),
          compressionType: text,
          retention: object({ type: one('count'), count, deleteFromStorage: flag }, 'type', 'deleteFromStorage'),
        },
        'name',
        'enabled',
      ),
    ),
  },
  'enabled',
  'image',
);

const sidecar = object(
  {
    name: text,
    image: text,
    args: list(text),
    ports: list(object({ name: text, containerPort: port }, 'containerPort')),
    env: list(object({ name: text, value: text, valueFrom: object({ secretKeyRef: keyOf }) }, 'name')),
    resources,
  },
  'name',
  'image',
);

const replicaSet = object(
  {
    name: text,
    size: count,
    affinity: object({ antiAffinityTopologyKey: text }),
    podDisruptionBudget: object({ maxUnavailable: count, minAvailable: count }),
    resources,
    volumeSpec: object({
      persistentVolumeClaim: object({ storageClassName: text, accessModes: list(text), resources }, 'resources'),
    }),
    sidecars: list(sidecar),
  },
  'name',
  'size',
  'volumeSpec',
);

export const mongodb = object(
  {
    crVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
    image: text,
    imagePullPolicy: one('Always', 'IfNotPresent', 'Never'),
    updateStrategy: one('SmartUpdate', 'RollingUpdate', 'OnDelete'),
    upgradeOptions: object({ apply: text, schedule: text, setFCV: flag, versionServiceEndpoint: text }),
    unsafeFlags: object({ replsetSize: flag, tls: flag, mongosSize: flag, terminationGracePeriod: flag }),
    secrets: object({ users: text, encryptionKey: text, keyFile: text, ssl: text, sslInternal: text }),
    tls: object({ mode: one('disabled', 'allowTLS', 'preferTLS', 'requireTLS') }),
    replsets: list(replicaSet, 1),
    sharding: object({ enabled: flag }, 'enabled'),
    users: list(mongoUser),
    backup: mongoBackup,
  },
  'image',
  'replsets',
);
