import { count, flag, keyOf, list, map, object, one, port, quantity, resources, text } from './shape.ts';

export const keycloak = object({
  instances: count,
  image: text,
  hostname: object({ hostname: text, admin: text, strict: flag, backchannelDynamic: flag }),
  http: object({ httpEnabled: flag, httpPort: port, httpsPort: port, tlsSecret: text }),
  proxy: object({ headers: one('forwarded', 'xforwarded') }),
  ingress: object({ enabled: flag }),
  networkPolicy: object({ enabled: flag }),
  db: object({
    vendor: text,
    host: text,
    port,
    database: text,
    schema: text,
    usernameSecret: keyOf,
    passwordSecret: keyOf,
  }),
  additionalOptions: list(object({ name: text, value: text, secret: keyOf }, 'name')),
  resources,
});

export const postgresql = object(
  {
    instances: { type: 'integer', minimum: 1 },
    imageName: text,
    storage: object({ size: quantity, storageClass: text }),
    bootstrap: object({ initdb: object({ database: text, owner: text, secret: object({ name: text }) }) }),
    affinity: object({ topologyKey: text, podAntiAffinityType: text, enablePodAntiAffinity: flag }),
    resources,
    plugins: list(object({ name: text, enabled: flag, isWALArchiver: flag, parameters: map(text) }, 'name')),
  },
  'instances',
);

export const scheduledBackup = object(
  {
    schedule: { type: 'string', pattern: '^(\\S+ ){5}\\S+$' },
    backupOwnerReference: one('none', 'self', 'cluster'),
    cluster: object({ name: text }, 'name'),
    method: one('barmanObjectStore', 'volumeSnapshot', 'plugin'),
    pluginConfiguration: object({ name: text, parameters: map(text) }, 'name'),
  },
  'schedule',
  'cluster',
);

export const objectStore = object(
  {
    retentionPolicy: { type: 'string', pattern: '^[1-9][0-9]*[dwm]$' },
    configuration: object(
      {
        destinationPath: text,
        endpointURL: text,
        s3Credentials: object({ accessKeyId: keyOf, secretAccessKey: keyOf }),
        wal: object({ compression: text }),
      },
      'destinationPath',
    ),
  },
  'configuration',
);
