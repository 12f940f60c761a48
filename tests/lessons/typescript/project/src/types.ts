export interface Product {
  name: string;
  cents: number;
  tags?: string[];
}
