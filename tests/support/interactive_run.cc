#include "tests/support/client.h"
#include "tests/support/paths.h"

namespace runner::test {

InteractiveRun::InteractiveRun(Client& client) : begin_(std::chrono::steady_clock::now()) {
  context_.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(5) * Slowness());
  stream_ = client.stub().RunInteractive(&context_);
  reader_ = std::thread([this] { Read(); });
}

InteractiveRun::InteractiveRun(Client& client, const v1::RunRequest& request) : InteractiveRun(client) {
  Start(request);
}

InteractiveRun::~InteractiveRun() {
  if (finished_) return;
  context_.TryCancel();
  Finish();
}

void InteractiveRun::Read() {
  v1::RunEvent event;
  while (stream_->Read(&event)) {
    const std::lock_guard lock(mutex_);
    outcome_.Add(event);
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  over_ = true;
  changed_.notify_all();
}

bool InteractiveRun::Send(const v1::RunInput& input) { return stream_->Write(input); }

bool InteractiveRun::Start(const v1::RunRequest& request) {
  v1::RunInput input;
  *input.mutable_start() = request;
  return Send(input);
}

bool InteractiveRun::WriteStdin(const std::string& bytes) {
  v1::RunInput input;
  input.set_stdin(bytes);
  return Send(input);
}

bool InteractiveRun::CloseStdin() {
  v1::RunInput input;
  input.mutable_close_stdin();
  return Send(input);
}

bool InteractiveRun::Signal(int number) {
  v1::RunInput input;
  input.mutable_signal()->set_number(number);
  return Send(input);
}

bool InteractiveRun::Resize(std::uint32_t rows, std::uint32_t columns) {
  v1::RunInput input;
  input.mutable_resize()->set_rows(rows);
  input.mutable_resize()->set_columns(columns);
  return Send(input);
}

bool InteractiveRun::Cancel() {
  v1::RunInput input;
  input.mutable_cancel();
  return Send(input);
}

void InteractiveRun::DoneSending() {
  if (sending_) stream_->WritesDone();
  sending_ = false;
}

bool InteractiveRun::Await(const std::function<bool()>& condition) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::minutes(1) * Slowness(), [&] { return over_ || condition(); });
  return condition();
}

bool InteractiveRun::AwaitOutput(const std::string& text) {
  return Await([&] { return outcome_.out.find(text) != std::string::npos; });
}

bool InteractiveRun::AwaitStarted() {
  return Await([this] { return outcome_.started.ByteSizeLong() > 0; });
}

std::string InteractiveRun::OutputSoFar() {
  const std::lock_guard lock(mutex_);
  return outcome_.out;
}

Outcome InteractiveRun::Finish() {
  reader_.join();
  outcome_.status = stream_->Finish();
  outcome_.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin_);
  finished_ = true;
  return outcome_;
}

}  // namespace runner::test
