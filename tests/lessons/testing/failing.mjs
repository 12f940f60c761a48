// A test that fails: what assert tells about it. An assertion error nobody catches ends the program with code 1.
import assert from 'node:assert/strict';

const slug = (title) => title.toLowerCase().replaceAll(' ', '-');

const test = (name, check) => {
  try {
    check();
    console.log('ok', name);
  } catch (error) {
    if (!(error instanceof assert.AssertionError)) throw error;
    console.log('not ok', name);
    console.log('  expected', error.expected, 'but got', error.actual, `(${error.operator})`);
    process.exitCode = 1;
  }
};

test('words are joined', () => assert.equal(slug('Hello big world'), 'hello-big-world'));
test('punctuation goes', () => assert.equal(slug('Hello, world!'), 'hello-world'));
test('no title, no slug', () => assert.throws(() => slug(undefined), TypeError));
