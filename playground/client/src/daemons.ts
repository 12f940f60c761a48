// One or several daemons, and which of them gets the next call.
//
// Each address has a channel of its own, in place of one channel with all addresses: a call that is refused can go to
// another daemon at once, and unix sockets can be in the list. A dns:/// name with several addresses is one channel that
// goes round them itself (gRPC's round_robin).
import * as grpc from '@grpc/grpc-js';
import type { HealthClient } from './generated/grpc/health/v1/Health.js';
import type { RunnerClient as RunnerStubClient } from './generated/runner/v1/Runner.js';
import { HealthStub, RunnerStub } from './protocol.js';

export interface Daemon {
  readonly address: string;
  /** The generated stub: every method of the service as it is in the proto. */
  readonly stub: RunnerStubClient;
  readonly health: HealthClient;
}

const options: grpc.ChannelOptions = {
  // A daemon that comes back is found within two seconds.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2000,
  // A machine that vanishes without a word is noticed, during a run. The daemon allows one ping in 10 s.
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // As runnerctl: what a case came to can be larger than gRPC's 4 MiB, and how large is the submission's doing.
  'grpc.max_receive_message_length': -1,
  // As runnerctl: proxy variables are for the web.
  'grpc.enable_http_proxy': 0,
  // RetryInfo is ours to respect; see docs/api.md.
  'grpc.enable_retries': 0,
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
};

export class Daemons {
  readonly all: readonly Daemon[];
  #next = 0;

  constructor(addresses: readonly string[], credentials: grpc.ChannelCredentials) {
    this.all = addresses.map((address) => {
      const stub = new RunnerStub(address, credentials, options);
      return { address, stub, health: new HealthStub(address, credentials, { ...options, channelOverride: stub.getChannel() }) };
    });
  }

  // The next in turn of those that are not known to be down and that `tried` does not have; if there is none, the next
  // that `tried` does not have; undefined when all have been tried. Asking wakes those that are idle or down.
  pick(tried: ReadonlySet<Daemon>): Daemon | undefined {
    const start = this.#next++;
    const turn = this.all.map((_, i) => this.all[(start + i) % this.all.length] as Daemon).filter((d) => !tried.has(d));
    return turn.find((daemon) => !isDown(daemon)) ?? turn[0];
  }

  close(): void {
    for (const { stub } of this.all) stub.close();
  }
}

const isDown = ({ stub }: Daemon): boolean =>
  stub.getChannel().getConnectivityState(true) === grpc.connectivityState.TRANSIENT_FAILURE;
