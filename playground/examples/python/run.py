#!/usr/bin/python3
"""Runs a file in a sandbox of runnerd, as `node FILE` would here: a client in Python, on grpcio.

    apt install python3-grpcio python3-protobuf protobuf-compiler protobuf-compiler-grpc
    playground/examples/python/generate build/python
    PYTHONPATH=build/python playground/examples/python/run.py tests/lessons/hello.mjs

The exit code is the program's; 124 for a time limit, 70 for another end from outside, 64 for a wrong request, 69 when the
service is busy or not there. `run` is the part to take along.
"""

import argparse
import os
import random
import sys
import time

import grpc
from google.protobuf import duration_pb2
from google.rpc import error_details_pb2, status_pb2
from runner.v1 import run_pb2, runner_pb2_grpc

OVERHEAD_S = 60  # beyond the wall time of the program: the queue, and making the sandbox


def run(stub, request, on_output, patience_s=10):
    """Runs `request`, gives each piece of output to `on_output(stream, bytes)` as it comes, and returns the RunResult.

    Tries again while the service is busy, for `patience_s` seconds. Raises grpc.RpcError for what the service refuses; see `details`.
    """
    deadline = time.monotonic() + patience_s
    while True:
        heard = False
        try:
            timeout = request.limits.wall_time.ToSeconds() + OVERHEAD_S
            for event in stub.Run(request, timeout=timeout):
                heard = True
                kind = event.WhichOneof("event")
                if kind in ("stdout", "stderr"):
                    on_output(kind, getattr(event, kind))
                elif kind == "result":
                    return event.result
        except grpc.RpcError as error:
            # After the first event somebody has seen output: to run it again is not ours to decide.
            delay = retry_delay(error)
            if heard or delay is None or time.monotonic() + delay > deadline:
                raise
            time.sleep(delay * random.uniform(1, 1.5))  # not all at the same moment


def details(error):
    """The google.rpc details of an error, by name: BadRequest, RetryInfo, QuotaFailure."""
    found = {}
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for any_message in status_pb2.Status.FromString(value).details:
                name = any_message.type_url.rpartition(".")[2]
                message = getattr(error_details_pb2, name, None)
                if message is not None:
                    found[name] = message.FromString(any_message.value)
    return found


def retry_delay(error):
    """Seconds to wait before another try; None: there is no point in one."""
    retry_info = details(error).get("RetryInfo")
    if retry_info is not None:
        return retry_info.retry_delay.ToTimedelta().total_seconds()
    return 0.2 if error.code() == grpc.StatusCode.UNAVAILABLE else None


def exit_code(result):
    if result.verdict == run_pb2.EXITED:
        return result.exit_code
    if result.verdict == run_pb2.SIGNALED:
        return 128 + result.signal
    return 124 if result.verdict in (run_pb2.WALL_TIME_LIMIT, run_pb2.CPU_TIME_LIMIT) else 70


def main():
    parser = argparse.ArgumentParser(description="Run a file in a sandbox.")
    parser.add_argument("file")
    parser.add_argument("args", nargs="*")
    parser.add_argument("--wall-time", type=float, default=10, help="seconds")
    parser.add_argument("--patience", type=float, default=10, help="seconds, with a service that is busy")
    parser.add_argument("--address", default=os.environ.get("RUNNER_ADDRESS", "unix:/run/runner/runner.sock"))
    options = parser.parse_args()

    with open(options.file, "rb") as file:
        content = file.read()
    wall_time = duration_pb2.Duration()
    wall_time.FromNanoseconds(round(options.wall_time * 1e9))
    request = run_pb2.RunRequest(
        files=[run_pb2.File(path=os.path.basename(options.file), content=content)],
        args=options.args,
        limits=run_pb2.Limits(wall_time=wall_time),
        tenant="python-example",
    )

    def show(stream, data):
        target = getattr(sys, stream).buffer
        target.write(data)
        target.flush()

    # Proxy variables are for the web.
    with grpc.insecure_channel(options.address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            result = run(runner_pb2_grpc.RunnerStub(channel), request, show, options.patience)
        except grpc.RpcError as error:
            print(f"{error.code().name}: {error.details()}", file=sys.stderr)
            for violation in getattr(details(error).get("BadRequest"), "field_violations", ()):
                print(f"  {violation.field}: {violation.description}", file=sys.stderr)
            sys.exit(64 if error.code() == grpc.StatusCode.INVALID_ARGUMENT else 69)
    if result.verdict != run_pb2.EXITED:
        print(f"{run_pb2.Verdict.Name(result.verdict)}: {result.message}", file=sys.stderr)
    sys.exit(exit_code(result))


if __name__ == "__main__":
    main()
