// Standard input and the outputs are files, so nothing can block; a terminal is
// a pseudo-terminal that is read until the program has gone.
#include "tests/cli/run_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

// This program has one thread, and so has a child between fork() and exec().
// NOLINTBEGIN(concurrency-mt-unsafe)

namespace corsac::testing {
namespace {

// An unnamed temporary file.
class ScratchFile {
 public:
  ScratchFile() {
    std::string name = ::testing::TempDir() + "corsac-cli-XXXXXX";
    file_ = mkstemp(name.data());
    EXPECT_GE(file_, 0) << std::strerror(errno);
    unlink(name.c_str());
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { close(file_); }

  int fd() const { return file_; }

  void Fill(const std::string& text) {
    std::size_t written = 0;
    while (written < text.size()) {
      const ssize_t bytes =
          write(file_, text.data() + written, text.size() - written);
      ASSERT_GT(bytes, 0) << std::strerror(errno);
      written += static_cast<std::size_t>(bytes);
    }
    ASSERT_EQ(lseek(file_, 0, SEEK_SET), 0);
  }

  std::string Text() const {
    EXPECT_EQ(lseek(file_, 0, SEEK_SET), 0);
    std::string text;
    std::array<char, 65'536> buffer{};
    for (;;) {
      const ssize_t bytes = read(file_, buffer.data(), buffer.size());
      if (bytes <= 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(bytes));
    }
  }

 private:
  int file_ = -1;
};

std::string ReadTerminal(int master) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    // Ends with an error when the other side is closed.
    const ssize_t bytes = read(master, buffer.data(), buffer.size());
    if (bytes <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(bytes));
  }
}

struct Channels {
  int in;
  int out;
  int err;
};

[[noreturn]] void Exec(const std::vector<std::string>& command,
                       const ProgramInput& input, const Channels& channels) {
  dup2(channels.in, STDIN_FILENO);
  dup2(channels.out, STDOUT_FILENO);
  dup2(channels.err, STDERR_FILENO);
  if (!input.folder.empty() && chdir(input.folder.c_str()) != 0) _exit(126);
  unsetenv("NO_COLOR");
  setenv("TERM", "xterm", 1);
  for (const std::string& variable : input.environment) {
    const std::size_t equals = variable.find('=');
    setenv(variable.substr(0, equals).c_str(),
           variable.substr(equals + 1).c_str(), 1);
  }
  const std::filesystem::path program = CORSAC_PROGRAM;
  const char* path = std::getenv("PATH");
  setenv("PATH",
         (program.parent_path().string() + ":" + (path ? path : "")).c_str(),
         1);
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

ProgramResult Run(const std::vector<std::string>& command,
                  const ProgramInput& input) {
  ScratchFile in;
  ScratchFile out;
  ScratchFile err;
  in.Fill(input.text);
  int master = -1;
  int slave = -1;
  if (input.terminal) {
    EXPECT_EQ(openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
  }
  ProgramResult result;
  const pid_t child = fork();
  EXPECT_GE(child, 0) << std::strerror(errno);
  if (child == 0) {
    if (master >= 0) close(master);
    Exec(command, input,
         {in.fd(), input.terminal ? slave : out.fd(), err.fd()});
  }
  if (slave >= 0) close(slave);
  if (master >= 0) {
    result.out = ReadTerminal(master);
    close(master);
  }
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  result.exit_code =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.max_rss_kib = usage.ru_maxrss;
  if (!input.terminal) result.out = out.Text();
  result.err = err.Text();
  return result;
}

}  // namespace

ProgramResult RunCorsac(const std::vector<std::string>& arguments,
                        const ProgramInput& input) {
  std::vector<std::string> command = {CORSAC_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Run(command, input);
}

ProgramResult RunShell(const std::string& command, const ProgramInput& input) {
  return Run({"/bin/sh", "-c", command}, input);
}

nlohmann::json ParseJson(const std::string& text) {
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace corsac::testing

// NOLINTEND(concurrency-mt-unsafe)
