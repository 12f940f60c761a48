<?php

declare(strict_types=1);

use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * A Laravel controller: the site's own address for runs, with the site's own users.
 *
 * In a Laravel application RunnerGateway is bound in a service provider from config('services.runner'), the route is
 * behind the middleware `auth` and `web` (which has the CSRF check), and `user` is $request->user()->getAuthIdentifier().
 */
final class RunController
{
    public function __construct(private readonly RunnerGateway $runner)
    {
    }

    /** POST /run {"code": "…"}: the program's output as it comes, as lines of JSON. */
    public function run(Request $request): StreamedResponse|JsonResponse
    {
        $code = $request->json('code');
        if (!is_string($code) || strlen($code) > 100_000) {
            return new JsonResponse(['error' => ['code' => 'INVALID_ARGUMENT', 'message' => 'code: text of at most 100000 bytes']], 400);
        }
        // What a browser sends is never passed on as it is: which files, policy and limits there are is the site's to say.
        $program = [
            'files' => [['path' => 'main.mjs', 'content' => $code]],
            'policy' => 'lesson',
            'limits' => ['wallTimeMs' => 5000],
        ];
        try {
            $lines = $this->runner->run($program, $this->user($request));
        } catch (RunnerGatewayException $refused) {
            return new JsonResponse(['error' => $refused->error], $refused->status);
        }
        return new StreamedResponse(static function () use ($lines): void {
            while (ob_get_level() > 0) {
                ob_end_flush();
            }
            foreach ($lines as $line) {
                echo $line;
                flush(); // here PHP notices that the browser has gone: it ends the script, which ends the run
            }
        }, 200, [
            'Content-Type' => 'application/x-ndjson; charset=utf-8',
            'Cache-Control' => 'no-store',
            'X-Accel-Buffering' => 'no', // for nginx
            'X-Content-Type-Options' => 'nosniff',
        ]);
    }

    private function user(Request $request): string
    {
        return $request->cookies->get('site_user') ?? $request->ip();
    }
}
