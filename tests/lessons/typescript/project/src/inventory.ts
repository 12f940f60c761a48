import type { Product } from './types.ts';

export class Inventory {
  readonly #products: ReadonlyMap<string, Product>;

  constructor(products: Iterable<Product>) {
    this.#products = new Map(Array.from(products, (product) => [product.name, product]));
  }
  find(name: string): Product | undefined {
    return this.#products.get(name);
  }
  total(): string {
    const cents = this.#products.values().reduce((sum, product) => sum + product.cents, 0);
    return `€ ${(cents / 100).toFixed(2)}`;
  }
}
