// Tests of runtime/log/access_log.cc and line_file.cc: a file that is moved, a
// full disk, a folder that vanishes, a reader that stops reading.
#include "runtime/log/access_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/testing/alloc_counter.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::ReadFile;
using testing::TempFolder;

DecisionRecord Record(Outcome outcome, std::string_view route = "r") {
  DecisionRecord record;
  record.endpoint = "preflight";
  record.outcome = outcome;
  record.origin = "https://a.example.com";
  record.method = "GET";
  record.host = "api.example.com";
  record.target = "/";
  record.status = 204;
  record.route = route;
  return record;
}

std::vector<nlohmann::json> Lines(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(nlohmann::json::parse(line, nullptr, false));
  }
  return lines;
}

// Waits for what another thread does soon.
template <class Condition>
bool Eventually(Condition condition) {
  for (int i = 0; i < 6'000 && !condition(); ++i) {
    std::this_thread::sleep_for(10ms);
  }
  return condition();
}

class AccessLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<AccessLog> Open(AccessLog::Options options) {
    if (options.path.empty()) options.path = file_;
    options.interval = 5ms;
    auto log = AccessLog::Open(std::move(options));
    EXPECT_TRUE(log) << (log ? "" : log.error().message);
    return log ? *std::move(log) : nullptr;
  }
  bool WaitForFile(const std::string& path, std::string_view part) const {
    return Eventually([&] {
      return std::filesystem::exists(path) &&
             ReadFile(path).find(part) != std::string::npos;
    });
  }

  TempFolder temp_;
  const std::string file_ = (temp_ / "access.log").string();
};

