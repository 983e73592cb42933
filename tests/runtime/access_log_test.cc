// Tests of runtime/log/access_log.cc and line_file.cc: a file that is moved, a
// full disk, a folder that vanishes, a reader that stops reading.
#include "runtime/log/access_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "runtime/log/line_file.h"
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

// The end may have many writes before it, and must not wait for each.
TEST_F(AccessLogTest, WhatIsGivenUpIsNotWaitedFor) {
  const std::string path = (temp_ / "pipe").string();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  bool gives_up = false;
  ::testing::internal::CaptureStderr();
  LineFile file({.path = path, .give_up = [&] { return gives_up; }});
  ASSERT_TRUE(file.Open());
  // Fills the pipe, whose room is less.
  const std::string lines(1 << 10, '\n');
  gives_up = true;
  while (file.Write(lines) == 0) {
  }
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 600; ++i) EXPECT_EQ(file.Write(lines), lines.size());
  // A tenth of a second each would be twice as long.
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);
  close(reader);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("access_log.failure"));
}

// Standard output and standard error are often one pipe.
TEST_F(AccessLogTest, LinesOfOthersOnOnePipeStayWhole) {
  const std::string path = (temp_ / "pipe").string();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int reader = open(path.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  constexpr std::size_t kBatches = 40;
  constexpr std::size_t kLines = 400;  // 40 KiB a batch
  const std::string line(100, 'a');
  std::string batch;
  for (std::size_t i = 0; i < kLines; ++i) batch += line + "\n";
  std::thread writer([&] {
    LineFile file({.path = path, .give_up = [] { return false; }});
    EXPECT_TRUE(file.Open());
    for (std::size_t i = 0; i < kBatches; ++i) EXPECT_EQ(file.Write(batch), 0U);
  });
  std::atomic<bool> done{false};
  std::size_t others = 0;
  std::thread other([&] {
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    while (!done.load()) {
      if (write(fd, "other\n", 6) == 6) ++others;
    }
    close(fd);
  });
  std::string text;
  std::size_t ours = 0;
  std::size_t foreign = 0;
  while (ours < kBatches * kLines) {
    std::array<char, 512> piece{};
    const ssize_t got = read(reader, piece.data(), piece.size());
    ASSERT_GT(got, 0);
    text.append(piece.data(), static_cast<std::size_t>(got));
    std::size_t at = 0;
    for (std::size_t end = 0; (end = text.find('\n', at)) != std::string::npos;
         at = end + 1) {
      const std::string_view found =
          std::string_view(text).substr(at, end - at);
      ASSERT_TRUE(found == line || found == "other") << found;
      ++(found == line ? ours : foreign);
    }
    text.erase(0, at);
  }
  done = true;
  // The other may wait for room.
  fcntl(reader, F_SETFL, O_NONBLOCK);
  std::array<char, 1 << 16> rest{};
  while (read(reader, rest.data(), rest.size()) > 0) {
  }
  writer.join();
  other.join();
  close(reader);
  EXPECT_GT(foreign, 0U);
  EXPECT_LE(foreign, others);
}

}  // namespace
}  // namespace corsac
