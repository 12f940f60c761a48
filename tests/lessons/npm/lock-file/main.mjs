// What package-lock.json is for: package.json asks for ranges, the lock file says which version each one became,
// and which packages came along with them.
import { readFile } from 'node:fs/promises';

const json = async (name) => JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'));
const manifest = await json('package.json');
const lock = await json('package-lock.json');

const installed = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, { version, dev = false, integrity }]) => ({
    name: path.replace(/^.*node_modules\//, ''),
    version,
    dev,
    direct: path.replace('node_modules/', '') in { ...manifest.dependencies, ...manifest.devDependencies },
    pinned: integrity?.startsWith('sha512-') ?? false,
  }));
console.log(`lock file version ${lock.lockfileVersion}, ${installed.length} packages`);
for (const { name, version, dev, direct, pinned } of installed) {
  const kind = [direct ? 'direct' : 'transitive', dev ? 'development' : 'production', pinned ? 'pinned' : 'NOT PINNED'];
  console.log(`${name}@${version}: ${kind.join(', ')}`);
}

// `npm ci` refuses to install when the two files disagree.
const asked = { ...manifest.dependencies, ...manifest.devDependencies };
const locked = { ...lock.packages[''].dependencies, ...lock.packages[''].devDependencies };
const stale = Object.keys(asked).filter((name) => asked[name] !== locked[name]);
console.log(stale.length === 0 ? 'npm ci would install this' : `npm ci would refuse: ${stale} changed in package.json`);
