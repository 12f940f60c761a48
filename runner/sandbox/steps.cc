#include "runner/sandbox/steps.h"

namespace runner {

std::string_view StepDescription(launcher::Step step) {
  using launcher::Step;
  switch (step) {
    case Step::kNone:
      return "nothing failed";
    case Step::kProtocol:
      return "runnerd and runner-launcher are of different versions";
    case Step::kCheckRequest:
      return "check the launch request";
    case Step::kCloneImage:
      return "clone the mount of an image (open_tree, mount_setattr)";
    case Step::kBuildLauncherRoot:
      return "build the launcher's private root";
    case Step::kCloneProcess:
      return "create the namespaces (clone3; layers user_namespace, pid_namespace, network_namespace, ipc_namespace, "
             "uts_namespace)";
    case Step::kWriteIdMap:
      return "map the run's uid and gid (layer user_namespace)";
    case Step::kOwnPipes:
      return "give the pipes to the run's uid";
    case Step::kJoinCgroup:
      return "join the run's cgroup";
    case Step::kAwaitIdMap:
      return "wait for the id maps";
    case Step::kBecomeUid:
      return "become the run's uid";
    case Step::kEnterCgroupNamespace:
      return "enter a cgroup namespace (layer cgroup_namespace)";
    case Step::kHostname:
      return "set the host name (layer uts_namespace)";
    case Step::kLoopback:
      return "bring the loopback interface up (layer network_namespace)";
    case Step::kMountRoot:
      return "mount the image (layer mount_namespace)";
    case Step::kMountDev:
      return "mount /dev";
    case Step::kMountProc:
      return "mount /proc (layer restricted_proc)";
    case Step::kMountTmp:
      return "mount /tmp";
    case Step::kMountWorkspace:
      return "mount the workspace";
    case Step::kTerminal:
      return "open the terminal (devpts)";
    case Step::kPivotRoot:
      return "change to the new root and detach the old (layer mount_namespace)";
    case Step::kRlimits:
      return "set the resource limits (layer rlimits)";
    case Step::kDropCapabilities:
      return "drop all capabilities (layer capabilities)";
    case Step::kVerifyDropped:
      return "verify that no privilege is left";
    case Step::kNoNewPrivs:
      return "set no_new_privs (layer no_new_privs)";
    case Step::kReceiveWorkspace:
      return "receive the workspace";
    case Step::kWriteWorkspace:
      return "write the workspace";
    case Step::kForkNode:
      return "fork the process for Node";
    case Step::kStdio:
      return "set up standard input and output";
    case Step::kLandlock:
      return "restrict files with Landlock (layer landlock)";
    case Step::kSeccomp:
      return "load the seccomp filter (layer seccomp)";
    case Step::kCloseFds:
      return "close all other descriptors (layer closed_fds)";
    case Step::kExecNode:
      return "execute Node";
    case Step::kHandOver:
      return "hand the program to the parked Node";
  }
  return "an unknown step";
}

}  // namespace runner
