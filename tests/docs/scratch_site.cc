// A shell does the work. Tested by tests/docs/docs_test.cc.
#include "tests/docs/scratch_site.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace corsac::testing {
namespace {

void ReplaceAll(std::string* text, std::string_view from, std::string_view to) {
  for (std::size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

// `text` as one word of sh.
std::string Quoted(std::string_view text) {
  std::string quoted(text);
  ReplaceAll(&quoted, "'", R"('\'')");
  return "'" + quoted + "'";
}

}  // namespace

ScratchSite::ScratchSite() {
  std::filesystem::copy(CORSAC_SOURCE_DIR "/rules", temp_ / "rules",
                        std::filesystem::copy_options::recursive);
}

CommandResult ScratchSite::Run(std::string_view command) {
  std::string text(command);
  if (text.find(kDocumentedAddress) != std::string::npos ||
      text.find("http://" + std::string(kDocumentedDecision)) !=
          std::string::npos) {
    if (address_.empty()) StartServer();
    ReplaceAll(&text, kDocumentedAddress, address_);
    ReplaceAll(&text, kDocumentedDecision, decision_);
  }
  CommandResult result = RunAsItIs(text);
  if (!address_.empty()) {
    ReplaceAll(&result.output, address_, kDocumentedAddress);
    ReplaceAll(&result.output, decision_, kDocumentedDecision);
  }
  // The server has to be told where the folder is; documents need not be.
  ReplaceAll(&result.output, folder().string() + "/", "");
  return result;
}

void ScratchSite::Write(const std::filesystem::path& relative,
                        std::string_view text) {
  const std::filesystem::path path = folder() / relative;
  std::filesystem::create_directories(path.parent_path());
  WriteFile(path, text);
  if (address_.empty()) return;
  const CommandResult reload =
      RunAsItIs("curl -sf -X POST http://" + address_ + "/-/reload");
  EXPECT_EQ(reload.exit_code, 0) << "the server refuses " << relative;
}

CommandResult ScratchSite::RunAsItIs(std::string_view command) const {
  const std::string line = "cd " + Quoted(folder().string()) +
                           " && PATH=" + Quoted(CORSAC_BIN_DIR) +
                           ":\"$PATH\" sh -c " + Quoted(command) + " 2>&1";
  CommandResult result;
  std::FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) return {127, "cannot start sh"};
  std::array<char, 4096> buffer;
  while (const std::size_t count =
             std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), count);
  }
  const int status = pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return result;
}

void ScratchSite::StartServer() {
  server_ = std::make_unique<ServerProcess>(std::vector<std::string>{
      "--rules", (temp_ / "rules").string(), "--admin", "127.0.0.1:0"});
  const std::uint16_t port = server_->WaitForPort();
  EXPECT_NE(port, 0) << "corsacd does not start: " << server_->Log();
  address_ = "127.0.0.1:" + std::to_string(port);
  decision_ = "127.0.0.1:" + std::to_string(server_->WaitForDecisionPort());
}

}  // namespace corsac::testing
