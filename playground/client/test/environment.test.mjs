// What the environment says, and what of it is no address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunnerClient, RunnerDisabledError, defaultAddresses, isEnabled, parseAddresses } from '../dist/index.js';

test('running code is enabled by exactly "true"', () => {
  assert.equal(isEnabled({ LEARNING_RUNNER_ENABLED: 'true' }), true);
  for (const value of [undefined, '', 'false', 'True', 'TRUE', '1', 'yes', ' true', 'true ']) {
    assert.equal(isEnabled({ LEARNING_RUNNER_ENABLED: value }), false, JSON.stringify(value));
  }
});

test('where it is not, a client for a site is an error that a site can show', () => {
  assert.throws(
    () => RunnerClient.fromEnvironment({}, { RUNNER_ADDRESS: 'unix:/a' }),
    (error) => {
      assert.ok(error instanceof RunnerDisabledError);
      assert.equal(error.code, 'DISABLED');
      assert.match(error.message, /LEARNING_RUNNER_ENABLED is not set.*LEARNING_RUNNER_ENABLED=true npm run runner/);
      return true;
    },
  );
  assert.throws(() => RunnerClient.fromEnvironment({}, { LEARNING_RUNNER_ENABLED: '1' }), /LEARNING_RUNNER_ENABLED is "1"/);
});

test('RUNNER_ADDRESS is one address or several', () => {
  const env = { LEARNING_RUNNER_ENABLED: 'true', RUNNER_ADDRESS: ' unix:/a , /b,dns:///c:7070,' };
  const client = RunnerClient.fromEnvironment({}, env);
  assert.deepEqual(client.daemons.map(({ address }) => address), ['unix:/a', 'unix:/b', 'dns:///c:7070']);
  client.close();
});

test('without it, the address is the one that runnerctl takes', () => {
  const expected = process.getuid() === 0 ? '/run/runner/runner.sock' : '/nowhere/runner/runner.sock';
  assert.deepEqual(defaultAddresses({ XDG_RUNTIME_DIR: '/nowhere' }), [`unix:${expected}`]);
});

test('what cannot be an address is refused with the reason', () => {
  assert.throws(() => parseAddresses(''), /no address/);
  assert.throws(() => parseAddresses(' , '), /no address/);
  assert.throws(() => parseAddresses('http://host:1'), /'http:\/\/host:1' is a web address/);
  assert.throws(() => parseAddresses('unix:/a b'), /space or a control character/);
});
