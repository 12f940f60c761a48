// Test files: what they can be, what is told of them, and what becomes of those that cannot be run.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/daemon.h"
#include "tests/support/grade.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

std::string TestFile(const std::string& name) {
  std::ifstream stream(SourceDirectory() / "tests/integration/test-files" / name);
  std::ostringstream text;
  text << stream.rdbuf();
  REQUIRE(!text.str().empty());
  return text.str();
}

// A case of one test file for a submission of one file.
v1::GradeRequest Tested(const std::string& submission, const std::string& path, const std::string& tests) {
  v1::GradeRequest request = Submission(submission, "sum.js");
  request.set_policy("grader");
  v1::Case& added = *request.add_cases();
  added.set_name("tests");
  v1::File& file = *added.mutable_tests()->add_files();
  file.set_path(path);
  file.set_content(tests);
  return request;
}

// "outer > inner PASSED" of each test, in lines.
std::string Tests(const v1::CaseResult& result) {
  std::string lines;
  for (const v1::TestResult& test : result.tests()) {
    std::string name;
    for (const std::string& title : test.path()) name += (name.empty() ? "" : " > ") + title;
    lines += name + " " + v1::Outcome_Name(test.outcome()) + "\n";
  }
  return lines;
}

const char* const kSum = "exports.sum = (a, b) => a + b;";

TEST_CASE("test files in the style of Jest run, and each test is told of") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Tested(TestFile("sum.js"), "test/jest.test.js", TestFile("jest.test.js"));
  request.set_image(GENERATE("node-22", "node-24", "node-26"));
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.results.size() == 1);
  CHECK(Tests(graded.results[0]) ==
        "sum > adds PASSED\nsum > wrong FAILED\nsum > 1 + 1 = 2 PASSED\nsum > 2 + 2 = 5 FAILED\nsum > async PASSED\n"
        "sum > done PASSED\nsum > throws PASSED\nsum > skipped SKIPPED\nsum > todo one SKIPPED\nsum > timeout FAILED\n"
        "sum > mock PASSED\n");
  CHECK(graded.results[0].outcome() == v1::FAILED);
  CHECK(graded.results[0].message() == "test/jest.test.js: 3 of 11 tests failed, the first is \"sum > wrong\"");
  const v1::TestResult& wrong = graded.results[0].tests(1);
  CHECK(wrong.file() == "test/jest.test.js");
  CHECK(wrong.message() == "expect(received).toBe(expected) // Object.is equality");
  CHECK_THAT(wrong.diff(), Catch::Contains("Expected: 4") && Catch::Contains("Received: 3"));
  CHECK(wrong.line() == 5);
  CHECK(wrong.column() == 43);
}

TEST_CASE("test files of node:test run, with subtests, plans, hooks and mocks") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Tested(TestFile("sum.js"), "test/node.test.mjs", TestFile("node.test.mjs"));
  request.set_image(GENERATE("node-22", "node-24", "node-26"));
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.results.size() == 1);
  CHECK(
      Tests(graded.results[0]) ==
      "first > inner PASSED\nfirst PASSED\nplan FAILED\nbad FAILED\nskip inside SKIPPED\ncb PASSED\nsuite > a PASSED\n"
      "suite > b PASSED\nsuite > mock PASSED\n");
  CHECK(graded.results[0].stdout() == "hello from test\n");
}

TEST_CASE("test files of Vitest and Mocha run, in TypeScript too, with chai and sinon") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Tested(TestFile("sum.js"), "test/vitest.test.ts", TestFile("vitest.test.ts"));
  *request.add_cases() = Tested(kSum, "test/mocha.test.js", TestFile("mocha.test.js")).cases(0);
  request.mutable_cases(1)->set_name("mocha");
  request.set_image(GENERATE("node-22", "node-24", "node-26"));
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.results.size() == 2);
  CHECK(Tests(graded.results[0]) == "ts > adds PASSED\nts > chai wrong FAILED\nts > vi PASSED\n");
  CHECK(Tests(graded.results[1]) ==
        "mocha > adds PASSED\nmocha > sinon PASSED\nmocha > skip SKIPPED\nmocha > bad FAILED\n");
}

