// A cache that does not keep what nobody else needs: WeakMap for facts about objects, WeakRef for objects worth keeping.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as turn } from 'node:timers/promises';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc'); // for the demonstration only: V8 decides itself when to do that

const strong = new Map();
const weak = new Map();
const load = (id) => {
  const picture = { id, pixels: new Uint8Array(10_000) };
  if (id < 10) strong.set(id, picture);
  weak.set(id, new WeakRef(picture));
};
for (let id = 0; id < 100; id++) load(id);
const onScreen = weak.get(50).deref();

await turn();
collectGarbage();
const alive = [...weak].filter(([, reference]) => reference.deref() !== undefined).map(([id]) => id);
console.log('alive:', alive.join(' '));

const sizes = new WeakMap();
const sizeOf = (picture) => {
  if (!sizes.has(picture)) sizes.set(picture, picture.pixels.length);
  return sizes.get(picture);
};
console.log(sizeOf(onScreen), sizes.has(strong.get(0)));
