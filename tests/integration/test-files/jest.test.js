const { sum, later, boom } = require('../sum');
describe('sum', () => {
  beforeEach(() => {});
  test('adds', () => { expect(sum(1, 2)).toBe(3); });
  test('wrong', () => { expect(sum(1, 2)).toBe(4); });
  it.each([[1, 1, 2], [2, 2, 5]])('%i + %i = %i', (a, b, c) => expect(sum(a, b)).toBe(c));
  it('async', async () => { expect(await later(4)).toBe(4); await expect(later(5)).resolves.toBe(5); });
  it('done', (done) => { setTimeout(() => { done(); }, 5); });
  it('throws', () => expect(boom).toThrow('boom'));
  it.skip('skipped', () => {});
  it.todo('todo one');
  it('timeout', () => new Promise((r) => setTimeout(r, 10000)), 50);
  it('mock', () => { const f = jest.fn(() => 3); f(1); expect(f).toHaveBeenCalledWith(1); jest.useFakeTimers(); let x = 0; setTimeout(() => x++, 1000); jest.advanceTimersByTime(1000); expect(x).toBe(1); jest.useRealTimers(); jest.spyOn(Math, 'random').mockReturnValue(0.5); expect(Math.random()).toBe(0.5); jest.restoreAllMocks(); });
});
