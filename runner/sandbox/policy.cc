#include "runner/sandbox/policy.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "runner/sandbox/policy_yaml.h"
#include "runner/sandbox/seccomp_compiler.h"

namespace runner {

Result<Policy> LoadPolicy(const std::filesystem::path& file) {
  Result<PolicySource> source = ReadPolicySource(file);
  if (!source) return source.error();
  Result<UniqueFd> program = CompileSeccomp(source->seccomp);
  if (!program) {
    return Error{.step = file.string() + ": " + program.error().step, .error_number = program.error().error_number};
  }
  source->policy.seccomp_program = std::move(*program);
  return std::move(source->policy);
}

Result<std::map<std::string, Policy>> LoadPolicies(const std::filesystem::path& directory) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".yaml") files.push_back(it->path());
  }
  if (error) return Error{.step = "read the policies in " + directory.string(), .error_number = error.value()};
  if (files.empty()) {
    return Error{.step = "no policy in " + directory.string() + ": expected at least one NAME.yaml", .error_number = 0};
  }
  // The first mistake reported is the same one every time.
  std::ranges::sort(files);
  std::map<std::string, Policy> policies;
  for (const std::filesystem::path& file : files) {
    Result<Policy> policy = LoadPolicy(file);
    if (!policy) return policy.error();
    std::string name = policy->name;
    policies.emplace(std::move(name), std::move(*policy));
  }
  return policies;
}

}  // namespace runner
