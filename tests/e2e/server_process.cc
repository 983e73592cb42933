// corsacd as a child process.
#include "tests/e2e/server_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>

namespace corsac::testing {

ServerProcess::Pipe::Pipe(int fd) : thread_([this, fd] { Read(fd); }) {}

ServerProcess::Pipe::~Pipe() { thread_.join(); }

std::string ServerProcess::Pipe::text() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return text_;
}

bool ServerProcess::Pipe::WaitFor(const std::string& part) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, kPatience, [&] {
    return ended_ || text_.find(part) != std::string::npos;
  });
  return text_.find(part) != std::string::npos;
}

void ServerProcess::Pipe::WaitForEnd() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, kPatience, [&] { return ended_; });
}

void ServerProcess::Pipe::Read(int fd) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (got > 0) {
      text_.append(buffer.data(), static_cast<std::size_t>(got));
    } else {
      ended_ = true;
    }
    changed_.notify_all();
    if (got <= 0) break;
  }
  close(fd);
}

ServerProcess::ServerProcess(const std::vector<std::string>& arguments,
                             const std::vector<std::string>& environment) {
  std::vector<std::string> words = {CORSAC_CORSACD};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const bool says_where =
      std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return word == "--decision" || word == "--config";
      });
  if (!says_where) {
    words.insert(words.end(), {"--decision", "127.0.0.1:0"});
  }
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  // Of two variables of one name the first counts.
  std::vector<std::string> variables = environment;
  std::vector<char*> envp;
  for (std::string& variable : variables) envp.push_back(variable.data());
  for (char** variable = environ; *variable != nullptr; ++variable) {
    envp.push_back(*variable);
  }
  envp.push_back(nullptr);

  std::array<int, 2> output{};
  std::array<int, 2> log{};
  EXPECT_EQ(pipe2(output.data(), O_CLOEXEC), 0);
  EXPECT_EQ(pipe2(log.data(), O_CLOEXEC), 0);
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // no orphan when a test crashes
    dup2(output[1], STDOUT_FILENO);
    dup2(log[1], STDERR_FILENO);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  EXPECT_GT(pid_, 0);
  close(output[1]);
  close(log[1]);
  output_ = std::make_unique<Pipe>(output[0]);
  log_ = std::make_unique<Pipe>(log[0]);
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

std::uint16_t ServerProcess::WaitForPortOf(const std::string& what) {
  // The line of the admin API is the last.
  if (!output_->WaitFor("admin http://") || !output_->WaitFor("\n")) return 0;
  const std::string text = output_->text();
  const std::size_t line = text.find(what);
  if (line == std::string::npos) return 0;
  const std::size_t colon = text.find(':', line + what.size());
  return static_cast<std::uint16_t>(std::atoi(text.c_str() + colon + 1));
}

std::uint16_t ServerProcess::WaitForPort() {
  return WaitForPortOf("admin http://");
}

std::uint16_t ServerProcess::WaitForDecisionPort() {
  return WaitForPortOf("decision http://");
}

bool ServerProcess::WaitForLog(const std::string& text) {
  return log_->WaitFor(text);
}

void ServerProcess::Signal(int signal) const { kill(pid_, signal); }

int ServerProcess::WaitForExit() {
  if (pid_ <= 0) return status_;
  // Both pipes end with the process.
  output_->WaitForEnd();
  log_->WaitForEnd();
  const auto end = std::chrono::steady_clock::now() + kPatience;
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end) return -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  pid_ = -1;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return status_;
}

std::string ServerProcess::Output() { return output_->text(); }

std::string ServerProcess::Log() { return log_->text(); }

}  // namespace corsac::testing
