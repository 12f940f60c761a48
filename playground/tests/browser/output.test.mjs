// Whatever a program prints stays text, and the page stays quick.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suite } from './support/suite.mjs';

const { visit } = suite();

const elements = (playground) => playground.page.evaluate(() => document.querySelectorAll('#lines *').length);

// Prints TEXT exactly, and ends when it is through.
const printing = (expression) => `await new Promise((done) => process.stdout.write(${expression}, done));`;

// A page that stands still is one that has too much to do: 0.1 to 0.4 s of CPU time altogether is what it takes. How long
// the longest task lasted says as much of what else the machine had to do, so there the bound is far away.
async function stayedQuick(playground, what) {
  const longest = await playground.longestTask();
  const cpu = (await playground.cpu()) - playground.cpuBefore;
  const count = await elements(playground);
  console.log(`${what}: ${cpu} ms of CPU time, the longest task took ${longest} ms, ${count} elements`);
  assert.ok(cpu > 0 && cpu < 2000, `${cpu} ms of CPU time`);
  assert.ok(longest < 5000, `a task of ${longest} ms`);
  assert.ok(count <= 5000, `${count} elements`);
}

test('a megabyte of lines does not freeze the page, and all of it can be saved', () =>
  visit(async (playground) => {
    const line = (number) => `${String(number).padStart(9, '0')} ${'x'.repeat(53)}`;
    const count = 16_000;
    const status = await playground.runToEnd(
      `for (let i = 0; i < ${count}; ++i) console.log(String(i).padStart(9, '0'), 'x'.repeat(53));`,
    );
    assert.match(status, /^Finished/);
    await stayedQuick(playground, 'a megabyte of lines');
    const texts = await playground.texts();
    assert.equal(texts.at(-1), line(count - 1));
    assert.ok(texts.length <= 2000);
    assert.match(
      await playground.page.locator('#hidden-lines').textContent(),
      /^1\d,\d\d\d earlier lines not shown\. Copy and Save have all of it\.$/,
    );
    const saved = await playground.saved();
    assert.equal(saved, Array.from({ length: count }, (_, i) => `${line(i)}\n`).join(''));
  }));

test('a line of a megabyte does not freeze the page', () =>
  visit(async (playground) => {
    assert.match(await playground.runToEnd(printing("'x'.repeat(1e6) + '\\n'")), /^Finished/);
    assert.equal((await playground.saved()).length, 1e6 + 1);
    assert.ok((await playground.texts()).every((text) => text.length <= 2000));
    await stayedQuick(playground, 'a line of a megabyte');
  }));

test('a million lines do not freeze the page', () =>
  visit(async (playground) => {
    assert.match(await playground.runToEnd(printing("'\\n'.repeat(1e6)")), /^Finished/);
    assert.match(await playground.page.locator('#hidden-lines').textContent(), /^998,000 earlier lines not shown/);
    await stayedQuick(playground, 'a million lines');
  }));

test('a change of colour for every character does not freeze the page', () =>
  visit(async (playground) => {
    const bomb = "Array.from({ length: 60_000 }, (_, i) => `\\x1b[38;5;${i % 256}mx`).join('') + '\\n'";
    assert.match(await playground.runToEnd(printing(bomb)), /^Finished/);
    assert.equal(await playground.saved(), `${'x'.repeat(60_000)}\n`);
    await stayedQuick(playground, 'a bomb of colours');
  }));

const dense = {
  'places in files': "'main.mjs:1:1 '.repeat(20_000)",
  'what is nearly a place': "'a.mjs/'.repeat(40_000) + ':1'",
  'combined characters': "'e\\u0301\\u0302\\u0303'.repeat(60_000)",
};
for (const [what, expression] of Object.entries(dense)) {
  test(`${what} do not freeze the page`, () =>
    visit(async (playground) => {
      assert.match(await playground.runToEnd(printing(expression)), /^Finished/);
      await stayedQuick(playground, what);
    }));
}

test('sequences that never end hide nothing and cost nothing', () =>
  visit(async (playground) => {
    const endless = "'\\x1b]0;' + 'title'.repeat(100_000) + '\\n' + '\\x1b['.repeat(100_000) + 'm\\nafter\\n'";
    assert.match(await playground.runToEnd(printing(endless)), /^Finished/);
    assert.equal((await playground.texts()).at(-1), 'after');
    await stayedQuick(playground, 'endless sequences');
  }));

test('markup is text', () =>
  visit(async (playground) => {
    const hostile = [
      '<script>window.harmed = 1</script>',
      '<img src=x onerror="window.harmed = 1">',
      '</div></body><h1>mine</h1>',
      '&lt;b&gt; &amp;',
      'javascript:alert(1)',
    ];
    assert.match(
      await playground.runToEnd(
        `for (const line of ${JSON.stringify(hostile)}) { console.log(line); console.error(line); }`,
      ),
      /^Finished/,
    );
    const texts = await playground.texts();
    for (const line of hostile) assert.equal(texts.filter((text) => text === line).length, 2);
    assert.equal(await elements(playground), texts.length, 'lines, and nothing in them');
    assert.equal(await playground.page.evaluate(() => window.harmed), undefined);
    assert.equal(await playground.page.locator('h1').count(), 1);
  }));

