// What a learner does: type, run, watch, stop, read an error.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suite } from './support/suite.mjs';

const { visit, url } = suite();

test('a program that is typed runs with Ctrl+Enter, and its output appears below the editor', () =>
  visit(async (playground) => {
    await playground.ready();
    await playground.editor.click();
    await playground.page.keyboard.press('Control+A');
    await playground.page.keyboard.type("console.log('typed', 6 * 7);");
    await playground.page.keyboard.press('Control+Enter');
    await playground.line('typed 42');
    assert.match(await playground.end(), /^Finished in \d[\d.]* m?s · \d+(\.\d)? MB$/);
    const [editor, output] = [await playground.editor.boundingBox(), await playground.output.boundingBox()];
    assert.ok(output.y > editor.y + editor.height, 'the output is below the editor');
    await playground.screenshot('typed');
  }));

test('lines appear while the program that prints them still runs', () =>
  visit(async (playground) => {
    await playground.open("console.log('first'); setTimeout(() => {}, 1e6);");
    await playground.ready();
    await playground.run.click();
    await playground.line('first');
    assert.equal(await playground.status.textContent(), 'Running');
    assert.ok(await playground.stop.isVisible());
    await playground.page.keyboard.press('Escape');
    assert.match(await playground.end(), /^Stopped by you after /);
  }));

test('Stop ends a loop that never ends', () =>
  visit(async (playground) => {
    await playground.open("console.log('round and round'); for (;;);");
    await playground.ready();
    await playground.run.click();
    await playground.line('round and round');
    await playground.stop.click();
    assert.match(await playground.end(), /^Stopped by you after /);
    assert.ok(await playground.run.isVisible());
  }));

test('a loop that nobody stops ends at a limit, and the status says what to look for', () =>
  visit(async (playground) => {
    // On a busy machine ten seconds may pass before the loop has had five of CPU.
    assert.match(
      await playground.runToEnd('for (;;);'),
      /^Stopped: (5 s CPU limit — is there a loop that never ends\?|10 s time limit — is something still open.*)$/,
    );
    await playground.screenshot('cpu-limit');
  }));

test('a program that needs too much memory ends at that limit', () =>
  visit(async (playground) => {
    assert.equal(
      await playground.runToEnd('const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1));'),
      'Stopped: 256 MB memory limit — does something grow without end?',
    );
  }));

test('an error names its line, and a click on that goes there', () =>
  visit(async (playground) => {
    const files = {
      'main.mjs': "import './lib/broken.mjs';\n",
      'lib/broken.mjs': "// Not yet.\n\nthrow new Error('here');\n",
    };
    assert.match(await playground.runToEnd({ files, entry: 'main.mjs' }), /^Ended with exit code 1 after /);
    assert.equal(
      await playground.page.locator('.line.stderr').count(),
      await playground.lines.count(),
      'all of it is stderr',
    );
    await playground.page
      .getByRole('button', { name: /lib\/broken\.mjs:3/ })
      .first()
      .click();
    await playground.page.getByRole('tab', { name: 'lib/broken.mjs', selected: true }).waitFor();
    await playground.page.keyboard.type('X');
    assert.match(await playground.editor.innerText(), /^Xthrow new Error\('here'\);$/m);
    await playground.screenshot('error');
  }));

test('TypeScript runs, also what has to be compiled', () =>
  visit(async (playground) => {
    const source =
      'enum Size { Small = 1, Large }\nconst name = (size: Size): string => Size[size];\nconsole.log(name(Size.Large));\n';
    assert.match(await playground.runToEnd({ files: { 'main.ts': source }, entry: 'main.ts' }), /^Finished in /);
    assert.deepEqual(await playground.texts(), ['Large']);
  }));

test("the service's advice on a missing package is shown", () =>
  visit(async (playground) => {
    assert.match(await playground.runToEnd("import 'left-pad';"), /^Ended with exit code 1 /);
    const hint = playground.page.locator('#hint');
    assert.match(await hint.textContent(), /left-pad/);
    assert.match(await hint.textContent(), /lodash/);
  }));

test('stdout and stderr are told apart without colour', () =>
  visit(async (playground) => {
    await playground.runToEnd(
      "import { writeSync } from 'node:fs';\nwriteSync(1, 'out\\n');\nawait new Promise((r) => setTimeout(r, 200));\nwriteSync(2, 'err\\n');",
    );
    assert.deepEqual(await playground.texts(), ['out', 'err']);
    const label = (stream) =>
      playground.page.locator(`.line.${stream}`).evaluate((line) => getComputedStyle(line, '::after').content);
    assert.equal(await label('stderr'), '"stderr"');
    assert.equal(await label('stdout'), 'none');
  }));

test('two tabs run their programs at once, each with its own output', () =>
  visit(async (first, { open }) => {
    const second = await open(url());
    const program = (name) =>
      `console.log('${name}');\nfor await (const _ of process.stdin);\nconsole.log('${name} done');`;
    for (const [tab, name] of [
      [first, 'one'],
      [second, 'two'],
    ]) {
      await tab.page.bringToFront();
      await tab.open({ files: { 'main.mjs': program(name) }, interactive: true });
      await tab.ready();
      await tab.run.click();
      await tab.line(name);
    }
    assert.ok(await first.stop.isVisible(), 'the first still runs');
    for (const tab of [first, second]) {
      await tab.page.bringToFront();
      await tab.page.getByRole('button', { name: 'End input' }).click();
      assert.match(await tab.end(), /^Finished/);
    }
    assert.deepEqual(await first.texts(), ['one', 'one done']);
    assert.deepEqual(await second.texts(), ['two', 'two done']);
  }));

test('a page in the background keeps up with its program', () =>
  visit(async (playground) => {
    await playground.open("for (let i = 0; i < 3000; ++i) console.log('line', i);");
    await playground.ready();
    // What browsers do to a tab that nobody looks at.
    await playground.page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true });
      window.requestAnimationFrame = () => 0;
    });
    await playground.run.click();
    assert.match(await playground.end(), /^Finished/);
    assert.equal((await playground.texts()).at(-1), 'line 2999');
  }));

test('the time from click to first output', () =>
  visit(async (playground) => {
    await playground.open("console.log('hello');");
    await playground.ready();
    const times = [];
    for (let round = 0; round < 12; ++round) {
      const time = await playground.page.evaluate(async () => {
        const lines = document.querySelector('#lines');
        await new Promise((resolve) => setTimeout(resolve, 300)); // a warm sandbox gets ready again
        const start = performance.now();
        document.querySelector('#run').click();
        await new Promise((resolve, reject) => {
          new MutationObserver(() => lines.textContent === 'hello' && resolve()).observe(lines, { childList: true });
          setTimeout(() => reject(new Error(document.querySelector('#status-text').textContent)), 60_000);
        });
        return performance.now() - start;
      });
      await playground.end();
      times.push(time);
    }
    times.sort((a, b) => a - b);
    assert.equal(times.length, 12);
    console.log(
      `click to first output: ${times[0].toFixed(1)} ms at best, ${times[6].toFixed(1)} ms in the middle, ${times.at(-1).toFixed(1)} ms at worst, of 12`,
    );
  }));
