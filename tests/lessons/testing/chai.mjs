// Assertions that read as sentences, by chai, and a small describe/it of our own around them.
import { expect, assert } from 'chai';

const parsePrice = (text) => {
  const match = /^(?<amount>\d+(\.\d\d)?) (?<currency>EUR|USD)$/.exec(text);
  if (!match) throw new SyntaxError(`"${text}" is no price`);
  return { cents: Math.round(Number(match.groups.amount) * 100), currency: match.groups.currency };
};

let failed = 0;
const it = (name, check) => {
  try {
    check();
    console.log(`  ✔ ${name}`);
  } catch (error) {
    failed++;
    console.log(`  ✘ ${name}: ${error.message}`);
  }
};

console.log('parsePrice');
it('understands euros', () => expect(parsePrice('12.50 EUR')).to.deep.equal({ cents: 1250, currency: 'EUR' }));
it('has whole cents', () => expect(parsePrice('19.99 USD').cents).to.be.a('number').that.satisfies(Number.isInteger));
it('refuses what it does not know', () => expect(() => parsePrice('5 CHF')).to.throw(SyntaxError, /no price/));
it('has both properties', () => assert.hasAllKeys(parsePrice('1 EUR'), ['cents', 'currency']));
it('understands commas', () => expect(parsePrice('12,50 EUR')).to.have.property('cents', 1250));
console.log(failed, 'failed');
process.exitCode = failed ? 1 : 0;
