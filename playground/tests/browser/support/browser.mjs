import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Playground } from './playground.mjs';
import { root } from './site.mjs';

const artefacts = join(root, 'build/playground-browser');
mkdirSync(artefacts, { recursive: true });

// A busy machine is slow, not broken: conditions are waited for this long.
const patience = 90_000;

// Runs before the page's own code: what it must never do, and how long it ever kept the browser.
function watch() {
  window.violations = [];
  window.longTasks = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`),
  );
  new PerformanceObserver((list) =>
    window.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
  ).observe({ type: 'longtask' });
}

/** Debian's Chromium. Each page that it opens has a session of its own, and is looked after by `check`. */
export async function startBrowser() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    // Chromium's own sandbox does not start as root, and the tests' daemon needs root.
    args: [...(process.getuid() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', '--disable-gpu'],
  });
  return {
    /** Runs TEST with a page at URL, and fails when the page broke its own rules: an error, or the content policy. */
    async visit(url, test, { context: contextOptions = {}, hash = '', expectErrors = false } = {}) {
      const context = await browser.newContext({ viewport: { width: 1200, height: 1000 }, ...contextOptions });
      context.setDefaultTimeout(patience);
      await context.addInitScript(watch);
      const errors = [];
      const open = async (address) => {
        const page = await context.newPage();
        page.on('pageerror', (error) => errors.push(error.message));
        page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
        await page.goto(address);
        await page.waitForSelector('body[data-ready]');
        return new Playground(page, artefacts);
      };
      const playground = await open(url + hash);
      try {
        await test(playground, { context, open });
        const broken = await Promise.all(context.pages().map((page) => page.evaluate(() => window.violations)));
        const found = [...broken.flat(), ...(expectErrors ? [] : errors)];
        if (found.length) throw new Error(`the page broke its rules: ${found.join('; ')}`);
      } catch (error) {
        await playground.screenshot(`failed-${Date.now()}`).catch(() => undefined);
        throw new Error(`${error.message}\nconsole: ${errors.join('; ')}`, { cause: error });
      } finally {
        await context.close();
      }
    },
    stop: () => browser.close(),
  };
}
