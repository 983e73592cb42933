// A shell does the work. Tested by tests/docs/docs_test.cc.
#include "tests/docs/scratch_site.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>

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

// Starts the server in the background; prints the address it listens at once it
// is ready, or what it said when it does not become so.
constexpr std::string_view kStart = R"(
corsacd --rules rules --admin 127.0.0.1:0 >server.out 2>server.err </dev/null &
echo $! >server.pid
tries=0
while [ $tries -lt 200 ]; do
  address=$(cat server.out server.err |
    grep -o '127\.0\.0\.1:[1-9][0-9]*' | head -n 1)
  if [ -n "$address" ] && curl -sf "http://$address/-/ready" >ready; then
    printf %s "$address"
    exit 0
  fi
  sleep 0.05
  tries=$((tries + 1))
done
cat server.out server.err
exit 1
)";

constexpr std::string_view kStop = R"(
pid=$(cat server.pid)
kill "$pid"
tries=0
while kill -0 "$pid" 2>/dev/null && [ $tries -lt 200 ]; do
  sleep 0.05
  tries=$((tries + 1))
done
)";

}  // namespace

ScratchSite::ScratchSite() {
  std::string name = ::testing::TempDir() + "corsac-docs-XXXXXX";
  EXPECT_NE(mkdtemp(name.data()), nullptr);
  folder_ = name;
  std::filesystem::copy(CORSAC_SOURCE_DIR "/rules", folder_ / "rules",
                        std::filesystem::copy_options::recursive);
}

ScratchSite::~ScratchSite() {
  if (!address_.empty()) RunAsItIs(kStop);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

CommandResult ScratchSite::Run(std::string_view command) {
  std::string text(command);
  if (text.find(kDocumentedAddress) != std::string::npos) {
    if (address_.empty()) StartServer();
    ReplaceAll(&text, kDocumentedAddress, address_);
  }
  CommandResult result = RunAsItIs(text);
  if (!address_.empty()) {
    ReplaceAll(&result.output, address_, kDocumentedAddress);
  }
  return result;
}

void ScratchSite::Write(const std::filesystem::path& relative,
                        std::string_view text) {
  const std::filesystem::path path = folder_ / relative;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  if (address_.empty()) return;
  const CommandResult reload =
      RunAsItIs("curl -sf -X POST http://" + address_ + "/-/reload");
  EXPECT_EQ(reload.exit_code, 0) << "the server refuses " << relative;
}

CommandResult ScratchSite::RunAsItIs(std::string_view command) const {
  const std::string line = "cd " + Quoted(folder_.string()) +
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
  const CommandResult started = RunAsItIs(kStart);
  if (started.exit_code == 0) {
    address_ = started.output;
  } else {
    ADD_FAILURE() << "corsacd does not start: " << started.output;
  }
}

}  // namespace corsac::testing