TEST(AccessLogRingBytesTest, IsBoundedInAll) {
  EXPECT_EQ(AccessLogRingBytes(1), 4U << 20);
  EXPECT_EQ(AccessLogRingBytes(16), 4U << 20);
  EXPECT_EQ(AccessLogRingBytes(17), 2U << 20);
  EXPECT_EQ(AccessLogRingBytes(256), 256U << 10);
  EXPECT_EQ(AccessLogRingBytes(1'024), 256U << 10);
}

TEST_F(AccessLogTest, WritesALineForEachDecision) {
  const auto log = Open({});
  const auto observer = log->MakeObserver(0);
  observer->Observe(Record(Outcome::kAllow, "one"));
  observer->Observe(Record(Outcome::kDeny, "two"));
  EXPECT_TRUE(log->Close(10s));
  const auto lines = Lines(ReadFile(file_));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["route"], "one");
  EXPECT_EQ(lines[1]["route"], "two");
  EXPECT_EQ(log->dropped(), 0U);
  struct stat info {};
  ASSERT_EQ(stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0007U, 0U) << "others may read it";
}

TEST_F(AccessLogTest, AppendsToWhatIsThere) {
  testing::WriteFile(file_, "{}\n");
  const auto log = Open({});
  log->MakeObserver(0)->Observe(Record(Outcome::kDeny));
  EXPECT_TRUE(log->Close(10s));
  EXPECT_EQ(Lines(ReadFile(file_)).size(), 2U);
}

// Refusals always; of the rest one in N, counted loop by loop.
TEST_F(AccessLogTest, Samples) {
  const auto log = Open({.sample = 10, .loops = 2});
  for (std::size_t loop = 0; loop < 2; ++loop) {
    const auto observer = log->MakeObserver(loop);
    for (int i = 0; i < 25; ++i) {
      observer->Observe(Record(Outcome::kAllow, "allow"));
      if (i % 5 == 0) observer->Observe(Record(Outcome::kDeny, "deny"));
    }
    observer->Observe(Record(Outcome::kNotApplicable, "other"));
  }
  EXPECT_TRUE(log->Close(10s));
  std::map<std::string, int> counts;
  for (const auto& line : Lines(ReadFile(file_))) {
    ++counts[line["route"].get<std::string>()];
  }
  EXPECT_EQ(counts["allow"], 6);
  EXPECT_EQ(counts["deny"], 10);
  EXPECT_EQ(counts["other"], 0);
}

TEST_F(AccessLogTest, TheLoopAllocatesNothing) {
  const auto log = Open({});
  const auto observer = log->MakeObserver(0);
  const std::string longest(10'000, 'x');
  DecisionRecord record = Record(Outcome::kDeny, longest);
  record.target = longest;
  const std::size_t before = testing::AllocationsOnThisThread();
  for (int i = 0; i < 1'000; ++i) observer->Observe(record);
  EXPECT_EQ(testing::AllocationsOnThisThread() - before, 0U);
  EXPECT_TRUE(log->Close(10s));
  EXPECT_EQ(Lines(ReadFile(file_)).size() + log->dropped(), 1'000U);
}

TEST_F(AccessLogTest, SeveralLoopsAtOnce) {
  const auto log = Open({.loops = 3});
  constexpr int kEach = 20'000;
  std::vector<std::thread> loops;
  for (std::size_t i = 0; i < 3; ++i) {
    loops.emplace_back([&log, i] {
      const auto observer = log->MakeObserver(i);
      const std::string route = "loop" + std::to_string(i);
      for (int n = 0; n < kEach; ++n) {
        observer->Observe(Record(Outcome::kDeny, route));
      }
    });
  }
  for (std::thread& loop : loops) loop.join();
  EXPECT_TRUE(log->Close(60s));
  const auto lines = Lines(ReadFile(file_));
  EXPECT_EQ(lines.size() + log->dropped(), 3U * kEach);
  for (const auto& line : lines) ASSERT_TRUE(line.is_object());
}

TEST_F(AccessLogTest, AFileThatCannotBeOpenedIsSaidAtOnce) {
  const auto log = AccessLog::Open({.path = (temp_ / "no/where").string()});
  ASSERT_FALSE(log);
  EXPECT_THAT(log.error().message, HasSubstr("No such file"));
}

TEST_F(AccessLogTest, ReopensAFileThatWasMovedAway) {
  const auto log = Open({});
  const auto observer = log->MakeObserver(0);
  observer->Observe(Record(Outcome::kDeny, "old"));
  ASSERT_TRUE(WaitForFile(file_, "old"));
  std::filesystem::rename(file_, file_ + ".1");
  log->Reopen();
  ASSERT_TRUE(Eventually([&] { return std::filesystem::exists(file_); }));
  observer->Observe(Record(Outcome::kDeny, "new"));
  EXPECT_TRUE(log->Close(10s));
  EXPECT_THAT(ReadFile(file_), HasSubstr("new"));
  EXPECT_EQ(Lines(ReadFile(file_)).size(), 1U);
  EXPECT_EQ(Lines(ReadFile(file_ + ".1")).size(), 1U);
}

// Without a signal too: a file without a name would swallow everything.
TEST_F(AccessLogTest, AFolderThatVanishesLosesLinesUntilItIsBack) {
  const std::filesystem::path folder = temp_ / "logs";
  std::filesystem::create_directory(folder);
  const std::string path = (folder / "a.log").string();
  ::testing::internal::CaptureStderr();
  const auto log = Open({.path = path});
  const auto observer = log->MakeObserver(0);
  observer->Observe(Record(Outcome::kDeny, "before"));
  ASSERT_TRUE(WaitForFile(path, "before"));
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(Eventually([&] {
    observer->Observe(Record(Outcome::kDeny, "lost"));
    return log->dropped() >= 3;
  }));
  std::filesystem::create_directory(folder);
  ASSERT_TRUE(Eventually([&] {
    observer->Observe(Record(Outcome::kDeny, "after"));
    return std::filesystem::exists(path) &&
           ReadFile(path).find("after") != std::string::npos;
  }));
  EXPECT_TRUE(log->Close(10s));
  const std::string said = ::testing::internal::GetCapturedStderr();
  const auto lines = Lines(said);
  ASSERT_EQ(lines.size(), 2U) << said;
  EXPECT_EQ(lines[0]["event"], "access_log.failure");
  EXPECT_EQ(lines[0]["error"], "No such file or directory");
  EXPECT_EQ(lines[1]["event"], "access_log.recovered");
  EXPECT_EQ(lines[1]["lost"], log->dropped());
}

TEST_F(AccessLogTest, AFullDiskLosesLinesAndSaysSoOnce) {
  ::testing::internal::CaptureStderr();
  const auto log = Open({.path = "/dev/full"});
  const auto observer = log->MakeObserver(0);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    observer->Observe(Record(Outcome::kDeny));
    ASSERT_TRUE(Eventually([&] { return log->dropped() == i; }));
  }
  EXPECT_TRUE(log->Close(10s));
  const auto lines = Lines(::testing::internal::GetCapturedStderr());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["event"], "access_log.failure");
  EXPECT_EQ(lines[0]["error"], "No space left on device");
}

// A line that was written in part is ended, so that the next one is whole.
TEST(LineFileTest, ALineThatWasCutOffDoesNotSpoilTheNext) {
  const TempFolder temp;
  const std::string path = (temp / "a.log").string();
  LineFile file({.path = path, .give_up = [] { return false; }});
  ASSERT_TRUE(file.Open());
  // A limit on the size of files is a disk that is full after 10 bytes.
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small{10, limit.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(file.Write("first\nsecond\nthird\n"), 2U);
  EXPECT_EQ(file.Write("fourth\n"), 1U);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  EXPECT_EQ(file.Write("fifth\n"), 0U);
  EXPECT_EQ(ReadFile(path), "first\nseco\nfifth\n");
  // What was said meanwhile met the limit too.
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("\"lost\":3}"));
}

// A pipe whose reader has stopped: decisions go on, records are dropped, and
// the end comes in time.
TEST_F(AccessLogTest, AReaderThatStopsReadingStopsNothing) {
  const std::string path = (temp_ / "pipe").string();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  ::testing::internal::CaptureStderr();
  const auto log = Open({.path = path, .ring_bytes = 1 << 16});
  const auto observer = log->MakeObserver(0);
  ASSERT_TRUE(Eventually([&] {
    for (int i = 0; i < 1'000; ++i) observer->Observe(Record(Outcome::kDeny));
    return log->dropped() > 0;
  }));
  EXPECT_TRUE(log->Close(50ms));
  close(reader);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("access_log.failure"));
}

}  // namespace
}  // namespace corsac
