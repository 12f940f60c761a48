// Builds the page into playground/site/dist: static files, and nothing in them that a strict Content-Security-Policy
// forbids.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const page = dirname(fileURLToPath(import.meta.url));
const dist = join(page, '../dist');
const require = createRequire(import.meta.url);

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
for (const file of ['index.html', 'icon.svg']) await cp(join(page, file), join(dist, file));
const { metafile } = await esbuild.build({
  absWorkingDir: page,
  entryPoints: [
    { in: 'src/main.ts', out: 'page' },
    { in: 'style/page.css', out: 'page' },
  ],
  outdir: dist,
  bundle: true,
  format: 'esm',
  target: ['chrome123', 'firefox121', 'safari17.5'],
  minify: true,
  sourcemap: 'linked',
  legalComments: 'none',
  loader: { '.woff2': 'file' },
  assetNames: 'fonts/[name]-[hash]',
  metafile: true,
  logLevel: 'warning',
});
await writeFile(join(dist, 'LICENSES.txt'), await licenses(metafile));
// The gateway sends these in place of what they are made of to whoever takes them.
for (const file of ['index.html', 'page.js', 'page.css']) {
  await writeFile(join(dist, `${file}.br`), brotliCompressSync(await readFile(join(dist, file))));
}

// Every package that has a file in what was built, with its license: their terms ask for it to go along.
async function licenses({ inputs }) {
  const names = new Set();
  for (const input of Object.keys(inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
    if (name) names.add(name);
  }
  const texts = [];
  for (const name of [...names].sort()) {
    const directory = packageDirectory(name);
    const { version, license } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
    const text = await readFile(join(directory, 'LICENSE'), 'utf8').catch(() => `License: ${license}\n`);
    texts.push(`${name} ${version}\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

function packageDirectory(name) {
  for (const base of require.resolve.paths(name)) {
    try {
      return dirname(require.resolve(join(base, name, 'package.json')));
    } catch {
      // Not in this node_modules, then.
    }
  }
  throw new Error(`cannot find the package ${name}`);
}