TEST_CASE("tests are told of while they run, and the result has them again") {
  Client client(SharedDaemon());
  const v1::GradeRequest request = Tested(kSum, "a.test.js",
                                          "const { sum } = require('./sum'); test('one', () => expect(sum(1, "
                                          "1)).toBe(2)); test('two', () => expect(sum(2, 2)).toBe(4));");
  std::vector<std::string> told;
  const Graded graded = Grade(client, request, [&](const v1::GradeEvent& event) {
    if (event.has_test()) told.push_back(event.test().test().path(0));
    return true;
  });
  INFO(graded.Describe());
  CHECK(graded.Outcomes() == "PASSED");
  CHECK(told == std::vector<std::string>{"one", "two"});
  CHECK(graded.order == std::vector<std::string>{"started", "test", "test", "result", "total"});
  CHECK(graded.results[0].tests_size() == 2);
  CHECK(graded.results[0].message().empty());
}

TEST_CASE("a required test has to have passed, and a file without tests has not") {
  Client client(SharedDaemon());
  const std::string tests = "describe('a', () => { it('b', () => {}); it.skip('c', () => {}); });";
  const auto outcome = [&](const std::string& required, const std::string& source) {
    v1::GradeRequest request = Tested(kSum, "a.test.js", source);
    if (!required.empty()) request.mutable_cases(0)->mutable_tests()->add_required(required);
    const Graded graded = Grade(client, request);
    INFO(graded.Describe());
    REQUIRE(graded.results.size() == 1);
    return graded.results[0].message();
  };
  CHECK(outcome("a > b", tests).empty());
  CHECK(outcome("a > c", tests) == "a test that is required has not passed: \"a > c\"");
  CHECK(outcome("a > d", tests) == "a test that is required has not passed: \"a > d\"");
  CHECK(outcome("", "require('./sum');") == "a.test.js: no test was run");
}

TEST_CASE("test files are not in the workspace, and help each other") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Tested(
      "exports.look = () => require('fs').readdirSync('/workspace', { recursive: true }).sort();", "test/a.test.mjs",
      "import { it } from 'node:test'; import assert from 'node:assert'; import { look } from '../sum.js';"
      "import { expected } from './help.mjs'; import data from './data.json' with { type: 'json' };"
      "it('looks', () => assert.deepEqual(look(), expected)); it('reads', () => assert.equal(data.a, 1));");
  v1::TestFiles& tests = *request.mutable_cases(0)->mutable_tests();
  v1::File& help = *tests.add_files();
  help.set_path("test/help.mjs");
  help.set_content("export const expected = ['sum.js'];");
  v1::File& data = *tests.add_files();
  data.set_path("test/data.json");
  data.set_content("{\"a\":1}");
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  CHECK(graded.Outcomes() == "PASSED");
  CHECK(Tests(graded.results[0]) == "looks PASSED\nreads PASSED\n");
}

TEST_CASE("an exercise may add to built-in prototypes, extend built-in classes and use packages") {
  Client client(SharedDaemon());
  const Graded graded = Grade(
      client,
      Tested("Array.prototype.myMap = function (f) { const to = []; for (const x of this) to.push(f(x)); return to; };"
             "Promise.myAll = (all) => Promise.all(all); String.prototype.shout = function () { return "
             "this.toUpperCase(); };"
             "class MyError extends Error { constructor(m) { super(m); this.name = 'MyError'; } }"
             "function Old() {} Old.prototype = Object.create(Error.prototype); Old.prototype.toString = () => 'old';"
             "const { chunk } = require('lodash'); const app = require('express')();"
             "module.exports = { MyError, Old, chunk, app, Stack: class extends Map { get(key) { return super.get(key) "
             "?? 'none'; } } };",
             "a.test.js",
             "const x = require('./sum'); const request = require('supertest');"
             "test('adds', async () => { expect([1, 2].myMap((n) => n * 2)).toEqual([2, 4]); expect(await "
             "Promise.myAll([1])).toEqual([1]); expect('a'.shout()).toBe('A'); });"
             "test('errors', () => { expect(() => { throw new x.MyError('m'); }).toThrow(x.MyError); expect(new "
             "x.MyError('m').name).toBe('MyError'); expect(String(new x.Old())).toBe('old'); });"
             "test('packages', () => expect(x.chunk([1, 2, 3], 2)).toEqual([[1, 2], [3]]));"
             "test('class', () => expect(new x.Stack([[1, 2]]).get(3)).toBe('none'));"
             "test('http', async () => { x.app.get('/a', (q, s) => s.json({ ok: true })); const r = await "
             "request(x.app).get('/a'); expect(r.body).toEqual({ ok: true }); });"));
  INFO(graded.Describe());
  CHECK(graded.Outcomes() == "PASSED");
}

