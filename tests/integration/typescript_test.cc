// TypeScript on every image: what Node strips, and what has to be compiled.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/client.h"

namespace runner::test {
namespace {

Outcome RunOn(const std::string& image, v1::RunRequest request, const std::string& entry) {
  request.set_image(image);
  request.set_entry(entry);
  Client client(SharedDaemon());
  return client.Run(request);
}

TEST_CASE("enums, namespaces, parameter properties and import-equals run, and imports between .ts, .mts and .cts") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  v1::RunRequest request = Snippet(R"(import { Colour } from './colour.ts';
import { N } from './names.mts';
import legacy from './legacy.cts';
import { Worker } from 'node:worker_threads';
interface Shape { area(): number }
class Square implements Shape {
  constructor(private readonly side: number) {}
  area() { return this.side ** 2; }
}
console.log(Colour.Green, Colour[0], N.a, new Square(3).area(), legacy.kind, typeof require);
console.log(process.execArgv.some((option) => option.includes('require')));
new Worker(new URL('./worker.ts', import.meta.url)).on('message', (text: string) => console.log(text));
)",
                                   "main.ts");
  AddFile(request, "colour.ts", "export enum Colour { Red, Green }");
  AddFile(request, "names.mts", "export namespace N { export const a: number = 7 }");
  AddFile(request, "legacy.cts",
          "import path = require('node:path');\nenum Kind { A = 'a' }\n"
          "export = { kind: path.join(Kind.A, require('./required.ts').Level.High) };");
  AddFile(request, "required.ts", "enum Level { High = 'high' }\nexports.Level = Level;");
  AddFile(
      request, "worker.ts",
      "import { parentPort } from 'node:worker_threads';\nenum W { A = 9 }\nparentPort!.postMessage(`worker ${W.A}`)");
  const Outcome outcome = RunOn(image, request, "main.ts");
  INFO(image << "\n" << outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "1 Red 7 9 a/high undefined\nfalse\nworker 9\n");
  CHECK(outcome.err.empty());
}

TEST_CASE("a stack trace of compiled TypeScript names line and column of the source") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  const Outcome outcome = RunOn(image,
                                Snippet("interface Long {\n  gone: string;\n}\nenum E { A }\nclass P {\n"
                                        "  constructor(readonly x: number) {\n    throw new Error('on purpose');\n"
                                        "  }\n}\nnew P(E.A);\n",
                                        "main.ts"),
                                "main.ts");
  INFO(image << "\n" << outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 1");
  CHECK_THAT(outcome.err, Catch::StartsWith("/workspace/main.ts:7\n    throw new Error('on purpose');\n"));
  CHECK_THAT(outcome.err, Catch::Contains("/workspace/main.ts:7:11)"));
  CHECK_THAT(outcome.err, Catch::Contains("/workspace/main.ts:10:1"));
}

TEST_CASE("type errors do not stop a run, and a syntax error names file, line and column") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  CHECK(RunOn(image, Snippet("const n: number = 'text'; console.log(n)", "main.ts"), "main.ts").out == "text\n");
  const std::string enums = GENERATE("", "enum E { A } ");
  const Outcome outcome = RunOn(image, Snippet("const a = 1;\n" + enums + "let x: = 3;\n", "main.ts"), "main.ts");
  INFO(image << "\n" << outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 1");
  CHECK_THAT(outcome.err, Catch::Contains("/workspace/main.ts:2\n"));
  CHECK_THAT(outcome.err, Catch::Contains("let x: = 3;\n" + std::string(enums.size() + 7, ' ') + "^"));
  CHECK_THAT(outcome.err, Catch::Contains("SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]"));
}

// Prints what it decorates. The comment with an @ has to be read over.
constexpr const char* kDecorated = R"(// @see d
interface Long {
  gone: string;
}
enum Kind { Of = 'of' }
function d(value: unknown, context: DecoratorContext): any {
  console.log(Kind.Of, context.kind, context.name, 'not@me');
}
@d
export class B {
  @d accessor x: number = 1;
  constructor(readonly y: number) {}
  @d fail(): never { throw new Error('on purpose'); }
}
)";

TEST_CASE("standard decorators run, in files imported from JavaScript too, and stack traces name the source") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  v1::RunRequest request = Snippet(
      "import { B } from './decorated.ts';\nimport c from './legacy.cts';\n"
      "console.log(c.name, Object.keys(new B(2)));\nnew B(2).fail();\n",
      "main.js");
  AddFile(request, "package.json", R"({ "type": "module" })");
  AddFile(request, "decorated.ts", kDecorated);
  AddFile(request, "legacy.cts",
          "import path = require('node:path');\nconst d = (c: Function, x: unknown) => {};\n"
          "@d class Q { p: string = path.sep }\nexport = Q;\n");
  const Outcome outcome = RunOn(image, request, "main.js");
  INFO(image << "\n" << outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 1");
  CHECK(outcome.out == "of accessor x not@me\nof method fail not@me\nof class B not@me\nQ [ 'y' ]\n");
  CHECK_THAT(outcome.err,
             Catch::StartsWith("/workspace/decorated.ts:13\n  @d fail(): never { throw new Error('on purpose'); }\n"));
  CHECK_THAT(outcome.err, Catch::Contains("at B.fail (/workspace/decorated.ts:13:28)"));
}

TEST_CASE("a file with decorators and no package.json is a module where it exports, and CommonJS where it does not") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  v1::RunRequest request = Snippet(
      "const d = (c: Function, x: unknown) => {};\n@d class A {}\n"
      "console.log(typeof require, require('./decorated.ts').B.name);\n",
      "main.ts");
  AddFile(request, "decorated.ts", kDecorated);
  const Outcome outcome = RunOn(image, request, "main.ts");
  INFO(image << "\n" << outcome.Describe());
  CHECK_THAT(outcome.out, Catch::EndsWith("function B\n"));
  CHECK(outcome.err.empty());
}

