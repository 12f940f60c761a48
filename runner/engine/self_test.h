#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "runner/base/error.h"
#include "runner/engine/engine.h"

namespace runner {

// Runs an empty program under `policy` in every image, through every layer, as a request would. The daemon does so before
// it serves: a host that lacks a layer, or an image that cannot start, is found then and not by the first caller.
// The Error says which image and which step.
[[nodiscard]] boost::asio::awaitable<Result<void>> SelfTest(Engine& engine, std::string policy);

}  // namespace runner
