// The steps of containment, in order, and what each is.
#pragma once

#include "runner/launcher/plan.h"
#include "runner/launcher/protocol.h"

namespace runner::launcher {

// A step returns 0, or -1 with errno set.
using StepFunction = int (*)(const Plan&);
struct NamedStep {
  Step step;
  StepFunction function;
};

// Runs steps in order. kNone, or the first that failed, with errno as it left it.
template <std::size_t N>
Step RunSteps(const NamedStep (&steps)[N], const Plan& plan) {
  for (const NamedStep& step : steps) {
    if (step.function(plan) != 0) return step.step;
  }
  return Step::kNone;
}

// identity.cc
int JoinCgroup(const Plan& plan);
int AwaitIdMap(const Plan& plan);
int BecomeUid(const Plan& plan);
int EnterCgroupNamespace(const Plan& plan);
int SetHostname(const Plan& plan);
int BringLoopbackUp(const Plan& plan);
int DropCapabilities(const Plan& plan);
int VerifyDropped(const Plan& plan);
int SetNoNewPrivs(const Plan& plan);

// mounts.cc
int MountRoot(const Plan& plan);
int MountDev(const Plan& plan);
int MountProc(const Plan& plan);
int MountTmp(const Plan& plan);
int MountWorkspace(const Plan& plan);
int PivotRoot(const Plan& plan);

// landlock.cc
int RestrictWithLandlock(const Plan& plan);

}  // namespace runner::launcher