TEST_CASE("tsconfig.json asks for the older decorators and their metadata") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  v1::RunRequest request =
      Snippet(R"((Reflect as any).metadata = (key: string, value: any) => (target: object, name: string) =>
  console.log(key, name, Array.isArray(value) ? value.map((type) => type.name) : value?.name);
class Service {}
const inject = (target: object, name: string, index: number) => console.log('parameter', name, index);
const twice = (target: any, name: string, property: PropertyDescriptor) => ({ value: () => property.value() * 2 });
class Controller {
  constructor(@inject private readonly service: Service) {}
  @twice run(): number { return 21 }
}
console.log(new Controller(new Service()).run());
)",
              "src/main.ts");
  AddFile(request, "base.json", R"({ "compilerOptions": { "experimentalDecorators": true } })");
  AddFile(request, "tsconfig.json", R"({
    // as people write them
    "extends": "./base.json", "compilerOptions": { "emitDecoratorMetadata": true, "target": "es2022", },
  })");
  const Outcome outcome = RunOn(image, request, "src/main.ts");
  INFO(image << "\n" << outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out ==
        "design:returntype run Number\ndesign:paramtypes run []\ndesign:type run Function\n"
        "design:paramtypes undefined [ 'Service' ]\nparameter undefined 0\n42\n");
  CHECK(outcome.err.empty());
}

TEST_CASE(
    "a decorator where there may be none is a syntax error with line and column, and so is a broken tsconfig.json") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  v1::RunRequest request = Snippet("const d = () => {};\nclass A { m(@d x: number) {} }\nexport { A };\n", "main.ts");
  const Outcome misplaced = RunOn(image, request, "main.ts");
  INFO(image << "\n" << misplaced.Describe());
  CHECK(misplaced.Fate() == "EXITED 1");
  CHECK_THAT(misplaced.err, Catch::StartsWith("/workspace/main.ts:2\nclass A { m(@d x: number) {} }\n            ^\n"));
  CHECK_THAT(misplaced.err,
             Catch::Contains("SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Decorators are not valid here. "
                             "Those of parameters need \"experimentalDecorators\" in tsconfig.json."));
  AddFile(request, "tsconfig.json", "{ \"compilerOptions\": {\n  \"experimentalDecorators\" true } }");
  const Outcome broken = RunOn(image, request, "main.ts");
  INFO(broken.Describe());
  CHECK_THAT(broken.err, Catch::StartsWith("/workspace/tsconfig.json:2\n  \"experimentalDecorators\" true } }\n"));
}

TEST_CASE("a file may begin with a byte order mark, .cts may require .mts, and .tsx is refused by its extension") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  v1::RunRequest request = Snippet(
      "\xEF\xBB\xBF"
      "enum E { A = 3 }\nconst m = require('./m.mts');\n"
      "import same = require('./m.mts');\nconsole.log(E.A, m.k, same === m);\n",
      "main.cts");
  AddFile(request, "m.mts",
          "\xEF\xBB\xBF"
          "enum E { A = 5 }\nexport const k = E.A;\n");
  AddFile(request, "page.tsx", "export const a = <b>1</b>;");
  const Outcome outcome = RunOn(image, request, "main.cts");
  INFO(image << "\n" << outcome.Describe());
  CHECK(outcome.out == "3 5 true\n");
  CHECK(outcome.err.empty());
  const Outcome tsx = RunOn(image, request, "page.tsx");
  INFO(tsx.Describe());
  CHECK_THAT(tsx.err, Catch::Contains("[ERR_UNKNOWN_FILE_EXTENSION]: Unknown file extension \".tsx\""));
}

TEST_CASE("a worker with an execArgv of its own compiles too, and a Node that the program starts under cluster") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  v1::RunRequest request = Snippet(R"(import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { Worker } from 'node:worker_threads';
enum End { Event = 'exit' }
const child = new URL('./child.mts', import.meta.url);
const ended = (it: any) => new Promise((done) => it.on(End.Event, done));
const forked = fork(child, ['forked'], { execArgv: ['--stack-trace-limit=5'] });
console.log(forked.spawnargs.slice(1), Object.keys(forked).includes('spawn'));
await ended(forked);
class Own extends Worker {}
const worker = new Own(child, { execArgv: ['--no-warnings'], argv: ['worker'] });
await ended(worker);
const plain = new Worker(child, { argv: ['plain worker'] });
console.log(worker instanceof Worker, plain.constructor === Worker, Worker.name);
await ended(plain);
cluster.setupPrimary({ exec: '/workspace/child.mts', args: ['clustered'] });
await ended(cluster.fork());
)",
                                   "main.mts");
  AddFile(request, "child.mts", R"(enum Kind { Child = 'child' }
const d = (c: Function, context: ClassDecoratorContext) => console.log(Kind.Child, context.name);
@d class A {}
console.log(process.argv[2], process.execArgv);
process.disconnect?.();
)");
  request.set_policy("cluster");
  const Outcome outcome = RunOn(image, request, "main.mts");
  INFO(image << "\n" << outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out ==
        "[ '--stack-trace-limit=5', '/workspace/child.mts', 'forked' ] false\n"
        "child A\nforked [ '--stack-trace-limit=5' ]\n"
        "child A\nworker [ '--no-warnings' ]\ntrue true Worker\nchild A\nplain worker []\n"
        "child A\nclustered []\n");
  CHECK(outcome.err.empty());
}

}  // namespace
}  // namespace runner::test
