// The proto files, loaded: stubs of the services, and the decoders of the details that errors carry.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import * as loader from '@grpc/proto-loader';
import type { MessageTypeDefinition } from '@grpc/proto-loader';
import type { BadRequest__Output } from './generated/google/rpc/BadRequest.js';
import type { QuotaFailure__Output } from './generated/google/rpc/QuotaFailure.js';
import type { RetryInfo__Output } from './generated/google/rpc/RetryInfo.js';
import type { Status__Output } from './generated/google/rpc/Status.js';
import type { ProtoGrpcType as HealthType } from './generated/health.js';
import type { ProtoGrpcType as RunnerType } from './generated/runner.js';

const packages = loader.loadSync(
  ['runner/v1/runner.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto', 'grpc/health/v1/health.proto'],
  {
    includeDirs: [join(dirname(fileURLToPath(import.meta.url)), 'proto')],
    // Must match the options in build.mjs. Sizes are below 2^53: numbers hold them exactly.
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  },
);
const loaded = grpc.loadPackageDefinition(packages) as unknown as RunnerType & HealthType;

export const RunnerStub = loaded.runner.v1.Runner;
export const HealthStub = loaded.grpc.health.v1.Health;

export interface ErrorDetails {
  badRequest?: BadRequest__Output;
  retryInfo?: RetryInfo__Output;
  quotaFailure?: QuotaFailure__Output;
}

const decode = <T>(type: string, bytes: Buffer): T =>
  (packages[type] as MessageTypeDefinition<object, object>).deserialize(bytes) as T;

const detailNames: Record<string, keyof ErrorDetails> = {
  'google.rpc.BadRequest': 'badRequest',
  'google.rpc.RetryInfo': 'retryInfo',
  'google.rpc.QuotaFailure': 'quotaFailure',
};

// What the trailer grpc-status-details-bin says, as far as we know it. A trailer that is not what it should be says nothing.
export function detailsOf(metadata: grpc.Metadata | undefined): ErrorDetails {
  const details: Record<string, unknown> = {};
  try {
    for (const bytes of metadata?.get('grpc-status-details-bin') ?? []) {
      for (const any of decode<Status__Output>('google.rpc.Status', bytes as Buffer).details) {
        const type = (any as { type_url?: string; typeUrl?: string }).type_url ?? (any as { typeUrl?: string }).typeUrl;
        const name = type?.split('/').pop() ?? '';
        const key = detailNames[name];
        if (key) details[key] = decode(name, any.value as Buffer);
      }
    }
  } catch {
    // The status itself is still good.
  }
  return details;
}

export interface Field {
  /** A google.protobuf.Duration. */
  duration: boolean;
  bytes: boolean;
  repeated: boolean;
  /** The full name of the message that it holds; undefined for scalars, enums and maps. */
  type: string | undefined;
}

interface Descriptor {
  field: { name: string; type: string; typeName: string; label: string }[];
}

const known = new Map<string, ReadonlyMap<string, Field>>();

/** The fields of a message of runner.v1, by their names in camelCase. */
export function fieldsOf(message: string): ReadonlyMap<string, Field> {
  let fields = known.get(message);
  if (!fields) {
    const { field } = (packages[message] as MessageTypeDefinition<object, object>).type as Descriptor;
    fields = new Map(
      field.map(({ name, type, typeName, label }) => {
        const full = `runner.v1.${typeName}`;
        return [
          name,
          {
            duration: /(^|\.)google\.protobuf\.Duration$/.test(typeName),
            bytes: type === 'TYPE_BYTES',
            repeated: label === 'LABEL_REPEATED',
            // A map is a message inside of its own message, and so not among those of the package.
            type: type === 'TYPE_MESSAGE' && full in packages ? full : undefined,
          },
        ];
      }),
    );
    known.set(message, fields);
  }
  return fields;
}
