// As hidden.test.mjs, in CommonJS and TypeScript, and with a file that is loaded after the submission.
const { expect: chaiExpect } = require('chai');
const answer = require('../answer.js').default;
const { check } = require('./help.cts');
it('chai', () => { chaiExpect(answer('text')).to.equal('secret-8261'); });
it('check', () => { check(answer('text')); });
