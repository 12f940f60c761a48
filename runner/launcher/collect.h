// What init does for a run that wants files back, once the program has ended.
#pragma once

namespace runner::launcher {

// Ends every other process of the pid namespace and says so (kQuiet); then opens what the daemon asks for (kOpen) below
// `workspace`, an O_PATH descriptor of the workspace, and hands the descriptors over, until the daemon closes the socket.
//
// Init opens the files and not the daemon, because what init is allowed here is what the program was: it has the run's uid
// and no capability, and the kernel resolves no path beyond the workspace or through a symbolic link. Nothing can change
// under a walk: init is the only process left.
[[noreturn]] void ServeFiles(int control, int workspace);

}  // namespace runner::launcher
