// Several TypeScript files: imports name the .ts file, and `import type` leaves nothing behind.
import { Inventory } from './inventory.ts';
import type { Product } from './types.ts';

const products: Product[] = [
  { name: 'lamp', cents: 1999 },
  { name: 'chair', cents: 4950, tags: ['wood'] },
];

const inventory = new Inventory(products);
console.log(inventory.total());
console.log(inventory.find('chair')?.tags, inventory.find('table')?.tags);
console.log(Object.keys(await import('./types.ts')));
