#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "runner/base/error.h"
#include "runner/engine/engine.h"

namespace runner {

// Runs an empty program in `image` under `policy`, through every layer, as a request would. The daemon does so before it
// serves: what a host cannot give is found then and not by the first caller. Layers are the same for all images, so one
// image is enough. Both names must exist. The Error says which step failed and why.
[[nodiscard]] boost::asio::awaitable<Result<void>> SelfTest(Engine& engine, std::string image, std::string policy);

}  // namespace runner
