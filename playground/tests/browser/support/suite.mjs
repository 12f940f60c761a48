import { after, before } from 'node:test';
import { startBrowser } from './browser.mjs';
import { startSite } from './site.mjs';

/** A site and a browser for the tests of a file: `visit(TEST, OPTIONS)` gives TEST a page of its own. */
export function suite(siteOptions = {}) {
  let site;
  let browser;
  before(async () => {
    site = await startSite(siteOptions);
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.stop();
    await site?.stop();
  });
  return { visit: (test, options) => browser.visit(site.url, test, options), url: () => site.url };
}
