// Many jobs, at most three at a time, results in the order of the jobs.
import { setTimeout as sleep } from 'node:timers/promises';

const mapLimited = async (items, limit, work) => {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
};

let running = 0;
let most = 0;
const download = async (page) => {
  most = Math.max(most, ++running);
  await sleep(5);
  running--;
  return `page ${page}`;
};

const pages = await mapLimited([1, 2, 3, 4, 5, 6, 7, 8], 3, download);
console.log(pages.join(', '));
console.log('at most', most, 'at a time');
