// What a hostile page, a hostile client or a hostile program sends.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { startDaemon } from '../../../testing/daemon.mjs';
import { Caller, linesOf, startGateway, textOf } from '../../../testing/gateway.mjs';

const token = 'a-token-of-sufficient-length';
let daemon;
let gateway;
before(async () => {
  daemon = await startDaemon();
  const env = { RUNNER_GATEWAY_TOKEN: token, RUNNER_GATEWAY_BODY_BYTES: '100000' };
  gateway = await startGateway({ address: daemon.address, env });
});
after(async () => {
  assert.equal(await gateway.stop(), 0);
  await daemon.stop();
});

const refusal = async (response) => [response.status, (await response.json()).error.code];
const files = [{ path: 'main.mjs', content: 'console.log("ran")' }];

// fetch() puts paths in order, and has its own idea of some headers; this sends them as they are.
function raw(path, { url = gateway.url, method = 'GET', headers = {}, body: sent } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    call.on('error', reject).end(sent);
  });
}

test('a body that is no JSON, too large, or of another type starts nothing', async () => {
  const caller = new Caller(gateway.url);
  for (const body of ['', '{', '[1', 'null', '"text"', '7', '[]', '{"files":[]}']) {
    assert.deepEqual(await refusal(await caller.post('/api/runs', body)), [400, 'INVALID_ARGUMENT'], body);
  }
  const large = JSON.stringify({ files: [{ path: 'a.js', content: 'x'.repeat(200_000) }] });
  assert.deepEqual(await refusal(await caller.post('/api/runs', large)), [413, 'PAYLOAD_TOO_LARGE']);
  const chunks = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(large));
      controller.close();
    },
  });
  const streamed = await caller.fetch('/api/runs', {
    method: 'POST', body: chunks, duplex: 'half', headers: { 'content-type': 'application/json' },
  }).then(refusal, () => 'the connection was closed');
  assert.ok(streamed === 'the connection was closed' || streamed[0] === 413, 'nor one whose length is not told before');
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/html', 'application/xml']) {
    const response = await caller.post('/api/runs', JSON.stringify({ files }), { headers: { 'content-type': type } });
    assert.deepEqual(await refusal(response), [415, 'UNSUPPORTED_MEDIA_TYPE'], type);
  }
});

test('every field is checked, and the one that is wrong is named', async () => {
  const caller = new Caller(gateway.url);
  for (const [body, field] of [
    [{ files: [{ path: 'a.js' }] }, 'files[0]'],
    [{ files: [{ path: 'a.js', content: '', base64: '' }] }, 'files[0]'],
    [{ files: [{ path: 'a.js', base64: 'no base64!' }] }, 'files[0].base64'],
    [{ files: [{ path: 5, content: '' }] }, 'files[0].path'],
    [{ files, entry: ['x'] }, 'entry'],
    [{ files, args: ['x', 5] }, 'args[1]'],
    [{ files, env: { A: 1 } }, 'env.A'],
    [{ files, limits: { wallTimeMs: '5' } }, 'limits.wallTimeMs'],
    [{ files, limits: { wallTimeMs: 1.5 } }, 'limits.wallTimeMs'],
    [{ files, limits: { wallTimeMs: -1 } }, 'limits.wallTimeMs'],
    [{ files, limits: { threads: 5 } }, 'limits.threads'],
    [{ files, interactive: 'yes' }, 'interactive'],
    [{ files, tenant: 'somebody-else' }, 'tenant'],
    [{ files, runId: 'x' }, 'runId'],
  ]) {
    const response = await caller.post('/api/runs', body);
    const text = await response.text();
    assert.equal(response.status, 400, text);
    const { error } = JSON.parse(text);
    assert.ok(error.fields.some((wrong) => wrong.field.startsWith(field)), `${field}: ${text}`);
  }
  const polluted = await caller.post('/api/runs', '{"files":[{"path":"a.js","content":""}],"__proto__":{"policy":"cluster"}}');
  assert.equal(polluted.status, 400);
  const deep = await caller.post('/api/runs', `{"files":${'['.repeat(40_000)}${']'.repeat(40_000)}}`);
  assert.equal(deep.status, 400);
});

