#include "runner/ctl/grade/starter.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "runner/ctl/directory_walk.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuite =
    R"yaml(# A suite for `runnerctl grade`. Try it with the submission beside it, which passes:
#
#   runnerctl grade suite.yaml example
#
# Every key is explained in docs/grading.md of runner; suite.schema.json there lets an editor complete and check them.

name: Adding numbers

# Rules and limits of the sandboxes; `runnerctl info` lists what there is.
policy: grader

# What all cases have in common. Each case may say it differently.
defaults:
  # The file to run. A submission that is a single file gets this name.
  entry: sum.mjs
  limits: {wall_time: 10s, cpu_time: 5s, memory: 256M}
  # How an expected text is compared: blanks at the ends of lines and empty lines at the end do not count.
  compare: trim

cases:
  # The program gets `stdin`, and has to print `stdout` and to exit with 0.
  - name: two numbers
    stdin: "3 4\n"
    stdout: "7"

  # What is given has to hold, all of it.
  - name: something that is no number
    stdin: "3 four\n"
    stdout: ""
    stderr: {contains: "not a number"}
    exit_code: 1

  # Floating point: how far off it may be.
  - name: decimals
    stdin: "0.1 0.2\n"
    stdout: {numbers: "0.3", absolute: 1e-9}

  # Arguments, and a file that the program writes.
  - name: a file
    args: [--out, total.json]
    stdin: "1 2 3\n"
    expect_files:
      total.json: {json: {total: 6}}

  # Tests of the submission's functions, in the style of Jest, Vitest, Mocha or node:test. Students cannot read them.
  - name: unit tests
    tests: test/sum.test.mjs
    points: 3

  # A case for each pair NN.in and NN.out. Two points each, and students see neither what goes in nor what comes out.
  - group: secret
    from: cases/*.in
    points: 2
    visibility: hidden
)yaml";

constexpr const char* kTests = R"js(import { sum } from '../sum.mjs';

describe('sum', () => {
  test('adds', () => {
    expect(sum([1, 2, 3])).toBe(6);
  });
  test('of nothing is 0', () => {
    expect(sum([])).toBe(0);
  });
  test.each([[[0.1, 0.2], 0.3], [[-1, 1], 0]])('of %j is about %d', (numbers, total) => {
    expect(sum(numbers)).toBeCloseTo(total);
  });
});
)js";

constexpr const char* kExample =
    R"js(// Prints the sum of the numbers on standard input, or with --out FILE writes it there as JSON.
import { readFileSync, writeFileSync } from 'node:fs';

export function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

// Not when a test imports this file.
if (process.argv[1] === import.meta.filename) {
  const words = readFileSync('/dev/stdin', 'utf8').split(/\s+/).filter(Boolean);
  const wrong = words.find((word) => Number.isNaN(Number(word)));
  if (wrong !== undefined) {
    console.error(`${wrong} is not a number`);
    process.exit(1);
  }
  const total = sum(words.map(Number));
  if (process.argv[2] === '--out') {
    writeFileSync(process.argv[3], JSON.stringify({ total }));
  } else {
    console.log(total);
  }
}
)js";

// Creates; an errno that is not 0 otherwise.
int CreateFile(const fs::path& path, const std::string& content) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return errno;
  const int error = WriteAll(fd, content);
  return ::close(fd) != 0 && error == 0 ? errno : error;
}

}  // namespace

const std::vector<StarterFile>& Starter() {
  static const std::vector<StarterFile> files = {
      {"suite.yaml", kSuite},    {"cases/01.in", "10 20 30\n"}, {"cases/01.out", "60\n"},
      {"cases/02.in", "-5 5\n"}, {"cases/02.out", "0\n"},       {"cases/03.in", ""},
      {"cases/03.out", "0\n"},   {"test/sum.test.mjs", kTests}, {"example/sum.mjs", kExample}};
  return files;
}

void WriteStarter(const std::string& directory) {
  const fs::path root(directory);
  std::error_code error;
  for (const StarterFile& file : Starter()) {
    if (fs::exists(fs::symlink_status(root / file.path, error))) {
      throw UsageError("--init: there is " + Quoted((root / file.path).string()) +
                       " already; nothing was written. Name another directory: runnerctl grade --init DIR");
    }
  }
  for (const StarterFile& file : Starter()) {
    const fs::path path = root / file.path;
    fs::create_directories(path.parent_path(), error);
    const int failed = error ? error.value() : CreateFile(path, file.content);
    if (failed != 0) {
      throw UsageError("--init: cannot write " + Quoted(path.string()) + ": " + std::system_category().message(failed));
    }
  }
}

}  // namespace runner::ctl
