// The same idea as a stream of events: RxJS observables, here a search box that waits until the typing pauses.
import { Subject, concatMap, debounceTime, distinctUntilChanged, filter, from, lastValueFrom, map, reduce, toArray } from 'rxjs';
import { setTimeout as sleep } from 'node:timers/promises';

const squares = from([1, 2, 3, 4, 5, 6]).pipe(
  filter((n) => n % 2 === 0),
  map((n) => n * n),
  reduce((sum, n) => sum + n, 0),
);
console.log('sum of the even squares:', await lastValueFrom(squares));

const typed = new Subject();
const found = lastValueFrom(
  typed.pipe(
    debounceTime(50),
    distinctUntilChanged(),
    concatMap(async (text) => `results for "${text}"`),
    toArray(),
  ),
);
for (const text of ['n', 'no', 'node']) typed.next(text);
await sleep(300);
for (const text of ['node ', 'node']) typed.next(text);
await sleep(300);
for (const text of ['node s', 'node streams']) typed.next(text);
typed.complete();
console.log(await found);
