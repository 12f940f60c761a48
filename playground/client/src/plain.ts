// Between messages as @grpc/proto-loader has them and the plain objects of this package: the same names in camelCase,
// google.protobuf.Duration as a number of milliseconds, whose name ends in "Ms", and strings for bytes (as UTF-8) where
// one is given. By the proto's own descriptors and not by a list, so that whatever the proto says is reachable here.
import type { Duration, Duration__Output } from './generated/google/protobuf/Duration.js';
import { fieldsOf } from './protocol.js';

type IsDuration<V> = NonNullable<V> extends { seconds: unknown; nanos: unknown } ? true : false;

/** A message that came. What may be absent is `undefined`. */
export type Plain<T> = T extends Uint8Array
  ? T
  : T extends readonly (infer E)[]
    ? Plain<E>[]
    : T extends object
      ? {
          // `_name` is how proto-loader notes that an optional field is there; the field itself says that, too.
          [K in keyof T & string as K extends `_${string}` ? never : IsDuration<T[K]> extends true ? `${K}Ms` : K]:
            | (IsDuration<T[K]> extends true ? number : Plain<NonNullable<T[K]>>)
            | (null extends T[K] ? undefined : never);
        }
      : T;

/** The same with fields that the server always sends. */
export type Sure<T, K extends keyof T> = Omit<T, K> & { [F in K]-?: NonNullable<T[F]> };

/** What is given for a message: anything may be omitted, and is then the server's default. */
export type PlainInput<T> = T extends Uint8Array
  ? Uint8Array | string
  : T extends readonly (infer E)[]
    ? readonly PlainInput<E>[]
    : T extends object
      ? {
          readonly [K in keyof T & string as K extends `_${string}`
            ? never
            : IsDuration<T[K]> extends true
              ? `${K}Ms`
              : K]?: IsDuration<T[K]> extends true ? number : PlainInput<NonNullable<T[K]>>;
        }
      : T;

export const toMs = (duration: Duration__Output | null | undefined): number =>
  duration ? Number(duration.seconds) * 1000 + duration.nanos / 1e6 : 0;

function fromMs(ms: number, name: string): Duration {
  const nanos = Math.round(ms * 1e6);
  if (typeof ms !== 'number' || !Number.isFinite(nanos)) throw new TypeError(`${name}: ${ms} is not a number of milliseconds`);
  return { seconds: Math.trunc(nanos / 1e9), nanos: nanos % 1e9 };
}

/** A message of the type `name`, such as "runner.v1.RunResult". */
export function toPlain<T extends object>(name: string, message: T): Plain<T> {
  const plain: Record<string, unknown> = {};
  for (const [key, { duration, type, repeated }] of fieldsOf(name)) {
    const value = (message as Record<string, unknown>)[key];
    if (value === undefined || value === null) continue;
    if (duration) plain[`${key}Ms`] = toMs(value as Duration__Output);
    else if (!type) plain[key] = value;
    else if (repeated) plain[key] = (value as object[]).map((item) => toPlain(type, item));
    else plain[key] = toPlain(type, value);
  }
  return plain as Plain<T>;
}

/** The other way. Throws TypeError for a name that the message does not have: it would be ignored without a word. */
export function fromPlain(name: string, plain: object): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  const fields = fieldsOf(name);
  for (const [key, value] of Object.entries(plain)) {
    if (value === undefined) continue;
    const field = fields.get(key);
    const ofDuration = field ? undefined : fields.get(key.replace(/Ms$/, ''));
    if (ofDuration?.duration) message[key.slice(0, -2)] = fromMs(value, key);
    else if (!field || field.duration) throw new TypeError(`${name} has no field '${key}'`);
    else if (!field.type) message[key] = field.bytes && typeof value === 'string' ? Buffer.from(value) : value;
    else if (field.repeated) message[key] = (value as object[]).map((item) => fromPlain(field.type as string, item));
    else message[key] = fromPlain(field.type, value);
  }
  return message;
}
