// Identifiers: random, sorted by time, or always the same for the same name.
import { randomUUID } from 'node:crypto';
import { customAlphabet, nanoid } from 'nanoid';
import { v4, v5, v7, validate, version } from 'uuid';

console.log(randomUUID().length, validate(v4()), version(v4()));
console.log(nanoid().length, /^[\w-]+$/.test(nanoid()), customAlphabet('01', 8)().length);

// Version 7 begins with the time: ids sort in the order of their making.
const ids = [1, 2, 3].map((second) => v7({ msecs: Date.UTC(2024, 0, 1, 0, 0, second) }));
console.log(ids.toSorted().every((id, i) => id === ids[i]), ids[0].slice(0, 13));

console.log(v5('https://example.org/ada', v5.URL));
console.log(v5('https://example.org/ada', v5.URL) === v5('https://example.org/ada', v5.URL));
console.log(new Set(Array.from({ length: 10_000 }, () => nanoid())).size);
