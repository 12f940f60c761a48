// What crosses the process boundaries: the daemon to the launcher, and the daemon to one sandbox's init.
//
// Every message is one SOCK_SEQPACKET packet that starts with its type; fixed layout, native byte order, length checked
// by the receiver, no pointers, no text that anybody parses. Descriptors travel as SCM_RIGHTS in the documented order.
#pragma once

#include <cstdint>
#include <type_traits>

namespace runner::launcher {

inline constexpr std::uint32_t kProtocolVersion = 3;

// Layers that can be left out, for hosts that lack one and for the tests that prove each is needed. Fixed for the life of
// the launcher by the first message, before the daemon has seen a request.
enum Layer : std::uint32_t {
  kUserNamespace = 1U << 0,
  kOwnUid = 1U << 1,
  kMountNamespace = 1U << 2,
  kReadOnlyRoot = 1U << 3,
  kNoexecTmpfs = 1U << 4,
  kRestrictedProc = 1U << 5,
  kPidNamespace = 1U << 6,
  kNetworkNamespace = 1U << 7,
  kIpcNamespace = 1U << 8,
  kUtsNamespace = 1U << 9,
  kCgroupNamespace = 1U << 10,
  kNoNewPrivs = 1U << 11,
  kCapabilities = 1U << 12,
  kSeccomp = 1U << 13,
  kLandlock = 1U << 14,
  kRlimits = 1U << 15,
  kClosedFds = 1U << 16,
  // These three are the daemon's to apply; the launcher ignores them.
  kMemoryCgroup = 1U << 17,
  kPidsCgroup = 1U << 18,
  kCpuCgroup = 1U << 19,
};
inline constexpr std::uint32_t kAllLayers = (1U << 20) - 1;

// Where a set-up failed. The daemon turns it into words (runner/sandbox/steps.cc).
enum class Step : std::uint32_t {
  kNone = 0,
  kProtocol,
  kCheckRequest,
  kCloneImage,
  kBuildLauncherRoot,
  kCloneProcess,
  kWriteIdMap,
  kOwnPipes,
  kJoinCgroup,
  kAwaitIdMap,
  kBecomeUid,
  kEnterCgroupNamespace,
  kHostname,
  kLoopback,
  kMountRoot,
  kMountDev,
  kMountProc,
  kMountTmp,
  kMountWorkspace,
  kTerminal,
  kPivotRoot,
  kRlimits,
  kDropCapabilities,
  kVerifyDropped,
  kNoNewPrivs,
  kReceiveWorkspace,
  kWriteWorkspace,
  kForkNode,
  kStdio,
  kLandlock,
  kSeccomp,
  kCloseFds,
  kExecNode,
  kHandOver,
};

// ------------------------------------------------------------------------------------------- daemon to launcher
enum class LauncherMessage : std::uint32_t { kStart = 1, kLaunch = 2 };

inline constexpr std::uint32_t kMaxImages = 16;
inline constexpr std::uint32_t kMaxCgroupFds = 6;

// Once, first. Descriptors: the root directory of every image, O_PATH; then cgroup_parent_count directories, each of which
// holds the daemon's subtree under cgroup_name. Answered by a StartReply.
struct StartRequest {
  LauncherMessage type = LauncherMessage::kStart;
  std::uint32_t version = kProtocolVersion;
  std::uint32_t layers = kAllLayers;
  // Host uids (and, as gids, the same numbers) that runs may have.
  std::uint32_t first_uid = 0;
  std::uint32_t uid_count = 0;
  std::uint32_t image_count = 0;
  // Bit N: Node of image N is copied to huge pages (huge_pages.h).
  std::uint32_t huge_nodes = 0;
  // At the end the launcher, the last process that may, removes the subtree: the daemon gave up the right to.
  std::uint32_t cgroup_parent_count = 0;
  char cgroup_name[64] = {};  // ends with NUL
};

// Starts one sandbox's init. Descriptors, in this order: control socket, seccomp program, stdin, stdout, stderr (these three
// not with a terminal), then cgroup_fd_count directories: on v2 the run's cgroup, on v1 one a hierarchy. Answered by a Reply
// with init's pidfd.
struct LaunchRequest {
  LauncherMessage type = LauncherMessage::kLaunch;
  std::uint32_t cgroup_version = 2;
  std::uint64_t id = 0;
  std::uint32_t image = 0;      // index into the images of StartRequest
  std::uint32_t uid_index = 0;  // below uid_count
  std::uint32_t loopback = 0;   // 1: bring `lo` up
  std::uint32_t cgroup_fd_count = 0;
  std::uint32_t tmpfs_inodes = 0;
  std::uint32_t open_files = 0;
  std::uint64_t tmp_bytes = 0;
  std::uint64_t workspace_bytes = 0;
  // Both 0: pipes. Otherwise init opens a terminal of this size, and passes its master to the daemon (kTerminal).
  std::uint16_t terminal_rows = 0;
  std::uint16_t terminal_columns = 0;
  std::uint32_t reserved = 0;
};
inline constexpr std::uint32_t kFixedLaunchFds = 2;
inline constexpr std::uint32_t kPipeFds = 3;

struct StartReply {
  Step step = Step::kNone;
  std::int32_t error_number = 0;  // 0: success
  std::uint32_t huge_nodes = 0;   // the images whose Node is in huge pages
  std::int32_t huge_error = 0;    // why one that was asked for is not
};

struct Reply {
  std::uint64_t id = 0;  // of the LaunchRequest
  Step step = Step::kNone;
  std::int32_t error_number = 0;  // 0: success
};

// ------------------------------------------------------------------------------------------- daemon to init
enum class InitMessage : std::uint32_t {
  // Makes a file (and the directories above it) in the workspace; its path follows the header.
  kFile = 1,
  // Bytes of the file made last follow the header.
  kFileBytes = 2,
  // Bytes of the string block follow: argc arguments, then envc "NAME=value", each ended by NUL.
  kStrings = 3,
  // Start the program, or hand it to the Node that was started by kPark. Nothing but kSignal may follow, and kOpen after kQuiet.
  kGo = 4,
  // Send signal `a` to the program's main process.
  kSignal = 5,
  // Before kGo: stay after the program's end, for kOpen.
  kCollect = 6,
  // Open for reading what the path that follows names in the workspace ("." is the workspace), as a directory if `a` is 1.
  // Answered by kOpened.
  kOpen = 7,
  // Start Node without a program, with the strings so far; RUNNER_PARK=kParkDescriptor is one of them. What follows is the
  // program: files, strings, and kGo. Not after kFile.
  kPark = 8,
};

struct InitRequest {
  InitMessage type = InitMessage::kGo;
  std::uint32_t a = 0;     // kFile: mode; kGo and kPark: argc; kSignal: number; kOpen: 1 for a directory
  std::uint32_t b = 0;     // kGo and kPark: envc
  std::uint32_t size = 0;  // bytes that follow
};
inline constexpr std::uint32_t kMaxInitPayload = 64 * 1024;
inline constexpr std::uint32_t kMaxOpenPath = 4096;
inline constexpr std::uint32_t kMaxStrings = 512 * 1024;
inline constexpr std::uint32_t kMaxStringCount = 4096;

// ------------------------------------------------------------------------------------------- init to daemon
enum class InitEventType : std::uint32_t {
  kReady = 1,      // set up; waiting for the workspace
  kStarted = 2,    // the exec of Node succeeded, or the parked Node was handed its program
  kExited = 3,     // Node ended: wait_status. Init is gone, or kQuiet follows
  kViolation = 4,  // the filter stopped system call `system_call`; init is gone
  kFailed = 5,     // `step` failed with `error_number`; init is gone
  kTerminal = 6,   // with the master of the program's terminal as descriptor; before kReady
  kQuiet = 7,      // with kCollect, after kExited: no process but init is left; kOpen may come
  kOpened = 8,     // the answer to kOpen: the descriptor as SCM_RIGHTS, or error_number
  kParked = 9,     // Node has booted and waits for its program
};

struct InitEvent {
  InitEventType type = InitEventType::kFailed;
  Step step = Step::kNone;
  std::int32_t error_number = 0;
  std::int32_t wait_status = 0;
  std::int32_t system_call = -1;
  std::uint32_t architecture = 0;  // AUDIT_ARCH_*, with kViolation
};

static_assert(std::is_trivially_copyable_v<StartRequest> && std::is_standard_layout_v<StartRequest>);
static_assert(std::is_trivially_copyable_v<LaunchRequest> && std::is_standard_layout_v<LaunchRequest>);
static_assert(std::is_trivially_copyable_v<StartReply> && std::is_standard_layout_v<StartReply>);
static_assert(std::is_trivially_copyable_v<Reply> && std::is_standard_layout_v<Reply>);
static_assert(std::is_trivially_copyable_v<InitRequest> && std::is_standard_layout_v<InitRequest>);
static_assert(std::is_trivially_copyable_v<InitEvent> && std::is_standard_layout_v<InitEvent>);

// The path of Node inside every image. Init keeps it on a page of its own at this address while it calls execve: a filter
// cannot read a path but can compare a pointer, so that only the set-up's own exec passes. The page goes with the exec.
inline constexpr std::uint64_t kExecPathAddress = 0x10000000;
inline constexpr char kNodePath[] = "/usr/bin/node";

// The descriptor of a parked Node on which its program arrives: below 64, so that the table of descriptors is no larger than
// any Node's, and above all that Node opens for itself. sandbox-images/runtime/parked.cjs describes what is sent.
inline constexpr int kParkDescriptor = 63;

// The uid and gid of the program as it sees them.
inline constexpr std::uint32_t kInnerUid = 1000;

}  // namespace runner::launcher
