// The program as a thing: its files, the lesson that it comes from, the link that it goes away as.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { shared } from './support/playground.mjs';
import { suite } from './support/suite.mjs';

const { visit, url } = suite();

const code = (playground) => playground.editor.innerText().then((text) => text.replaceAll('\u00a0', ' '));
const button = (playground, name) => playground.page.getByRole('button', { name, exact: true });
const tab = (playground, name) => playground.page.getByRole('tab', { name });

async function answer(playground, text) {
  await playground.page.getByRole('dialog').getByRole('textbox').fill(text);
  await playground.page.keyboard.press('Enter');
}

test('files are added, renamed, made the entry, and deleted', () =>
  visit(async (playground) => {
    await playground.open("import { word } from './lib/word.mjs';\nconsole.log(word);\n");
    await button(playground, 'New').click();
    await answer(playground, '../outside.mjs');
    await playground.page.getByText('A name has no empty part').waitFor();
    await answer(playground, 'main.mjs');
    await playground.page.getByText('There is a file main.mjs already.').waitFor();
    await answer(playground, 'word.mjs');
    await tab(playground, 'word.mjs').waitFor();
    await playground.page.keyboard.type("export const word = 'renamed';");
    await button(playground, 'Rename').click();
    await answer(playground, 'lib/word.mjs');
    await tab(playground, 'lib/word.mjs').waitFor();
    assert.match(await playground.runToEnd(), /^Finished/);
    assert.deepEqual(await playground.texts(), ['renamed']);

    await button(playground, 'New').click();
    await answer(playground, 'other.mjs');
    await tab(playground, 'other.mjs').waitFor();
    await playground.page.keyboard.type("console.log('other')");
    await button(playground, 'Make entry').click();
    assert.match(await playground.runToEnd(), /^Finished/);
    assert.deepEqual(await playground.texts(), ['other']);
    await playground.screenshot('files');

    await button(playground, 'Delete').click();
    await playground.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await tab(playground, 'other.mjs').waitFor({ state: 'detached' });
    await tab(playground, 'main.mjs').click();
    await button(playground, 'Make entry').click();
    assert.match(await playground.runToEnd(), /^Finished/);
    assert.deepEqual(await playground.texts(), ['renamed']);
  }));

test('each file has its own undo history', () =>
  visit(async (playground) => {
    await playground.open({ files: { 'a.mjs': '', 'b.mjs': '' }, entry: 'a.mjs' });
    await playground.editor.click();
    await playground.page.keyboard.type('in a');
    await tab(playground, 'b.mjs').click();
    await playground.editor.click();
    await playground.page.keyboard.type('in b');
    await playground.page.keyboard.press('Control+Z');
    assert.equal((await code(playground)).trim(), '');
    await tab(playground, 'a.mjs').click();
    assert.equal((await code(playground)).trim(), 'in a');
  }));

test('the lesson pack is there to choose from, and every address is a lesson', () =>
  visit(async (playground, { context }) => {
    const { page } = playground;
    await playground.choose('event-loop/order.mjs');
    await page.getByRole('heading', { name: 'Synchronous code, promises, ticks' }).waitFor();
    assert.match(await playground.runToEnd(), /^Finished/);
    assert.deepEqual(
      (await playground.texts()).map((line) => line[0]),
      ['1', '2', '2', '3', '4', '5', '6', '7'],
    );
    await page.getByRole('link', { name: 'Next lesson' }).click();
    await page.getByRole('heading', { name: 'process.nextTick' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Synchronous code, promises, ticks' }).waitFor();
    assert.equal(context.pages().length, 1);
  }));

test('a lesson of several files, arguments and a policy of its own runs as it is', () =>
  visit(async (playground) => {
    const { page } = playground;
    await playground.choose('cli/word-count.mjs');
    await page.locator('#options-summary', { hasText: 'arguments' }).waitFor();
    await playground.choose('scaling/fork.mjs');
    await playground.ready();
    await page.waitForFunction(() => document.querySelector('#policy').value === 'cluster');
    assert.match(await playground.runToEnd(), /^Finished/);
    await playground.choose('modules/live-bindings');
    await page.getByRole('heading', { name: 'Live bindings against copies' }).waitFor();
    assert.match(await playground.runToEnd(), /^Finished/);
    assert.ok((await playground.texts()).length > 1);
  }));

test('a link holds the program, and opens it for somebody else', () =>
  visit(
    async (playground, { open }) => {
      const program = {
        files: {
          'main.mjs': "import './ä.mjs';\n",
          'ä.mjs': "console.log('für', process.argv[2], process.env.WHO);\n",
        },
        entry: 'main.mjs',
        args: ['two words'],
        env: { WHO: 'Ada' },
      };
      await playground.open(program);
      await button(playground, 'Share').click();
      await playground.page.getByText('The link is copied.').waitFor();
      const link = await playground.page.evaluate(() => navigator.clipboard.readText());
      assert.ok(link.startsWith(`${url()}/#code=`));
      const other = await open(link);
      assert.match(await other.runToEnd(), /^Finished/);
      assert.deepEqual(await other.texts(), ['für two words Ada']);
      assert.equal(await tab(other, 'ä.mjs').count(), 1);
    },
    { context: { permissions: ['clipboard-read', 'clipboard-write'] } },
  ));

test('without a clipboard the link is in the address bar', () =>
  visit(async (playground) => {
    await playground.page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('no'))));
    await playground.open("console.log('here');");
    await button(playground, 'Share').click();
    await playground.page.getByText('The link is in the address bar.').waitFor();
    assert.match(playground.page.url(), /#code=/);
  }));