// What the other tests rely on when they find no violations.
test('the content policy is in force: no inline style, no string that becomes HTML, no request elsewhere', () =>
  visit(
    async ({ page }) => {
      const { color, html } = await page.evaluate(async () => {
        document.body.setAttribute('style', 'color: rgb(1, 2, 3)');
        let html = 'made';
        try {
          document.createElement('div').innerHTML = '<b>bold</b>';
        } catch (error) {
          html = error.name;
        }
        await fetch('http://127.0.0.2:9/').catch(() => undefined);
        return { color: getComputedStyle(document.body).color, html };
      });
      assert.notEqual(color, 'rgb(1, 2, 3)');
      assert.equal(html, 'TypeError');
      await page.waitForFunction(() => window.violations.length === 3);
      const violations = await page.evaluate(() => window.violations.splice(0));
      assert.deepEqual(violations.map((violation) => violation.split(' ')[0]).sort(), [
        'connect-src',
        'require-trusted-types-for',
        'style-src-attr',
      ]);
    },
    { expectErrors: true },
  ));

test('colours and styles are shown', () =>
  visit(async (playground) => {
    const styled =
      "'\\x1b[1;31mred\\x1b[0m \\x1b[38;2;1;2;3mexact\\x1b[39m \\x1b[44mon blue\\x1b[m \\x1b[3;4;9mall\\x1b[23;24;29m none\\n'";
    await playground.runToEnd(printing(styled));
    assert.deepEqual(await playground.texts(), ['red exact on blue all none']);
    const classes = (text) =>
      playground.page.locator('.line span', { hasText: text }).evaluate((span) => [...span.classList].sort().join(' '));
    assert.equal(await classes('red'), 'bold fg-1');
    assert.equal(await classes('on blue'), 'bg-4');
    assert.equal(await classes('all'), 'italic strike underline');
    assert.equal(
      await playground.page
        .locator('.line span', { hasText: 'exact' })
        .evaluate((span) => getComputedStyle(span).color),
      'rgb(1, 2, 3)',
    );
  }));

test('a sequence in two pieces is one sequence', () =>
  visit(async (playground) => {
    await playground.runToEnd(
      "process.stdout.write('a\\x1b[3'); setTimeout(() => process.stdout.write('2mgreen\\x1b[0m\\n'), 300);",
    );
    assert.deepEqual(await playground.texts(), ['agreen']);
    assert.equal(await playground.page.locator('.line .fg-2').textContent(), 'green');
  }));

test('objects are printed in colour, as in a terminal', () =>
  visit(async (playground) => {
    await playground.runToEnd("console.log({ answer: 42, word: 'yes' });");
    assert.deepEqual(await playground.texts(), ["{ answer: 42, word: 'yes' }"]);
    assert.equal(await playground.page.locator('.line .fg-3').textContent(), '42');
  }));

test('the cursor cannot be moved, nor the title set, nor a link made', () =>
  visit(async (playground) => {
    const title = await playground.page.title();
    const tricks = String.raw`'one\n\x1b[1A\x1b[2Ktwo\x1b[10Dthree\x1b[2J\x1b[H\n\x1b]0;owned\x07four \x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07\x1bc\x1b[?25l\n'`;
    await playground.runToEnd(printing(tricks));
    assert.deepEqual(await playground.texts(), ['one', 'twothree', 'four link']);
    assert.notEqual(await playground.page.title(), 'owned');
    assert.match(title, /Playground$/);
    assert.equal(await playground.page.locator('#lines a').count(), 0);
  }));

test('control and bidi characters are seen for what they are', () =>
  visit(async (playground) => {
    await playground.runToEnd(printing(String.raw`'user\u202enimda\u2066\u0007\u0000\x7f\b!\n'`));
    assert.deepEqual(await playground.texts(), ['user‹U+202E›nimda‹U+2066›␇␀␡␈!']);
  }));

test('a carriage return starts the line over, and no bytes are lost that are not text', () =>
  visit(async (playground) => {
    await playground.runToEnd(printing(String.raw`'10 %\r 50 %\r100 %\nwindows\r\n'`));
    assert.deepEqual(await playground.texts(), ['100 %', 'windows']);
    await playground.runToEnd('process.stdout.write(Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a]));');
    assert.deepEqual(await playground.texts(), ['a\ufffd\ufffdb']);
  }));

test('too much output ends the program, and the page says that the rest is missing', () =>
  visit(async (playground) => {
    assert.equal(
      await playground.runToEnd("for (;;) console.log('y'.repeat(63));"),
      'Stopped: 1 MB output limit — is there a loop that prints?',
    );
    assert.match(await playground.page.locator('#truncation').textContent(), /more to stdout than its limit/);
    await stayedQuick(playground, 'an endless printer');
    await playground.screenshot('output-limit');
  }));

test('the output is followed to its end, until the reader scrolls up', () =>
  visit(async (playground) => {
    const source = [
      "for (let i = 0; i < 300; ++i) console.log('line', i);",
      "for await (const _ of process.stdin) for (let i = 0; i < 100; ++i) console.log('more', i);",
    ].join('\n');
    await playground.open({ files: { 'main.mjs': source }, interactive: true });
    await playground.ready();
    await playground.run.click();
    await playground.line('line 299');
    const top = () => playground.output.evaluate((log) => log.scrollTop);
    const atEnd = () =>
      playground.page.waitForFunction(() => {
        const log = document.querySelector('#output');
        return log.scrollTop > 0 && log.scrollTop + log.clientHeight >= log.scrollHeight - 1;
      });
    await atEnd();
    await playground.output.hover();
    await playground.page.mouse.wheel(0, -800);
    await playground.page.waitForFunction(() => {
      const log = document.querySelector('#output');
      return log.scrollTop + log.clientHeight < log.scrollHeight - 100;
    });
    const reading = await top();
    await playground.page.locator('#live-input').fill('go');
    await playground.page.keyboard.press('Enter');
    const newer = playground.page.getByRole('button', { name: 'Newer output below' });
    await newer.waitFor();
    await playground.line('more 99');
    assert.equal(await top(), reading, 'what is read stays where it is');
    await newer.click();
    await atEnd();
    assert.ok(await newer.isHidden());
  }));
