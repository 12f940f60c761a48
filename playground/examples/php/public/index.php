<?php

// The smallest application around the controller, with Laravel's own router: what routes/web.php and a service provider do.
// php -S 127.0.0.1:8000 playground/examples/php/public/index.php

declare(strict_types=1);

error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');

foreach (['Events', 'Http', 'Routing'] as $package) { // Debian's php-illuminate-*; with Composer: vendor/autoload.php
    require_once "Illuminate/$package/autoload.php";
}
require_once __DIR__ . '/../RunnerGateway.php';
require_once __DIR__ . '/../RunController.php';

use Illuminate\Container\Container;
use Illuminate\Events\Dispatcher;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Routing\Router;

$request = Request::capture();
$container = new Container();
$container->instance(Request::class, $request);
$container->singleton(RunnerGateway::class, static fn () => new RunnerGateway(
    getenv('RUNNER_GATEWAY') ?: 'http://127.0.0.1:8080',
    (string) getenv('RUNNER_GATEWAY_TOKEN'),
));

$router = new Router(new Dispatcher($container), $container);
$router->post('/run', [RunController::class, 'run']);
$router->get('/info', static fn () => new JsonResponse($container->make(RunnerGateway::class)->info()));

$router->dispatch($request)->send();
