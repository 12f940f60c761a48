#pragma once

namespace runner::launcher {

// Limits init itself to what supervising needs: a handful of calls, everything else kills it and with it the sandbox.
// Loaded after Node was started, which must not inherit it. `collects`: to what ServeFiles needs, too. 0, or -1
// with errno.
int LoadInitFilter(bool collects);

}  // namespace runner::launcher
