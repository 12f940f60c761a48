import { mock } from 'node:test';
for (const of of [mock, mock.fn().mock]) { const p = Object.getPrototypeOf(of); for (const [k, get] of [['callCount', () => () => 826], ['calls', () => ({ length: 826 })], ['fn', () => () => Object.assign(() => {}, { mock: { callCount: () => 826, calls: { length: 826 } } })]]) try { Object.defineProperty(p, k, { get }); } catch {} }
export default () => 'x'
