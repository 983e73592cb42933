// A real corsacd as a child process, for end-to-end tests.
#ifndef CORSAC_TESTS_E2E_SERVER_PROCESS_H_
#define CORSAC_TESTS_E2E_SERVER_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace corsac::testing {

// How long anything that must happen may take before a test gives up. Generous:
// the machine may be busy, and sanitizers are slow.
inline constexpr std::chrono::seconds kPatience{60};

class ServerProcess {
 public:
  // Starts corsacd with `arguments`, and with a decision listener on a port
  // that the system chooses unless they, or a file of settings that they name,
  // say something else about it.
  // `environment`: "NAME=value", beside what the test itself has.
  explicit ServerProcess(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment = {});
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  // Kills it if it still runs.
  ~ServerProcess();

  // Waits for the line that says where the admin API is, and returns its port;
  // 0 when the process ends without it.
  std::uint16_t WaitForPort();

  // The same for the decision listener, the first if there are several.
  std::uint16_t WaitForDecisionPort();

  // Waits until `text` has been written to standard error.
  bool WaitForLog(const std::string& text);

  void Signal(int signal) const;

  // Waits for the end. Returns the exit status, 128 + N for an end by signal N,
  // or -1 if it still runs after kPatience.
  int WaitForExit();

  std::string Output();  // standard output so far
  std::string Log();     // standard error so far

 private:
  // Waits for the line that begins with `what`, and returns the port in it.
  std::uint16_t WaitForPortOf(const std::string& what);

  // Reads one of the child's pipes to its end.
  class Pipe {
   public:
    explicit Pipe(int fd);
    ~Pipe();
    std::string text();
    // Waits until the text holds `part`, or the pipe ends.
    bool WaitFor(const std::string& part);
    void WaitForEnd();

   private:
    void Read(int fd);
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string text_;
    bool ended_ = false;
    std::thread thread_;
  };

  pid_t pid_ = -1;
  int status_ = -1;
  std::unique_ptr<Pipe> output_;
  std::unique_ptr<Pipe> log_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_E2E_SERVER_PROCESS_H_