test('a page of another site cannot start, feed or cancel a run', async () => {
  const caller = new Caller(gateway.url);
  await caller.get('/api/info');
  const { host, origin } = new URL(gateway.url);
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin }, // a lie about one does not help the other
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://${host}.evil.example` },
    { origin: 'garbage' },
  ]) {
    for (const response of [
      await caller.post('/api/runs', { files }, { headers }),
      await caller.post('/api/runs/123456789012345678901234567890123456/stdin', { text: 'x' }, { headers }),
      await caller.delete('/api/runs/123456789012345678901234567890123456', { headers }),
    ]) {
      assert.deepEqual(await refusal(response), [403, 'CROSS_SITE'], JSON.stringify(headers));
      assert.equal(response.headers.get('access-control-allow-origin'), null);
    }
  }
  for (const headers of [{ 'sec-fetch-site': 'same-origin', origin }, { origin }]) {
    assert.equal(textOf(await Array.fromAsync(linesOf(await caller.post('/api/runs', { files }, { headers })))), 'ran\n');
  }
  const preflight = await caller.fetch('/api/runs', {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  });
  assert.equal(preflight.headers.get('access-control-allow-origin'), null);
});

test('behind a trusted proxy the site is the one that the proxy was asked for, and behind nobody else', async () => {
  const statusesOf = async (env) => {
    const behind = await startGateway({ address: daemon.address, env });
    const statuses = [];
    for (const origin of ['http://school.example', 'http://evil.example', `http://${new URL(behind.url).host}`]) {
      const headers = { origin, 'x-forwarded-host': 'school.example', 'content-type': 'application/json' };
      const response = await raw('/api/runs', { url: behind.url, method: 'POST', headers, body: JSON.stringify({ files }) });
      statuses.push(response.status);
    }
    await behind.stop();
    return statuses;
  };
  assert.deepEqual(await statusesOf({ RUNNER_GATEWAY_TRUSTED_PROXIES: '127.0.0.1' }), [200, 403, 403]);
  assert.deepEqual(await statusesOf({ RUNNER_GATEWAY_TRUSTED_PROXIES: '192.0.2.1' }), [403, 403, 200]);
  assert.deepEqual(await statusesOf({}), [403, 403, 200]);
});

test('a large file of nothing does not become gigabytes of JSON', async (t) => {
  const usual = await startGateway({ address: daemon.address });
  t.after(() => usual.stop());
  const collectOf = async (mebibytes, policy) => {
    const source = `import fs from 'node:fs'; fs.writeFileSync('zeros', ''); fs.truncateSync('zeros', ${mebibytes} << 20);
      fs.writeFileSync('small', 'kept')`;
    return new Caller(usual.url).runAll(source, { collect: ['zeros', 'small'], policy });
  };
  const pathsOf = (lines) => lines.filter(({ event }) => event === 'file').map(({ path }) => path);
  await collectOf(0, 'grader');
  const before = await usual.residentBytes();
  const lines = await collectOf(60, 'grader');
  const grown = (await usual.residentBytes()) - before;
  assert.ok(grown < 100 << 20, `the gateway grew by ${grown} bytes`);
  assert.deepEqual(pathsOf(lines), ['small']);
  assert.match(lines.at(-1).collected.refused[0].reason, /has 60 MiB; all files together may have 8 MiB/);
  assert.deepEqual(pathsOf(await collectOf(1, 'grader')).sort(), ['small', 'zeros']);
  assert.deepEqual(pathsOf(await collectOf(9, undefined)), ['small'], 'of the default policy');

  // Where the policy's workspace is smaller than that anyway, it stays.
  const large = await startGateway({ address: daemon.address, env: { RUNNER_GATEWAY_BODY_BYTES: String(48 << 20) } });
  t.after(() => large.stop());
  const source = `import fs from 'node:fs'; fs.writeFileSync('zeros', ''); fs.truncateSync('zeros', 20 << 20)`;
  const refused = (await new Caller(large.url).runAll(source, { collect: ['zeros'] })).at(-1).collected.refused;
  assert.match(refused[0].reason, /may have 16 MiB/);
});

