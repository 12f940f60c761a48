#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace runner {

// Where a program has ended with Node's own message that a package does not exist: one sentence that names the packages
// that do. Empty otherwise, and where the image has a package of that name after all (then it lacks some file of it).
//
// `stderr_end` is what the program wrote last, and a program may have written anything: so the sentence is advice for a
// person and decides nothing, and the name in it is quoted only if npm would allow it, which leaves no room for control
// characters. `packages` are an image's, NAME@VERSION.
[[nodiscard]] std::string MissingPackageHint(std::string_view stderr_end, std::string_view image,
                                             const std::vector<std::string>& packages);

}  // namespace runner
