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

TEST_CASE("decorators are a syntax error: amaro leaves them as they are, and Node does not know them") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  const Outcome outcome =
      RunOn(image, Snippet("function d(c: unknown, x: unknown) {}\n@d\nclass B {}\n", "main.ts"), "main.ts");
  INFO(image << "\n" << outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 1");
  CHECK_THAT(outcome.err, Catch::StartsWith("/workspace/main.ts:2\n@d\n^"));
}

}  // namespace
}  // namespace runner::test
