// For everybody: by keyboard alone, by ear, in light and dark, on a phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './support/axe.mjs';
import { suite } from './support/suite.mjs';

const { visit } = suite();
const everything = [
  "console.log({ answer: 42, word: 'yes', none: null, when: new Date(0), nothing: undefined });",
  "console.error(new Error('with a stack'));",
  'for (let i = 0; i < 60; ++i) console.log(`\\x1b[${i % 2 ? 9 : 3}${i % 8}mcolour ${i}\\x1b[0m`);',
  'for await (const _ of process.stdin);',
  "throw new Error('in the end');",
].join('\n');

const looks = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  'dark-phone': { colorScheme: 'dark', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};
for (const [name, context] of Object.entries(looks)) {
  test(`axe finds nothing in any state of the page (${name})`, () =>
    visit(
      async (playground) => {
        const { page } = playground;
        await playground.ready();
        await assertAccessible(playground, 'at first');
        await playground.screenshot(`${name}-at-first`, { fullPage: true });
        await playground.open({
          files: { 'main.mjs': everything, 'lib/other.ts': 'export type A = number;\n' },
          interactive: true,
        });
        await page.getByText('Input and options').click();
        await playground.run.click();
        await playground.line('colour 59');
        await page.locator('#live-input').waitFor();
        await assertAccessible(playground, 'running');
        await playground.screenshot(`${name}-running`, { fullPage: true });
        await page.getByRole('button', { name: 'End input' }).click();
        assert.match(await playground.end(), /^Ended with exit code 1/);
        await assertAccessible(playground, 'ended');
        await page.getByText('Input and options').click();
        await page.getByRole('button', { name: 'New', exact: true }).click();
        await assertAccessible(playground, 'with a dialog');
        await page.keyboard.press('Escape');
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(wide, 0, 'nothing is wider than the screen');
        await playground.screenshot(`${name}-ended`, { fullPage: true });
      },
      { context },
    ));
}

test('everything can be done by keyboard alone', () =>
  visit(async (playground) => {
    const { page } = playground;
    await playground.ready();
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);
    const tabTo = async (id, key = 'Tab') => {
      for (let i = 0; i < 40 && (await focused()) !== id; ++i) await page.keyboard.press(key);
      assert.equal(await focused(), id, `${id} can be reached`);
    };
    await tabTo('lesson');
    await tabTo('tab-0');
    await tabTo('editor');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('for (;;);');
    await page.keyboard.press('Escape');
    await tabTo('run');
    await page.keyboard.press('Enter');
    await playground.stop.waitFor();
    assert.equal(await focused(), 'stop', 'focus is where Run was');
    await page.waitForFunction(() => document.querySelector('#status-text').textContent === 'Running');
    await page.keyboard.press('Enter');
    assert.match(await playground.end(), /^Stopped by you/);
    assert.equal(await focused(), 'run');
    await tabTo('image');
    await tabTo('output');
    await tabTo('next');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Synchronous code' }).waitFor();

    await tabTo('file-rename', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('renamed.mjs');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'renamed.mjs' }).waitFor();
    await page.waitForFunction(() => document.activeElement.id === 'file-rename');
  }));

test('a screen reader is told how a run ended and what little it printed, and never a megabyte', () =>
  visit(async (playground) => {
    await playground.runToEnd("console.log('hello');");
    assert.match(await playground.spoken.textContent(), /^Finished in .*, .* MB\. +Output: hello\s*$/);
    await playground.runToEnd("for (let i = 0; i < 10_000; ++i) console.log('again and again', i);");
    assert.match(await playground.spoken.textContent(), /^Finished in .* 10,000 lines of output\.$/);
    assert.equal(await playground.output.getAttribute('aria-live'), 'off');
  }));
