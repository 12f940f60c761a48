#include "runner/engine/missing_package.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "runner/engine/output_end.h"

namespace runner {
namespace {

const std::vector<std::string> kPackages = {"@scope/tool@1.0.0", "express@5.0.0", "zod@4.0.0"};

std::string Required(const std::string& specifier) {
  return "node:internal/modules/cjs/loader:1568\n  throw err;\n  ^\n\nError: Cannot find module '" + specifier +
         "'\nRequire stack:\n- /workspace/main.js\n    at Module._resolveFilename "
         "(node:internal/modules/cjs/loader:1564:15)"
         " {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: [ '/workspace/main.js' ]\n}\n\nNode.js v24.21.0\n";
}

std::string Imported(const std::string& name) {
  return "node:internal/modules/package_json_reader:343\n  throw new ERR_MODULE_NOT_FOUND();\n        ^\n\n"
         "Error [ERR_MODULE_NOT_FOUND]: Cannot find package '" +
         name +
         "' imported from /workspace/main.mjs\n    at Object.getPackageJSONURL "
         "(node:internal/modules/package_json_reader:343:9)"
         " {\n  code: 'ERR_MODULE_NOT_FOUND'\n}\n\nNode.js v26.10.0\n";
}

std::string Hint(const std::string& text) { return MissingPackageHint(text, "node-26", kPackages); }

TEST_CASE("a package that is missing is named with those there are") {
  const std::string expected = "There is no package \"left-pad\" in node-26, which has @scope/tool, express and zod.";
  CHECK(Hint(Required("left-pad")) == expected);
  CHECK(Hint(Required("left-pad/lib/index.js")) == expected);
  CHECK(Hint(Imported("left-pad")) == expected);
  CHECK(Hint("output before\n" + Required("express/no-such-file") + "more\n" + Imported("left-pad")) == expected);
  CHECK_THAT(Hint(Required("@other/tool/deep")), Catch::StartsWith("There is no package \"@other/tool\" in "));
  CHECK(MissingPackageHint(Imported("left-pad"), "bare", {}) ==
        "There is no package \"left-pad\" in bare, which has none.");
}

TEST_CASE("what is not the name of a package gets no hint") {
  const std::string specifier =
      GENERATE("./helper.js", "../helper.js", "/workspace/main.js", "", "..", ".hidden", "@scope", "@scope/", "@/tool",
               "@scope/../x", "node:nothing", "http://host/x", "left pad", "left\x1b[2Jpad", "left\npad",
               "left\xc2\x9bpad", "left\"pad", "left\\pad", "\xe2\x80\xaeleft");
  INFO(specifier);
  CHECK(Hint(Required(specifier)).empty());
  CHECK(Hint(Imported(specifier)).empty());
}

TEST_CASE("a name longer than npm allows gets no hint") {
  CHECK(!Hint(Required(std::string(214, 'a'))).empty());
  CHECK(Hint(Required(std::string(215, 'a'))).empty());
}

TEST_CASE("a package that is there gets no hint, whatever file of it is missing") {
  CHECK(Hint(Required("express/no-such-file")).empty());
  CHECK(Hint(Required("@scope/tool/no-such-file")).empty());
}

TEST_CASE("an ending that is not Node's own error gets no hint") {
  const std::string whole = Required("left-pad");
  CHECK(Hint("").empty());
  CHECK(Hint("Cannot find module 'left-pad'\n").empty());
  CHECK(Hint(whole + std::string(100, '.') + "\n").empty());
  for (std::size_t size = 0; size + 20 < whole.size(); ++size) CHECK(Hint(whole.substr(0, size)).empty());
  CHECK(Hint("x\nError: Cannot find module 'left-pad\n\nNode.js v24.21.0\n").empty());
}

TEST_CASE("the end of a stream is kept, however it was written") {
  std::string all;
  OutputEnd end;
  for (const std::size_t size :
       {1UL, 100UL, OutputEnd::kSize - 100, 1UL, OutputEnd::kSize, 3 * OutputEnd::kSize, 0UL, 7UL}) {
    const std::string part(size, static_cast<char>('a' + (size % 26)));
    all += part;
    end.Append(part);
    CHECK(end.text() == all.substr(all.size() - std::min(all.size(), OutputEnd::kSize)));
  }
}

}  // namespace
}  // namespace runner
