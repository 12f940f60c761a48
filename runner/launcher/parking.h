// Init's side of a parked Node: sandbox-images/runtime/parked.cjs is the other.
#pragma once

#include "runner/launcher/plan.h"
#include "runner/launcher/workspace.h"

namespace runner::launcher {

// Makes the socket on which Node waits: its end goes into `plan.park`, init's into `ours`. 0, or -1 with errno.
int MakeParkSocket(Plan& plan, int& ours);

// Whether Node has said that it waits now. To be asked once, when the socket has something to read.
bool IsWaiting(int ours);

// Sends the program and closes the socket, whose end is Node's order to go. 0, or -1 with errno: Node has died.
int HandOver(int ours, const Program& program);

}  // namespace runner::launcher
