// The client: daemons, and what can be asked of them.
import * as grpc from '@grpc/grpc-js';
import { Daemons } from './daemons.js';
import type { Daemon } from './daemons.js';
import { defaultAddresses, parseAddresses, requireEnabled } from './environment.js';
import type { Environment } from './environment.js';
import { toRunnerError } from './errors.js';
import type { HealthCheckResponse__Output } from './generated/grpc/health/v1/HealthCheckResponse.js';
import type { ServerInfo__Output } from './generated/runner/v1/ServerInfo.js';
import { grade } from './grade.js';
import type { GradeEvent, GradeOptions, GradeRequest } from './grade.js';
import { toPlain } from './plain.js';
import { withRetries } from './retry.js';
import type { RetryOptions } from './retry.js';
import { Run } from './run.js';
import type { Program, RunOptions, ServerInfo } from './types.js';

export interface ClientOptions {
  /** One address, several separated by commas, or a list. Default: RUNNER_ADDRESS, or where a daemon listens by default. */
  address?: string | readonly string[];
  /** The daemon knows no encryption. Credentials are for a proxy in front of it. Default: insecure. */
  credentials?: grpc.ChannelCredentials;
  /** For every run and call that has no options of its own. */
  retry?: RetryOptions;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Default: 10 s. */
  timeoutMs?: number;
  retry?: RetryOptions;
}

export type ServingStatus = HealthCheckResponse__Output['status'];

/**
 * Runs programs on one daemon or several. With several, calls go round those that are up; one that refuses or is down is
 * skipped for another. One client for a whole process is right: connections are made when needed, kept, and remade.
 */
export class RunnerClient {
  readonly #daemons: Daemons;
  readonly #retry: RetryOptions;

  constructor(options: ClientOptions = {}) {
    const { address } = options;
    const addresses = address === undefined ? defaultAddresses() : parseAddresses([address].flat().join(','));
    this.#daemons = new Daemons(addresses, options.credentials ?? grpc.credentials.createInsecure());
    this.#retry = options.retry ?? {};
  }

  /** For a site: throws RunnerDisabledError unless LEARNING_RUNNER_ENABLED is "true"; takes RUNNER_ADDRESS. */
  static fromEnvironment(options: ClientOptions = {}, env: Environment = process.env): RunnerClient {
    requireEnabled(env);
    return new RunnerClient({ address: defaultAddresses(env), ...options });
  }

  /** The daemons with their generated stubs, for whatever this class has no method for. */
  get daemons(): readonly Daemon[] {
    return this.#daemons.all;
  }

  /** Starts a run. Never throws for reasons of the service: those come when the run is read. */
  run(program: Program, options: RunOptions = {}): Run {
    return new Run(this.#daemons, program, { ...options, retry: { ...this.#retry, ...options.retry } });
  }

  /**
   * Grades a submission: what each case comes to, as it ends, and last the total. Leaving the loop early, or aborting the
   * signal, ends the cases that are going on. Errors of the service are thrown; a submission's failure is an outcome.
   */
  grade(request: GradeRequest, options: GradeOptions = {}): AsyncGenerator<GradeEvent, void, undefined> {
    return grade(this.#daemons, request, { ...options, retry: { ...this.#retry, ...options.retry } });
  }

  /** What a daemon offers: images, policies with limits, the layers in force, how busy it is. Of the next in turn. */
  async serverInfo(options: CallOptions = {}): Promise<ServerInfo> {
    const { message } = await this.#unary<ServerInfo__Output>(options, ({ stub }, deadline, done) =>
      stub.getServerInfo({}, deadline, done),
    );
    return toPlain('runner.v1.ServerInfo', message);
  }

  /** The health check of each daemon; one that cannot be reached is "UNREACHABLE". */
  async health(options: CallOptions = {}): Promise<{ address: string; status: ServingStatus | 'UNREACHABLE' }[]> {
    return Promise.all(
      this.#daemons.all.map(async (daemon) => {
        const only = { pick: (tried: ReadonlySet<Daemon>) => (tried.has(daemon) ? undefined : daemon) } as Daemons;
        const { message } = await this.#unary<HealthCheckResponse__Output>(
          { ...options, retry: { maxRounds: 1 } },
          ({ health }, deadline, done) => health.check({ service: 'runner.v1.Runner' }, deadline, done),
          only,
        ).catch(() => ({ message: undefined }));
        return { address: daemon.address, status: message?.status ?? ('UNREACHABLE' as const) };
      }),
    );
  }

  /** Ends connections, each once the calls on it have ended. */
  close(): void {
    this.#daemons.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #unary<T>(
    { signal, timeoutMs = 10_000, retry }: CallOptions,
    start: (daemon: Daemon, options: grpc.CallOptions, done: grpc.requestCallback<T>) => grpc.ClientUnaryCall,
    daemons: Daemons = this.#daemons,
  ): Promise<{ message: T }> {
    const attempt = (daemon: Daemon): Promise<{ message: T }> =>
      new Promise((resolve, reject) => {
        const call = start(daemon, { deadline: Date.now() + timeoutMs }, (error, message) => {
          signal?.removeEventListener('abort', abort);
          if (message !== undefined && !error) resolve({ message });
          else reject(signal?.aborted ? signal.reason : toRunnerError(error));
        });
        const abort = (): void => call.cancel();
        signal?.addEventListener('abort', abort, { once: true });
      });
    return withRetries(daemons, attempt, { ...this.#retry, ...retry }, signal);
  }
}