const damaged = {
  'of noise': '#code=%%%not-a-program',
  'that unpacks to a thousand times its size': `#code=${deflateRawSync(Buffer.alloc(64 << 20)).toString('base64url')}`,
  'with a file outside of the program': shared({ files: { '../../etc/passwd': 'x' } }),
  'without files': shared({ files: {} }),
};
for (const [what, hash] of Object.entries(damaged)) {
  test(`a link ${what} is refused in words`, () =>
    visit(
      async (playground) => {
        await playground.page.getByText('This link is damaged').waitFor();
        assert.match(await playground.runToEnd(), /^Finished/, 'and the page works');
      },
      { hash },
    ));
}

test('a shared program does not run by itself', () =>
  visit(
    async (playground) => {
      await playground.ready();
      assert.equal(await playground.status.textContent(), 'Not run yet');
    },
    { hash: shared("console.log('not asked for');") },
  ));

test('what was typed survives a reload and other lessons, until it is reset', () =>
  visit(async (playground) => {
    const { page } = playground;
    await playground.editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type("console.log('my own');");
    await page.reload();
    await page.waitForSelector('body[data-ready]');
    assert.match(await code(playground), /my own/);
    await playground.choose('event-loop/order.mjs');
    await page.getByRole('heading', { name: 'Synchronous code' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Output appears while' }).waitFor();
    assert.match(await code(playground), /my own/);
    await button(playground, 'Reset').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    assert.match(await code(playground), /my own/);
    await button(playground, 'Reset').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
    await page.waitForFunction(() => document.querySelector('#reset').hidden);
    assert.match(await code(playground), /A first lesson/);
    await page.reload();
    await page.waitForSelector('body[data-ready]');
    assert.match(await code(playground), /A first lesson/);
  }));

test("a program of one's own begins with one line, and is kept", () =>
  visit(async (playground) => {
    const { page } = playground;
    await page.getByLabel('Lesson', { exact: true }).selectOption({ label: 'A program of your own' });
    await page.getByRole('heading', { name: 'A program of your own' }).waitFor();
    assert.match(await playground.runToEnd(), /^Finished/);
    assert.match((await playground.texts()).join(), /^hello from Node v26/);
    await playground.editor.click();
    await page.keyboard.type('// mine\n');
    await page.reload();
    await page.waitForSelector('body[data-ready]');
    assert.match(await code(playground), /mine/);
  }));

test('another program ends the one that runs, and takes its output away', () =>
  visit(async (playground) => {
    await playground.open("console.log('of the first'); setInterval(() => {}, 1000);");
    await playground.ready();
    await playground.run.click();
    await playground.line('of the first');
    await playground.open("console.log('of the second');");
    assert.deepEqual(await playground.texts(), []);
    assert.equal(await playground.status.textContent(), 'Not run yet');
    assert.match(await playground.runToEnd(), /^Finished/);
    assert.deepEqual(await playground.texts(), ['of the second']);
  }));
