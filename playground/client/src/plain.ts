// Between messages as @grpc/proto-loader has them and the plain objects of this package: the same names in camelCase, and
// google.protobuf.Duration as a number of milliseconds, whose name ends in "Ms". By rule and not by list, so that whatever
// the proto says is reachable here without anybody having to think of it.
import type { Duration, Duration__Output } from './generated/google/protobuf/Duration.js';

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

const isDuration = (value: object): value is Duration__Output => {
  const keys = Object.keys(value);
  return keys.length === 2 && 'seconds' in value && 'nanos' in value;
};

export const toMs = (duration: Duration__Output | null | undefined): number =>
  duration ? Number(duration.seconds) * 1000 + duration.nanos / 1e6 : 0;

export function fromMs(ms: number): Duration {
  const nanos = Math.round(ms * 1e6);
  if (!Number.isFinite(nanos)) throw new TypeError(`${ms} is not a number of milliseconds`);
  return { seconds: Math.trunc(nanos / 1e9), nanos: nanos % 1e9 };
}

export function toPlain<T>(message: T): Plain<T> {
  if (Array.isArray(message)) return message.map((item) => toPlain(item)) as Plain<T>;
  if (message === null || typeof message !== 'object' || message instanceof Uint8Array) return message as Plain<T>;
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    if (name.startsWith('_') || value === null) continue;
    if (typeof value === 'object' && isDuration(value)) plain[`${name}Ms`] = toMs(value);
    else plain[name] = toPlain(value);
  }
  return plain as Plain<T>;
}

// The other way: what is `undefined` is omitted. Maps (`env`, `labels`) are given by name and stay as they are.
export function fromPlain(plain: object, maps: readonly string[] = []): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(plain)) {
    if (value === undefined || value === null) continue;
    if (name.endsWith('Ms') && typeof value === 'number') message[name.slice(0, -2)] = fromMs(value);
    else if (Array.isArray(value)) {
      message[name] = value.map((item) => (isMessage(item) ? fromPlain(item, maps) : item));
    } else message[name] = isMessage(value) && !maps.includes(name) ? fromPlain(value, maps) : value;
  }
  return message;
}

const isMessage = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
