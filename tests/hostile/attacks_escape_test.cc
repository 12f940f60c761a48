#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "tests/hostile/hostile.h"
#include "tests/hostile/listener.h"

namespace runner::test {
namespace {

using std::chrono::milliseconds;

v1::RunRequest Call(long number, Arguments arguments = {"0", "0", "0"}) {
  arguments.insert(arguments.begin(), std::to_string(number));
  return NativeAttack("call", arguments);
}

// In one case each, not one for every call: what stands around a case takes a hundred times as long as a call.
TEST_CASE_METHOD(Hostile, "calls that only an attack makes end the run, and the result names them") {
  const std::vector<std::pair<std::string, long>> calls{{"bpf", SYS_bpf},
                                                        {"mount", SYS_mount},
                                                        {"fsopen", SYS_fsopen},
                                                        {"setns", SYS_setns},
                                                        {"userfaultfd", SYS_userfaultfd},
                                                        {"process_vm_readv", SYS_process_vm_readv},
                                                        {"pidfd_getfd", SYS_pidfd_getfd},
                                                        {"pivot_root", SYS_pivot_root},
                                                        {"kexec_load", SYS_kexec_load},
                                                        {"init_module", SYS_init_module},
                                                        {"perf_event_open", SYS_perf_event_open}};
  for (const auto& [name, number] : calls) CHECK(Fate(Call(number)) == "POLICY_VIOLATION " + name);
}

TEST_CASE_METHOD(Hostile, "calls that a library may try are refused as on a kernel that does not have them") {
  for (const long number : {SYS_clone3, SYS_io_uring_setup, SYS_io_uring_enter}) {
    INFO(number);
    CHECK(Output(Call(number)) == "call ENOSYS");
  }
  for (const long number : {SYS_mknod, SYS_fork, SYS_memfd_create}) {
    INFO(number);
    CHECK(Output(Call(number)) == "call EPERM");
  }
}

TEST_CASE_METHOD(Hostile, "sockets of every family but those of the internet are refused") {
  for (const int family : {AF_UNIX, AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK}) {
    INFO(family);
    CHECK(Output(Call(SYS_socket, {std::to_string(family), "3", "0"})) == "call EAFNOSUPPORT");
  }
}

TEST_CASE_METHOD(Hostile, "foreign calling conventions end the run") {
  const std::string convention = GENERATE("int80", "x32");
  const std::string fate = Fate(NativeAttack(convention));
  // A kernel without the convention answers before the filter is asked.
  CHECK((fate.starts_with("POLICY_VIOLATION") || fate == "SIGNALED 11"));
}

TEST_CASE_METHOD(Hostile, "a child or a thread that trips the wire ends the whole run") {
  CHECK(Fate(Under("cluster", NativeAttack("violate-in-child"))) == "POLICY_VIOLATION unshare");
  CHECK(Fate(NativeAttack("violate-in-threads")) == "POLICY_VIOLATION bpf");
}

TEST_CASE_METHOD(Hostile, "a key in the kernel's keyring is not there for the next run") {
  const std::string name = "mark-of-" + std::to_string(::getpid());
  for (int run = 0; run < 2; ++run) CHECK(Fate(NativeAttack("keyring", {name})) == "POLICY_VIOLATION keyctl");
}

TEST_CASE_METHOD(Hostile, "nothing can be typed into the terminal of whoever looks on") {
  const std::string out = Output(NativeAttack("type-into-stdin"));
  CHECK((out.find("ok") == std::string::npos && out.find("TIOCSTI") == 0));
}

std::string OutputOnTerminal(const Daemon& daemon, v1::RunRequest request) {
  request.mutable_terminal();
  return OutputOn(daemon, request);
}

TEST_CASE_METHOD(Hostile,
                 "a terminal of the program's own takes no typing from it, nor any other of its drivers' calls") {
  CHECK(OutputOnTerminal(daemon(), NativeAttack("type-into-stdin")) ==
        "TIOCSTI ENOTTY\r\nTIOCSTI ENOTTY\r\nTIOCSTI ENOTTY\r\nTIOCSTI ENOTTY\r");
  for (const unsigned long request : std::vector<unsigned long>{
           TIOCSETD, TIOCLINUX, TIOCCONS, TIOCSWINSZ, TIOCSCTTY, TIOCNOTTY, TIOCSPGRP, TIOCGPTPEER, TIOCSPTLCK,
           TIOCVHANGUP, TIOCEXCL, TIOCSSERIAL, TIOCMSET, TCXONC, TCFLSH, TIOCPKT}) {
    CAPTURE(request);
    CHECK(OutputOnTerminal(daemon(), Call(SYS_ioctl, {"0", std::to_string(request), "0"})) == "call ENOTTY\r");
    const std::string high = std::to_string(request | 1UL << 32U);
    CHECK(OutputOnTerminal(daemon(), Call(SYS_ioctl, {"0", high, "0"})) == "call ENOTTY\r");
  }
  CHECK(OutputOnTerminal(daemon(), NativeAttack("descriptors")) == "0 1 2 \r");
}

TEST_CASE_METHOD(Hostile, "a terminal leads to no other: not to the host's, and not to one that could be made") {
  for (const std::string path : {"/dev/tty", "/dev/ptmx", "/dev/pts/ptmx", "/dev/pts/0", "/proc/self/fd/0/../ptmx"}) {
    CAPTURE(path);
    v1::RunRequest request = Attack("read-file", {path});
    request.mutable_terminal();
    CHECK(Output(request).find("ENO") == 0);
  }
}

TEST_CASE_METHOD(Hostile, "code of the program's own making does not run") {
  for (const std::string attack : {"map-written", "exec-written", "exec-again", "exec-from-memory"}) {
    INFO(attack);
    const Outcome outcome = Run(NativeAttack(attack));
    INFO(outcome.Describe());
    CHECK(outcome.out.find("ok") == std::string::npos);
    CHECK(outcome.out.find("hello") == std::string::npos);
  }
  CHECK(Output(Attack("dlopen-written")) == "refused");
  CHECK(Fate(Attack("replace-itself")) != "EXITED 0");
}

TEST_CASE_METHOD(Hostile, "under cluster, too, Node is the only program that starts") {
  CHECK(Output(Under("cluster", Attack("start-child"))) == "ENOENT");
  const Outcome outcome = Run(Under("cluster", NativeAttack("exec-written")));
  INFO(outcome.Describe());
  CHECK(outcome.out.find("hello") == std::string::npos);
}

TEST_CASE_METHOD(Hostile, "init cannot be read, stopped or killed") {
  const std::string doors = Output(NativeAttack("read-init"));
  INFO(doors);
  CHECK(doors.find("ok") == std::string::npos);
  CHECK(Output(Attack("kill-init")) == "init is still there");
  CHECK(Output(Attack("kill-everybody")) == "ESRCH");
}

TEST_CASE_METHOD(Hostile, "the way up through a descriptor ends at the sandbox's root") {
  const std::string root = Output(Attack("list-root"));
  CHECK(root == "dev etc lib lib64 node_modules proc tmp usr workspace");
  CHECK(Output(Attack("walk-out-by-descriptor")) == root + "\n" + root + "\n" + root);
}

TEST_CASE_METHOD(Hostile, "every descriptor up to 65535 is one of Node's own") {
  CHECK(Output(WithMuchTime(Attack("list-descriptors"))) == "anon_inode:[eventfd] anon_inode:[eventpoll] pipe");
  CHECK(Output(NativeAttack("descriptors")) == "0 1 2 ");
}

TEST_CASE_METHOD(Hostile, "there is no control socket to find, and no preload to see") {
  CHECK(Output(Attack("hunt-for-control")).starts_with("0 "));
  CHECK(Output(Attack("hunt-for-control")).ends_with(" false"));
}

TEST_CASE_METHOD(Hostile, "Node's internal bindings give no power that the program lacks") {
  CHECK(Output(Attack("internal-bindings")) != "opened");
}

TEST_CASE_METHOD(Hostile, "an inspector cannot be reached from outside") {
  Client client(daemon());
  InteractiveRun run(client, Attack("open-inspector"));
  REQUIRE(run.AwaitOutput("9229"));
  CHECK_FALSE(Reachable(9229));
  CHECK(run.Finish().Fate() == "EXITED 0");
  CHECK(Output(Attack("signal-inspector")) == "still here");
}

std::string NodeOfTheImage() {
  const auto path = ImagesDirectory() / "node-26/root/usr/bin/node";
  std::string bytes(std::filesystem::file_size(path), '\0');
  std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

TEST_CASE_METHOD(Hostile, "the image's node cannot be changed") {
  const std::string before = NodeOfTheImage();
  REQUIRE(before.size() > 1'000'000);
  const std::string out = Output(Attack("open-node-for-writing"));
  CHECK(out.find("opened") == std::string::npos);
  CHECK(Output(Attack("write-into-image")).find("done") == std::string::npos);
  CHECK((NodeOfTheImage() == before));
}

TEST_CASE_METHOD(Hostile, "a program's own memory is closed to it as a file, and its priority stays") {
  CHECK(Output(Attack("write-own-memory")) != "opened");
  CHECK(Output(Attack("raise-oom-score")) != "written");
  CHECK(Output(Attack("raise-priority")) == "EPERM");
}

}  // namespace
}  // namespace runner::test