test('no path leads out of the page', async () => {
  const paths = [
    '/../server/main.mjs', '/..%2fserver/main.mjs', '/%2e%2e/server/main.mjs', '/%2e%2e%2fserver%2fmain.mjs', '/..\\server\\main.mjs',
    '/..%5cserver%5cmain.mjs', '//etc/passwd', '/%2fetc/passwd', '/../../../../../../../etc/passwd', '/page.js/../../server/main.mjs',
    '/page.js%00.html', '/%', '/%zz', '/.%2e/package.json', '/fonts/', '/fonts', '/.env', '/./../package.json', 'http://evil.example/',
  ];
  for (const path of paths) {
    const { status, body } = await raw(path);
    assert.ok(status >= 400 && status < 500 || (path === 'http://evil.example/' && status === 200), `${path}: ${status}`);
    assert.doesNotMatch(body, /root:x:0|startsthe gateway|"dependencies"|RunnerClient/, path);
  }
});

test('ids are checked before they are used anywhere', async () => {
  for (const id of ['%0d%0aSet-Cookie:%20a=b', '..%2f..%2fapi', '%00', 'x'.repeat(5000), '<script>', '__proto__', 'constructor']) {
    const { status, headers, body } = await raw(`/api/runs/${id}`, { method: 'DELETE' });
    assert.ok(status >= 400 && status < 500, `${id}: ${status}`);
    assert.doesNotMatch(JSON.stringify(headers), /a=b/);
    assert.doesNotMatch(body, /<script>/);
  }
});

