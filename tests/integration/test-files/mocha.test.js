const { expect } = require('chai'); const sinon = require('sinon');
const { sum } = require('../sum');
describe('mocha', function () { this.timeout(500); before(() => {}); it('adds', function () { expect(sum(1, 2)).to.equal(3); }); it('sinon', () => { const s = sinon.spy(); s(1); sinon.assert.calledWith(s, 1); }); it('skip', function () { this.skip(); }); it('bad', () => { expect(sum(1, 1)).to.equal(3); }); });