TEST_CASE("packages that ask for built-in objects by name work while those are read-only") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Tested(
      "const express = require('express'), qs = require('qs'); const app = express(); app.set('query parser', "
      "'extended'); app.use(express.urlencoded({ extended: true })); app.get('/', (q, s) => s.json(q.query)); "
      "app.get('/text', (q, s) => s.send(qs.stringify({ a: { b: 1 } }))); app.post('/', (q, s) => s.json(q.body)); "
      "module.exports = app;",
      "test/http.test.mjs", TestFile("http.test.mjs"));
  request.set_image(GENERATE("node-22", "node-24", "node-26"));
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.results.size() == 1);
  CHECK(Tests(graded.results[0]) == "query PASSED\ntext PASSED\nquery() PASSED\nform PASSED\nsinon PASSED\n");
}

TEST_CASE("a submission may be called as it likes, and tests import it by its name") {
  Client client(SharedDaemon());
  v1::GradeRequest request =
      Tested(kSum, "test/a.test.mjs",
             "import { it } from 'vitest'; import { expect } from 'chai'; import { sum } from 'adder';"
             "it('adds', () => expect(sum(1, 2)).to.equal(3));");
  *request.add_cases() = Tested(kSum, "test/a.test.cjs",
                                "const { expect } = require('chai'); const { sum } = require('adder');"
                                "it('adds', () => expect(sum(1, 2)).to.equal(3));")
                             .cases(0);
  request.mutable_cases(1)->set_name("CommonJS");
  for (v1::Case& each : *request.mutable_cases()) {
    v1::File& manifest = *each.add_files();
    manifest.set_path("package.json");
    manifest.set_content(R"({"name":"adder","exports":"./sum.js"})");
  }
  request.set_image(GENERATE("node-22", "node-24", "node-26"));
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  CHECK(graded.Outcomes() == "PASSED PASSED");
}

TEST_CASE("assertions that a test announces are counted") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Tested(TestFile("sum.js"), "test/counted.test.js", TestFile("counted.test.js"));
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.results.size() == 1);
  CHECK(Tests(graded.results[0]) ==
        "one PASSED\none of two FAILED\nnone FAILED\nsome PASSED\nlate PASSED\nskipped SKIPPED\nplain PASSED\n"
        "failing PASSED\nin a hook > none FAILED\nin a hook > some PASSED\n");
  CHECK_THAT(graded.results[0].tests(1).diff(),
             Catch::Contains("Expected two assertions to be called but received one assertion call"));
}