test('a request that is no HTTP, or whose headers do not end, gets 400 and hurts nobody', async () => {
  const { hostname, port } = new URL(gateway.url);
  const say = (text) =>
    new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write(text));
      let answer = '';
      socket.on('data', (bytes) => (answer += bytes)).on('close', () => resolve(answer)).on('error', () => {});
    });
  assert.match(await say('nonsense\r\n\r\n'), /^HTTP\/1\.1 400/);
  assert.match(await say(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`), /^HTTP\/1\.1 431/);
  assert.match(
    await say('POST /api/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    /^HTTP\/1\.1 400/,
    'two lengths are none',
  );
  assert.equal((await fetch(`${gateway.url}/healthz`)).status, 200);
});

test('every answer carries the headers that keep a browser from doing more than it should', async () => {
  const caller = new Caller(gateway.url);
  const answers = {
    page: await caller.get('/'),
    script: await caller.get('/page.js'),
    info: await caller.get('/api/info'),
    stream: await caller.run(''),
    refused: await caller.post('/api/runs', '{'),
    missing: await caller.get('/nowhere'),
    forbidden: await caller.post('/api/runs', '{}', { headers: { 'sec-fetch-site': 'cross-site' } }),
  };
  for (const [name, { headers }] of Object.entries(answers)) {
    const policy = headers.get('content-security-policy');
    assert.ok(policy, name);
    for (const directive of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'",
      "require-trusted-types-for 'script'", "trusted-types 'none'"]) {
      assert.ok(policy.split(';').includes(directive), `${name}: ${directive}`);
    }
    assert.doesNotMatch(policy, /unsafe|https?:|\*/, name);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', name);
    assert.equal(headers.get('x-frame-options'), 'DENY', name);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', name);
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', name);
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', name);
    assert.equal(headers.get('x-powered-by'), null, name);
    // Or a shared cache would hand one visitor's cookie to the next.
    assert.match(headers.get('cache-control'), /^(private, no-cache|no-store)$/, name);
  }
  await answers.stream.body.cancel();
});

test('the session is a cookie that no script reads and no other site sends, and a forged one is nobody', async () => {
  const first = await fetch(`${gateway.url}/api/info`);
  const cookie = first.headers.get('set-cookie');
  assert.match(cookie, /^runner_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/);
  const value = cookie.split(';')[0];
  const again = await fetch(`${gateway.url}/api/info`, { headers: { cookie: value } });
  assert.equal(again.headers.get('set-cookie'), null, 'a good one stays');

  const caller = new Caller(gateway.url);
  caller.cookie = value;
  const lines = linesOf(await caller.run('setInterval(() => {}, 1000)'));
  const { id } = (await lines.next()).value;
  const session = decodeURIComponent(value.slice('runner_session='.length)).split('.')[0];
  for (const forged of [session, `${session}.`, `${session}.AAAA`, `${session}x.${value.split('.')[1]}`]) {
    const forger = new Caller(gateway.url);
    forger.cookie = `runner_session=${encodeURIComponent(forged)}`;
    assert.equal((await forger.delete(`/api/runs/${id}`)).status, 404, forged);
  }
  assert.equal((await caller.delete(`/api/runs/${id}`)).status, 204);
  await Array.fromAsync(lines);
});

test('a back end with the token needs no cookie; one with another token is refused', async () => {
  const backend = new Caller(gateway.url, { authorization: `Bearer ${token}` });
  const response = await backend.post('/api/runs', { files }, { headers: { 'sec-fetch-site': 'cross-site' } });
  assert.equal(response.headers.get('set-cookie'), null);
  assert.equal(textOf(await Array.fromAsync(linesOf(response))), 'ran\n');
  for (const wrong of ['Bearer x', `Bearer ${token}x`, `Basic ${token}`, 'Bearer ', token]) {
    const refused = await new Caller(gateway.url, { authorization: wrong }).post('/api/runs', { files });
    assert.deepEqual(await refusal(refused), [401, 'UNAUTHENTICATED'], wrong);
  }
  const lines = linesOf(await backend.run('setInterval(() => {}, 1000)', {}, { headers: { 'x-runner-user': 'ada' } }));
  const { id } = (await lines.next()).value;
  assert.equal((await backend.delete(`/api/runs/${id}`, { headers: { 'x-runner-user': 'bob' } })).status, 404, 'of another user');
  assert.equal((await backend.delete(`/api/runs/${id}`, { headers: { 'x-runner-user': 'ada' } })).status, 204);
  await Array.fromAsync(lines);
});

test('what a program prints is data in JSON, whatever it looks like', async () => {
  const hostile = '</script><img src=x onerror=alert(1)>\\u001b[2J\\r\\n{"event":"result"}\\n\\u2028\\u0000';
  const response = await new Caller(gateway.url).run(`process.stdout.write("${hostile.replaceAll('"', '\\"')}")`);
  assert.match(response.headers.get('content-type'), /^application\/x-ndjson/);
  const lines = await Array.fromAsync(linesOf(response));
  assert.deepEqual(lines.map(({ event }) => event), ['run', 'started', 'stdout', 'result'], 'a line of its own it does not get');
  assert.equal(textOf(lines), JSON.parse(`"${hostile.replaceAll('"', '\\"')}"`));
});

test('neither code nor output is in the log', async () => {
  const caller = new Caller(gateway.url);
  await caller.runAll('console.log("secret-" + "of-output"); /* secret-of-code */', { args: ['secret-arg'], env: { A: 'secret-env' } });
  await caller.run('', { env: { LD_PRELOAD: 'secret-refused' } });
  await caller.post('/api/runs', '{"secret-json');
  await caller.get('/nowhere?secret-query');
  assert.match(gateway.log, /"verdict":"EXITED"/);
  assert.doesNotMatch(gateway.log, /secret-|a-token-of/);
  for (const line of gateway.log.trimEnd().split('\n')) JSON.parse(line);
});
