#include "runner/base/error.h"

#include <cstring>
#include <stdexcept>

namespace runner {

std::string Error::ToString() const {
  if (error_number == 0) return step;
  const char* description = strerrordesc_np(error_number);
  const char* name = strerrorname_np(error_number);
  return step + ": " + (description != nullptr ? description : "unknown error") + " (" +
         (name != nullptr ? name : std::to_string(error_number).c_str()) + ")";
}

void throw_exception_from_error(const Error& error, const boost::source_location& /*where*/) {
  throw std::runtime_error(error.ToString());
}

}  // namespace runner
