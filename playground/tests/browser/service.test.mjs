// What a learner sees when programs cannot be run, and that it passes.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { startBrowser } from './support/browser.mjs';
import { startDaemon, startGateway } from './support/site.mjs';

let browser;
let directory;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'playground-browser.'));
  browser = await startBrowser();
});
after(async () => {
  await browser?.stop();
  await rm(directory, { recursive: true, force: true });
});

// Requests that fail are errors on a browser's console; here they are what is tested.
const expectErrors = { expectErrors: true };

test('a page that is opened while the daemon is down says so, and recovers by itself', async () => {
  const socket = join(directory, 'down.sock');
  const gateway = await startGateway({ address: `unix:${socket}` });
  let daemon;
  try {
    await browser.visit(
      gateway.url,
      async (playground) => {
        await playground.page.getByRole('heading', { name: 'Programs cannot be run just now' }).waitFor();
        assert.match(await playground.spoken.textContent(), /^Programs cannot be run just now/);
        assert.ok(await playground.page.locator('#image').isDisabled());
        await assertAccessible(playground, 'down');
        await playground.screenshot('daemon-down');
        const answer = await (await fetch(`${gateway.url}/api/info`)).text();
        assert.ok(!answer.includes(directory), "where the daemon listens is nobody else's business");
        assert.match(gateway.log, /down\.sock/, "but the operator's");
        daemon = await startDaemon({ socket });
        await playground.ready();
        assert.match(await playground.spoken.textContent(), /^Programs can be run again/);
        assert.match(await playground.runToEnd("console.log('back');"), /^Finished/);
        assert.deepEqual(await playground.texts(), ['back']);
      },
      expectErrors,
    );
  } finally {
    await gateway.stop();
    await daemon?.stop();
  }
});

test('a daemon that dies under a program is reported, and the next run works once it is back', async () => {
  const socket = join(directory, 'dies.sock');
  let daemon = await startDaemon({ socket });
  const gateway = await startGateway({ address: daemon.address });
  try {
    await browser.visit(
      gateway.url,
      async (playground) => {
        await playground.open("console.log('going on'); setInterval(() => {}, 1000);");
        await playground.ready();
        await playground.run.click();
        await playground.line('going on');
        await daemon.kill();
        assert.equal(
          await playground.end(),
          'Broken off, and how the program ended is not known: the runner does not answer',
        );
        assert.deepEqual(await playground.texts(), ['going on'], 'what it had printed stays');
        await playground.page.getByRole('heading', { name: 'Programs cannot be run just now' }).waitFor();
        await rm(socket, { force: true });
        daemon = await startDaemon({ socket });
        assert.match(await playground.runToEnd("console.log('back');"), /^Finished/);
      },
      expectErrors,
    );
  } finally {
    await gateway.stop();
    await daemon.stop();
  }
});

test('a site that goes away and comes back needs no reload either', async () => {
  const daemon = await startDaemon();
  let gateway = await startGateway({ address: daemon.address });
  try {
    await browser.visit(
      gateway.url,
      async (playground) => {
        await playground.ready();
        await gateway.stop();
        await playground.run.click();
        assert.equal(await playground.end(), 'Not run: the site does not answer');
        await playground.banner.waitFor();
        gateway = await startGateway({ address: daemon.address, listen: new URL(gateway.url).host });
        assert.match(await playground.runToEnd(), /^Finished/);
      },
      expectErrors,
    );
  } finally {
    await gateway.stop();
    await daemon.stop();
  }
});

test('where running programs is not enabled, the page says how to enable it', async () => {
  const gateway = await startGateway({ address: `unix:${join(directory, 'none')}`, enabled: false });
  try {
    await browser.visit(
      gateway.url,
      async (playground) => {
        await playground.page.getByRole('heading', { name: 'Running programs is switched off here' }).waitFor();
        assert.match(await playground.banner.textContent(), /LEARNING_RUNNER_ENABLED/);
        await playground.run.click();
        assert.match(await playground.end(), /^Not run: running programs is switched off here$/);
        await assertAccessible(playground, 'disabled');
        await playground.screenshot('disabled');
      },
      expectErrors,
    );
  } finally {
    await gateway.stop();
  }
});

test('who runs too often is told when to try again', async () => {
  const daemon = await startDaemon();
  const gateway = await startGateway({ address: daemon.address, env: { RUNNER_GATEWAY_RUNS_PER_MINUTE: '1' } });
  try {
    await browser.visit(
      gateway.url,
      async (playground) => {
        assert.match(await playground.runToEnd("console.log('once');"), /^Finished/);
        await playground.run.click();
        await playground.page.waitForFunction(() =>
          document.querySelector('#status-text').textContent.startsWith('Not run'),
        );
        assert.match(await playground.end(), /^Not run: .*Please try again in \d+ seconds\.$/);
        assert.ok(await playground.banner.isHidden(), 'the service is well');
      },
      expectErrors,
    );
  } finally {
    await gateway.stop();
    await daemon.stop();
  }
});

test('what the service refuses is said in its words', async () => {
  const daemon = await startDaemon();
  const gateway = await startGateway({ address: daemon.address });
  try {
    await browser.visit(
      gateway.url,
      async (playground) => {
        await playground.page.getByText('Input and options').click();
        await playground.page.getByLabel('Environment').fill('NOT A NAME=1');
        assert.match(await playground.runToEnd(), /^Not run: .*env/);
      },
      expectErrors,
    );
  } finally {
    await gateway.stop();
    await daemon.stop();
  }
});

test('a run that waits for a place says so, and can be stopped', async () => {
  const daemon = await startDaemon({ config: 'max_running: 1\nmax_queued: 1' });
  const gateway = await startGateway({ address: daemon.address });
  try {
    await browser.visit(gateway.url, async (first, { open }) => {
      await first.open("console.log('here first'); setInterval(() => {}, 1000);");
      await first.ready();
      await first.run.click();
      await first.line('here first');
      const second = await open(gateway.url);
      await second.open("console.log('at last');");
      await second.ready();
      await second.run.click();
      await second.page.getByText('Waiting for a free place…').waitFor();
      await second.page.keyboard.press('Escape');
      assert.equal(await second.end(), 'Stopped before the program started');
      assert.deepEqual(await second.texts(), []);

      await second.run.click();
      await second.page.getByText('Waiting for a free place…').waitFor();
      await first.page.bringToFront();
      await first.stop.click();
      assert.match(await first.end(), /^Stopped by you/);
      assert.match(await second.end(), /^Finished/);
      assert.deepEqual(await second.texts(), ['at last']);
    });
  } finally {
    await gateway.stop();
    await daemon.stop();
  }
});
