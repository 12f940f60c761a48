import { describe, it, expect, vi } from 'vitest';
import { expect as chaiExpect } from 'chai';
import { sum } from '../sum';
enum Color { Red = 1 }
describe('ts', () => {
  it('adds', (): void => { expect(sum(1, Color.Red)).toBe(2); chaiExpect([1, { a: 2 }]).to.deep.equal([1, { a: 2 }]); });
  it('chai wrong', () => { chaiExpect({ a: 1 }).to.deep.equal({ a: 2 }); });
  it('vi', () => { const f = vi.fn(); f(); expect(f).toHaveBeenCalledTimes(1); });
});
