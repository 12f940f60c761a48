<?php

declare(strict_types=1);

/** What the gateway refused: `status` and `error` ({code, message, fields?, retryAfterMs?}) can be passed on as they are. */
final class RunnerGatewayException extends RuntimeException
{
    /** @param array<string, mixed> $error */
    public function __construct(public readonly int $status, public readonly array $error)
    {
        parent::__construct($error['message'] ?? "the gateway answered with status $status");
    }
}

/** The Playground's gateway, for a back end that has its token. Needs nothing but PHP. */
final class RunnerGateway
{
    /**
     * @param string $url   where the gateway listens, such as http://127.0.0.1:8080
     * @param string $token RUNNER_GATEWAY_TOKEN
     */
    public function __construct(private readonly string $url, private readonly string $token)
    {
    }

    /** @return array<string, mixed> images, policies, limits; or {"enabled": false, "message": …} */
    public function info(): array
    {
        return json_decode(stream_get_contents($this->open('GET', '/api/info')), true, flags: JSON_THROW_ON_ERROR);
    }

    /**
     * Starts a run. Throws RunnerGatewayException when it is refused, before anything is read; so a status can be answered.
     *
     * @param array<string, mixed> $request the body of POST /api/runs
     * @param string $user for whom: limits on how many and how often are this user's
     * @return iterable<string> the events as they come, a line of JSON each, with its line end. Leaving the loop cancels the run
     */
    public function run(array $request, string $user): iterable
    {
        return $this->lines($this->open('POST', '/api/runs', $request, $user));
    }

    public function cancel(string $id, string $user): void
    {
        $this->open('DELETE', '/api/runs/' . rawurlencode($id), null, $user);
    }

    /** @param resource $stream */
    private function lines($stream): iterable
    {
        try {
            while (($line = fgets($stream)) !== false) {
                yield $line;
            }
        } finally {
            fclose($stream); // to the gateway, a reader that has gone
        }
    }

    /** @return resource the body of the answer, not read yet */
    private function open(string $method, string $path, ?array $body = null, ?string $user = null)
    {
        $headers = ["Authorization: Bearer {$this->token}"];
        if ($user !== null) {
            $headers[] = 'X-Runner-User: ' . rawurlencode($user);
        }
        $http = [
            'method' => $method,
            'protocol_version' => 1.0, // PHP's decoder of 1.1's chunks waits until it has 8 KiB
            'ignore_errors' => true, // they have a body
            'follow_location' => 0,
            'timeout' => 120, // without a byte: longer than the queue and the longest program
        ];
        if ($body !== null) {
            $headers[] = 'Content-Type: application/json';
            $http['content'] = json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
        }
        $headers[] = 'Connection: close';
        $stream = @fopen($this->url . $path, 'r', false, stream_context_create(['http' => $http + ['header' => $headers]]));
        if ($stream === false) {
            throw new RunnerGatewayException(503, ['code' => 'UNAVAILABLE', 'message' => 'The gateway does not answer.']);
        }
        $status = (int) explode(' ', stream_get_meta_data($stream)['wrapper_data'][0])[1];
        if ($status >= 400) {
            $answer = json_decode((string) stream_get_contents($stream), true);
            throw new RunnerGatewayException($status, $answer['error'] ?? ['code' => 'INTERNAL']);
        }
        return $stream;
    }
}
