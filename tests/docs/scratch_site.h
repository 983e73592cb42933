// Where the commands of one document are run: a folder with a copy of rules/,
// and a corsacd that serves it once it is asked for.
#ifndef CORSAC_TESTS_DOCS_SCRATCH_SITE_H_
#define CORSAC_TESTS_DOCS_SCRATCH_SITE_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tests/e2e/server_process.h"
#include "tests/testing/temp_folder.h"

namespace corsac::testing {

struct CommandResult {
  int exit_code = 0;
  std::string output;  // of both streams
};

// Not thread-safe. The folder, and the server if one was started, go when the
// object goes.
class ScratchSite {
 public:
  ScratchSite();
  ScratchSite(const ScratchSite&) = delete;
  ScratchSite& operator=(const ScratchSite&) = delete;

  const std::filesystem::path& folder() const { return temp_.path(); }

  // Runs `command` with sh in the folder, the project's programs first on the
  // PATH. Where it names kDocumentedAddress or kDocumentedDecision it means the
  // server, which is started if need be; in its output the server's real
  // addresses read as those again.
  CommandResult Run(std::string_view command);

  // Writes a file of the folder, and has the server, if it runs, reload.
  void Write(const std::filesystem::path& relative, std::string_view text);

  // What documents call the server's admin API and its decision listener: the
  // defaults of corsacd.
  static constexpr std::string_view kDocumentedAddress = "127.0.0.1:8481";
  static constexpr std::string_view kDocumentedDecision = "127.0.0.1:8480";

 private:
  CommandResult RunAsItIs(std::string_view command) const;
  void StartServer();

  TempFolder temp_;
  std::unique_ptr<ServerProcess> server_;
  std::string address_;  // empty: no server yet
  std::string decision_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_DOCS_SCRATCH_SITE_H_