TEST_CASE("what throws outside of tests is a failure, whatever else there is") {
  Client client(SharedDaemon());
  const auto tests = [&](const std::string& name, const std::string& source) {
    const Graded graded = Grade(client, Tested(TestFile("sum.js"), name, source));
    INFO(graded.Describe());
    REQUIRE(graded.results.size() == 1);
    CHECK(graded.results[0].outcome() == v1::FAILED);
    return Tests(graded.results[0]);
  };
  CHECK(
      tests(
          "a.test.js",
          "const { boom } = require('./sum'); describe('a', () => { it('b', () => {}); });"
          "describe('c', () => { it.todo('d'); it.skip('e', () => {}); for (const x of boom()) it(x, () => {}); });") ==
      "a > b PASSED\nc FAILED\nc > d SKIPPED\nc > e SKIPPED\n");
  CHECK(tests("a.test.js",
              "const { boom } = require('./sum'); it('a', () => {}); describe('b', () => { describe('c', () => { "
              "it.todo('d'); boom(); }); });") == "a PASSED\nb > c FAILED\nb > c > d SKIPPED\n");
  CHECK(tests("a.test.mjs",
              "import test from 'node:test'; import sum from './sum.js'; await test('a', () => {});"
              "for (const x of sum.boom()) test(x, () => {});") == "a PASSED\na.test.mjs FAILED\n");
  CHECK(tests("a.test.mjs", "import test from 'node:test'; import sum from './sum.js'; test.todo('a'); sum.boom();") ==
        "a.test.mjs FAILED\na SKIPPED\n");
  CHECK(
      tests(
          "a.test.js",
          "const { boom } = require('./sum'); describe('a', () => { describe('b', () => { it.todo('c'); }); boom(); });"
          "describe.skip('d', () => { it('e', () => {}); boom(); });") ==
      "a FAILED\na > b > c SKIPPED\nd > e SKIPPED\n");
}

TEST_CASE("an assertion that nobody waits for fails the test that runs") {
  Client client(SharedDaemon());
  const Graded graded = Grade(
      client, Tested("process.on('unhandledRejection', () => {}); process.on('uncaughtException', () => {}); const { "
                     "emit } = process; process.emit = function (...all) { return Reflect.apply(emit, this, all); };"
                     "exports.sum = (a, b) => a + b;",
                     "a.test.mjs",
                     "import { it, expect } from 'vitest'; import { setTimeout as sleep } from 'node:timers/promises';"
                     "import { sum } from './sum.js';"
                     "it('rejects', async () => { (async () => expect(sum(1, 2)).toBe(4))(); await sleep(20); });"
                     "it('throws', async () => { setTimeout(() => expect(sum(1, 2)).toBe(4), 1); await sleep(20); });"
                     "it('holds', async () => { (async () => expect(sum(1, 2)).toBe(3))(); await sleep(20); });"));
  INFO(graded.Describe());
  REQUIRE(graded.results.size() == 1);
  CHECK(Tests(graded.results[0]) == "rejects FAILED\nthrows FAILED\nholds PASSED\n");
}

TEST_CASE("assert.Assert and mocks are Node's own") {
  Client client(SharedDaemon());
  const Graded graded = Grade(
      client,
      Tested(
          kSum, "a.test.mjs",
          "import test, { mock } from 'node:test'; import assert from 'node:assert'; import './sum.js';"
          "test('Assert', () => { const a = new assert.Assert({ diff: 'full', strict: true }); a.deepEqual([1], [1]);"
          "a.equal(1, 1); assert.throws(() => a.equal(1, '1')); assert.throws(() => a.deepEqual([1], ['1']));"
          "a.throws(() => { throw new Error('x'); }, /x/); a.match('ab', /b/); a.doesNotMatch('ab', /c/); });"
          "test('mock', (t) => { const f = t.mock.fn((n) => n + 1); assert.equal(f(1), 2);"
          "assert.equal(f.mock.callCount(), 1); assert.deepEqual(f.mock.calls[0].arguments, [1]);"
          "const o = { a: () => 1 }; mock.method(o, 'a', () => 2); assert.equal(o.a(), 2); mock.reset();"
          "assert.equal(o.a(), 1); });"));
  INFO(graded.Describe());
  CHECK(graded.Outcomes() == "PASSED");
}

TEST_CASE("what is wrong with test files is told by field") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Tested(kSum, "../a.test.js", "\xff");
  v1::Case& added = *request.mutable_cases(0);
  added.set_stdin("x");
  added.mutable_tests()->add_entries("b.test.js");
  const Graded graded = Grade(client, request);
  CHECK(graded.Code() == "INVALID_ARGUMENT");
  for (const char* field : {"cases[0].stdin: ", "cases[0].tests.files[0].path: ", "cases[0].tests.files[0].content: ",
                            "cases[0].tests.entries[0]: "}) {
    CHECK_THAT(graded.Violations(), Catch::Contains(field));
  }
}

}  // namespace
}  // namespace runner::test
