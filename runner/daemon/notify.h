#pragma once

#include <string_view>

namespace runner {

// Tells a service manager that asked for it (systemd with Type=notify; sd_notify(3)) how the daemon is: "READY=1",
// "STOPPING=1". Nothing happens where nobody asked, or when the message cannot be sent: no run depends on it.
void NotifySupervisor(std::string_view state);

}  // namespace runner
