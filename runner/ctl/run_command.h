#pragma once

#include <string>
#include <vector>

#include "runner/ctl/command_line.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// What `runnerctl run` was told, as written.
struct RunOptions {
  std::string program;  // FILE, DIR or -
  std::vector<std::string> args;
  std::string image;
  std::string policy;
  std::string time;
  std::string cpu_time;
  std::string memory;
  std::string output_limit;
  std::string threads;
  std::string workspace;
  std::string entry;
  std::vector<std::string> env_files;
  std::vector<std::string> env;
  std::string color = "auto";
  std::vector<std::string> labels;
  std::string run_id;
  std::string tenant;
  std::string address;
  std::vector<std::string> collect;
  std::string out;
  bool no_gitignore = false;
  bool dry_run = false;
  bool no_stdin = false;
  bool tty = false;
  std::string tty_size;  // implies tty
  bool cold = false;
  std::string deterministic;  // the seed; empty: not
  bool trace = false;
  bool json = false;
  bool quiet = false;
};

// The request that `options` ask for, without the files and without colours. Reads the files of variables. Throws
// UsageError for a value that cannot be understood; whether it is allowed is for the server to say.
[[nodiscard]] v1::RunRequest ToRequest(const RunOptions& options);

// Adds `runnerctl run`. `line` outlives its own Main.
void AddRunCommand(CommandLine& line);

}  // namespace runner::ctl
