import {
  ConfigError,
  flag,
  integer,
  oneOf,
  optionalSecret,
  optionalText,
  optionalUrl,
  text,
  type ConfigSpec,
} from '../config.ts';
import { clamd, type Antivirus } from './antivirus.ts';
import { diskStorage } from './disk.ts';
import { s3Storage } from './s3.ts';
import type { FileStorage } from './storage.ts';

/** Settings of a service that keeps files. */
export interface FileSettings {
  filesStorage: 'disk' | 's3';
  filesDir: string | undefined;
  filesS3Endpoint: string | undefined;
  filesS3Region: string;
  filesS3Bucket: string | undefined;
  filesS3Prefix: string;
  filesS3AccessKey: string | undefined;
  filesS3SecretKey: string | undefined;
  /** Bytes of one file at most. */
  filesMaxBytes: number;
  filesAntivirus: boolean;
  filesClamdHost: string;
  filesClamdPort: number;
}

export const fileSettings: ConfigSpec<FileSettings> = {
  filesStorage: oneOf('FILES_STORAGE', ['disk', 's3'], 'disk'),
  filesDir: optionalText('FILES_DIR'),
  filesS3Endpoint: optionalUrl('FILES_S3_ENDPOINT'),
  filesS3Region: text('FILES_S3_REGION', 'us-east-1'),
  filesS3Bucket: optionalText('FILES_S3_BUCKET'),
  filesS3Prefix: text('FILES_S3_PREFIX', 'files/'),
  filesS3AccessKey: optionalText('FILES_S3_ACCESS_KEY'),
  filesS3SecretKey: optionalSecret('FILES_S3_SECRET_KEY'),
  filesMaxBytes: integer('FILES_MAX_BYTES', 26_214_400, 1),
  filesAntivirus: flag('FILES_ANTIVIRUS', false),
  filesClamdHost: text('FILES_CLAMD_HOST', '127.0.0.1'),
  filesClamdPort: integer('FILES_CLAMD_PORT', 3310, 1),
};

/** The storage that the settings name; throws ConfigError with everything that it lacks. */
export async function fileStorage(settings: FileSettings): Promise<FileStorage> {
  if (settings.filesStorage === 'disk') {
    const { FILES_DIR } = required({ FILES_DIR: settings.filesDir });
    return diskStorage(FILES_DIR);
  }
  const given = required({
    FILES_S3_ENDPOINT: settings.filesS3Endpoint,
    FILES_S3_BUCKET: settings.filesS3Bucket,
    FILES_S3_ACCESS_KEY: settings.filesS3AccessKey,
    'FILES_S3_SECRET_KEY or FILES_S3_SECRET_KEY_FILE': settings.filesS3SecretKey,
  });
  return s3Storage({
    endpoint: given.FILES_S3_ENDPOINT,
    region: settings.filesS3Region,
    bucket: given.FILES_S3_BUCKET,
    prefix: settings.filesS3Prefix,
    accessKey: given.FILES_S3_ACCESS_KEY,
    secretKey: given['FILES_S3_SECRET_KEY or FILES_S3_SECRET_KEY_FILE'],
  });
}

/** The antivirus, null when it is off. */
export const antivirusOf = ({
  filesAntivirus,
  filesClamdHost: host,
  filesClamdPort: port,
}: FileSettings): Antivirus | null => (filesAntivirus ? clamd({ host, port }) : null);

function required<K extends string>(settings: Record<K, string | undefined>): Record<K, string> {
  const missing = (Object.keys(settings) as K[]).filter((name) => !settings[name]);
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${name}: is required by FILES_STORAGE`));
  return settings as Record<K, string>;
}
