// What a program is given beside its code: standard input, arguments, environment, version and policy.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suite } from './support/suite.mjs';

const { visit } = suite();

const showOptions = (playground) => playground.page.getByText('Input and options').click();

test('the text of the input field is the standard input of the program, to its end', () =>
  visit(async (playground) => {
    await playground.open(
      "let all = '';\nfor await (const piece of process.stdin) all += piece;\nconsole.log(JSON.stringify(all));",
    );
    await showOptions(playground);
    await playground.page.getByLabel('Input (stdin)').fill('Ada\nGrace ✓\n');
    assert.match(await playground.runToEnd(), /^Finished/);
    assert.deepEqual(await playground.texts(), ['"Ada\\nGrace ✓\\n"']);
  }));

test('an interactive program is typed to while it runs, and its input can be ended', () =>
  visit(async (playground) => {
    const source = [
      "import { createInterface } from 'node:readline/promises';",
      'const input = createInterface({ input: process.stdin });',
      "console.log('Who are you?');",
      'for await (const line of input) console.log(`Hello ${line}!`);',
      "console.log('That is all.');",
    ].join('\n');
    await playground.open(source);
    await playground.ready();
    await showOptions(playground);
    await playground.page.getByLabel('Type the input while the program runs').check();
    await playground.run.click();
    await playground.line('Who are you?');
    const input = playground.page.getByRole('textbox', { name: 'Input', exact: true });
    await playground.page.waitForFunction(() => document.activeElement?.id === 'live-input');
    await playground.page.keyboard.type('Ada');
    await playground.page.keyboard.press('Enter');
    await playground.line('Hello Ada!');
    await playground.screenshot('interactive');
    await input.fill('Grace');
    await playground.page.getByRole('button', { name: 'Send' }).click();
    await playground.line('Hello Grace!');
    assert.ok(await playground.stop.isVisible(), 'it still runs');
    await input.focus();
    await playground.page.keyboard.press('Control+D');
    await playground.line('That is all.');
    assert.match(await playground.end(), /^Finished/);
    assert.deepEqual(await playground.texts(), [
      'Who are you?',
      'Ada',
      'Hello Ada!',
      'Grace',
      'Hello Grace!',
      'That is all.',
    ]);
    assert.ok(await input.isHidden(), 'there is nothing to type to any more');
  }));

test('arguments and environment variables reach the program', () =>
  visit(async (playground) => {
    await playground.open(
      "console.log(JSON.stringify(process.argv.slice(2)));\nconsole.log(process.env.GREETING, process.env.EMPTY === '');",
    );
    await showOptions(playground);
    await playground.page.getByLabel('Arguments').fill(`--name "two words" 'it''s' back\\ slash ""`);
    await playground.page.getByLabel('Environment').fill('GREETING=good = day\nEMPTY=');
    assert.match(await playground.runToEnd(), /^Finished/);
    assert.deepEqual(await playground.texts(), ['["--name","two words","its","back slash",""]', 'good = day true']);
  }));

test('the version and the policy are those of the pickers', () =>
  visit(async (playground) => {
    const source =
      "import { fork } from 'node:child_process';\nconsole.log(process.version);\nif (process.argv[2] !== 'child') fork(import.meta.filename, ['child']).on('error', () => console.log('no'));";
    await playground.open(source);
    await playground.ready();
    await playground.page.getByLabel('Version').selectOption('node-22');
    await playground.page.getByLabel('Policy').selectOption('cluster');
    assert.match(await playground.runToEnd(), /^Finished/);
    const texts = await playground.texts();
    assert.equal(texts.length, 2, 'the program and its child');
    assert.match(texts[0], /^v22\./);
  }));
