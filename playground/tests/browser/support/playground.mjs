import { deflateRawSync } from 'node:zlib';
import { join } from 'node:path';

/** The fragment of an address that opens PROGRAM: {files: {path: content}, entry, stdin, …}, or the text of main.mjs. */
export function shared(program) {
  const { files, ...rest } = typeof program === 'string' ? { files: { 'main.mjs': program } } : program;
  const json = JSON.stringify({ files: Object.entries(files).map(([path, content]) => ({ path, content })), ...rest });
  return `#code=${deflateRawSync(json).toString('base64url')}`;
}

let opened = 0;

/** A page of the Playground, with the names that people have for what they see. */
export class Playground {
  constructor(page, artefacts) {
    this.page = page;
    this.artefacts = artefacts;
    this.run = page.getByRole('button', { name: 'Run', exact: true });
    this.stop = page.getByRole('button', { name: 'Stop', exact: true });
    this.status = page.locator('#status-text');
    this.output = page.getByRole('log');
    this.lines = page.locator('#lines > .line');
    this.editor = page.getByRole('textbox', { name: /^Code of / });
    this.banner = page.locator('#service');
    this.note = page.locator('#note');
    this.spoken = page.locator('#announcer');
  }

  /** Waits until programs can be run. */
  async ready() {
    await this.page.waitForFunction(
      () => !document.querySelector('#image').disabled && document.querySelector('#service').hidden,
    );
  }

  async open(program) {
    const title = `Program number ${++opened}`;
    await this.page.evaluate(
      (hash) => (location.hash = hash),
      shared({ title, ...(typeof program === 'string' ? { files: { 'main.mjs': program } } : program) }),
    );
    await this.page.getByRole('heading', { name: title, exact: true }).waitFor();
  }

  /** Chooses a lesson of the pack. */
  choose(id) {
    return this.page.getByLabel('Lesson', { exact: true }).selectOption(`#lesson=${id}`);
  }

  /** Opens PROGRAM, runs it, and waits for its end; the status. */
  async runToEnd(program) {
    if (program !== undefined) await this.open(program);
    await this.ready();
    await this.page.evaluate(() => (window.longTasks.length = 0));
    this.cpuBefore = await this.cpu();
    await this.run.click();
    return this.end();
  }

  /** The status once nothing runs any more. */
  async end() {
    await this.page.waitForFunction(
      () =>
        !document.body.classList.contains('running') &&
        !/^(Not run yet|Running|Start|Stopping|Waiting)/.test(document.querySelector('#status-text').textContent),
    );
    return this.status.textContent();
  }

  /** Waits for a line with exactly TEXT. */
  line(text) {
    return this.page
      .locator('#lines > .line')
      .filter({ hasText: new RegExp(`^${text.replaceAll(/[^\w ]/g, '\\$&')}$`) })
      .first()
      .waitFor();
  }

  /** The texts of all lines that are shown. */
  texts() {
    return this.page.evaluate(() => [...document.querySelectorAll('#lines > .line')].map((line) => line.textContent));
  }

  /** What Save gives. */
  async saved() {
    const download = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: 'Save' }).click();
    const chunks = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  /** The longest that the page kept the browser busy in one go since `runToEnd`, in milliseconds; 0 when never for 50. */
  longestTask() {
    return this.page.evaluate(() => Math.round(Math.max(0, ...window.longTasks)));
  }

  /** The CPU time of the page's main thread in milliseconds, which other work of the machine does not change. */
  async cpu() {
    if (!this.cdp) {
      this.cdp = await this.page.context().newCDPSession(this.page);
      await this.cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    }
    const { metrics } = await this.cdp.send('Performance.getMetrics');
    return Math.round(metrics.find(({ name }) => name === 'TaskDuration').value * 1000);
  }

  async screenshot(name, options = {}) {
    await this.page.evaluate(() => document.fonts.ready);
    await this.page.screenshot({ path: join(this.artefacts, `${name}.png`), ...options });
  }
}
