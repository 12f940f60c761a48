#pragma once

#include <boost/system/result.hpp>
#include <cerrno>
#include <string>

namespace runner {

// What went wrong: the step that failed, in words a person can act on, and the errno it failed with (0: none applies).
struct Error {
  // Keeps a bare string from converting to an Error (C++20 initializes aggregates from parentheses too), which would make
  // Result<std::string> ambiguous.
  struct NotAString {};
  [[no_unique_address]] NotAString not_a_string{};

  std::string step;
  int error_number = 0;

  // "mount /proc: Operation not permitted (EPERM)", or just the step.
  [[nodiscard]] std::string ToString() const;
};

// An Error for the system call that just failed. Reads errno first, so arguments must not disturb it.
[[nodiscard]] inline Error ErrnoError(std::string step) {
  const int error_number = errno;
  return Error{.step = std::move(step), .error_number = error_number};
}

// A value or an Error. Test with `if (!result)`, read with *result, result.error().
template <typename T>
using Result = boost::system::result<T, Error>;

// boost::system::result calls this when value() is called on an error: a programming mistake, hence a plain throw.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace runner
