// Tests of runtime/store/rule_watcher: every way to edit rules, with kernel
// events alone (the poll set to a time that never comes) and with the poll
// alone.
#include "runtime/store/rule_watcher.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Hint = RuleWatcher::Hint;
using testing::ReplaceFile;
using testing::TempFolder;
using testing::WriteFile;

// Counts what a watcher reports.
class Counter {
 public:
  void Add(Hint hint) {
    const std::lock_guard<std::mutex> lock(mutex_);
    last_ = hint;
    ++count_;
    changed_.notify_all();
  }
  // Waits until there are `count` reports.
  bool WaitFor(int count, std::chrono::milliseconds timeout = 5s) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return count_ >= count; });
  }
  int count() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return count_;
  }
  Hint last() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return last_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
  Hint last_ = Hint::kCheckText;
};

RuleWatcher::Options EventsOnly() {
  return {.poll_interval = 1h,
          .text_interval = 1h,
          .quiet = 40ms,
          .longest_wait = 400ms,
          .jitter = false,
          .use_events = true};
}

RuleWatcher::Options PollOnly() {
  return {.poll_interval = 20ms,
          .text_interval = 1h,
          .quiet = 40ms,
          .longest_wait = 400ms,
          .jitter = false,
          .use_events = false};
}

class RuleWatcherTest : public ::testing::TestWithParam<bool> {
 protected:
  RuleWatcherTest() {
    fs::create_directories(temp_ / "rules");
    WriteFile(file(), "old");
  }
  fs::path folder() const { return temp_ / "rules"; }
  fs::path file() const { return temp_ / "rules/site.toml"; }

  void Watch(const fs::path& path) {
    watcher_ = std::make_unique<RuleWatcher>(
        SourcePlace{.path = path}, GetParam() ? EventsOnly() : PollOnly(),
        [this](Hint hint) { counter_.Add(hint); });
    ASSERT_TRUE(counter_.WaitFor(1));
    EXPECT_EQ(counter_.last(), Hint::kCheckText);
    seen_ = 1;
  }

  // Expects that the watcher reports what was just done.
  void ExpectReport(const char* what) {
    EXPECT_TRUE(counter_.WaitFor(seen_ + 1)) << what;
    EXPECT_EQ(counter_.last(), GetParam() ? Hint::kEvent : Hint::kPoll) << what;
    // Let what belongs to the same edit pass by.
    std::this_thread::sleep_for(150ms);
    seen_ = counter_.count();
  }

  TempFolder temp_;
  Counter counter_;
  int seen_ = 0;
  std::unique_ptr<RuleWatcher> watcher_;
};

INSTANTIATE_TEST_SUITE_P(, RuleWatcherTest, ::testing::Bool(),
                         [](const auto& row) {
                           return std::string(row.param ? "Events" : "Poll");
                         });

TEST_P(RuleWatcherTest, SeesEveryWayToEditAFileOfAFolder) {
  Watch(folder());
  WriteFile(file(), "in place");
  ExpectReport("in place");
  ReplaceFile(file(), "renamed over");
  ExpectReport("renamed over");
  WriteFile(file(), "in place, after the file was replaced");
  ExpectReport("in place again");
  fs::rename(file(), temp_ / "rules/site.toml~");
  WriteFile(file(), "as vim does");
  fs::remove(temp_ / "rules/site.toml~");
  ExpectReport("vim");
  fs::remove(file());
  ExpectReport("deleted");
  WriteFile(file(), "restored");
  ExpectReport("restored");
  WriteFile(temp_ / "rules/second.toml", "new");
  ExpectReport("second file");
}

TEST_P(RuleWatcherTest, SeesEveryWayToEditASingleFile) {
  Watch(file());
  WriteFile(file(), "in place");
  ExpectReport("in place");
  ReplaceFile(file(), "renamed over");
  ExpectReport("renamed over");
  ReplaceFile(file(), "renamed over again");
  ExpectReport("renamed over again");
  fs::remove(file());
  ExpectReport("deleted");
  WriteFile(file(), "restored");
  ExpectReport("restored");
}

TEST_P(RuleWatcherTest, SeesTheFolderGoAndComeBack) {
  Watch(folder());
  fs::remove_all(folder());
  ExpectReport("deleted");
  fs::create_directories(folder());
  WriteFile(file(), "back");
  ExpectReport("back");
  WriteFile(file(), "and watched again");
  ExpectReport("edit after it came back");

  fs::create_directories(temp_ / "next");
  WriteFile(temp_ / "next/site.toml", "other folder");
  fs::rename(folder(), temp_ / "previous");
  fs::rename(temp_ / "next", folder());
  ExpectReport("replaced");
  WriteFile(file(), "edited in the other folder");
  ExpectReport("edit after it was replaced");
}

TEST_P(RuleWatcherTest, SeesAFolderThatDidNotExist) {
  Watch(temp_ / "later/rules");
  fs::create_directories(temp_ / "later");
  std::this_thread::sleep_for(150ms);
  seen_ = counter_.count();
  fs::create_directories(temp_ / "later/rules");
  ExpectReport("created");
  WriteFile(temp_ / "later/rules/site.toml", "x");
  ExpectReport("file in it");
}

// What the kubelet does when a ConfigMap changes: nothing happens to any name
// but those that begin with two dots.
TEST_P(RuleWatcherTest, SeesAConfigMapSwap) {
  const fs::path mount = temp_ / "mount";
  fs::create_directories(mount / "..v1");
  WriteFile(mount / "..v1/site.toml", "one");
  fs::create_symlink("..v1", mount / "..data");
  fs::create_symlink("..data/site.toml", mount / "site.toml");
  for (const fs::path& source : {mount, mount / "site.toml"}) {
    SCOPED_TRACE(source);
    watcher_.reset();
    const int before = counter_.count();
    watcher_ = std::make_unique<RuleWatcher>(
        SourcePlace{.path = source}, GetParam() ? EventsOnly() : PollOnly(),
        [this](Hint hint) { counter_.Add(hint); });
    ASSERT_TRUE(counter_.WaitFor(before + 1));
    for (const char* version : {"..v2", "..v3"}) {
      seen_ = counter_.count();
      const fs::path next = mount / version;
      const fs::path old = mount / fs::read_symlink(mount / "..data");
      fs::create_directories(next);
      WriteFile(next / "site.toml", version);
      fs::create_symlink(version, mount / "..data_tmp");
      fs::rename(mount / "..data_tmp", mount / "..data");
      fs::remove_all(old);
      ExpectReport(version);
    }
    fs::rename(mount / "..v3", mount / "..v1");  // for the second round
    fs::remove(mount / "..data");
    fs::create_symlink("..v1", mount / "..data");
  }
}

TEST_P(RuleWatcherTest, SeesALinkThatIsTurnedElsewhere) {
  fs::create_directories(temp_ / "release-1");
  fs::create_directories(temp_ / "release-2");
  WriteFile(temp_ / "release-1/site.toml", "one");
  WriteFile(temp_ / "release-2/site.toml", "two!");
  fs::create_directory_symlink(temp_ / "release-1", temp_ / "current");
  Watch(temp_ / "current");
  fs::create_directory_symlink(temp_ / "release-2", temp_ / "current.new");
  fs::rename(temp_ / "current.new", temp_ / "current");
  ExpectReport("link turned");
  WriteFile(temp_ / "release-2/site.toml", "edited");
  ExpectReport("edit at the new place");
}

TEST_P(RuleWatcherTest, SeesTheTargetOfALinkInTheFolder) {
  WriteFile(temp_ / "far.toml", "one");
  fs::create_symlink("../far.toml", temp_ / "rules/far.toml");
  Watch(folder());
  WriteFile(temp_ / "far.toml", "edited");
  ExpectReport("target of the link");
}

TEST_P(RuleWatcherTest, SeesListsOnceToldOfThem) {
  fs::create_directories(temp_ / "rules/lists");
  const fs::path list = temp_ / "rules/lists/tenants.txt";
  WriteFile(list, "one");
  Watch(folder());
  const SourcePlace with_list{.path = folder(), .lists = {list}};
  watcher_->SetPlace(with_list);
  ASSERT_TRUE(counter_.WaitFor(2));  // a check of what happened meanwhile
  std::this_thread::sleep_for(150ms);
  seen_ = counter_.count();
  watcher_->SetPlace(with_list);
  std::this_thread::sleep_for(150ms);
  EXPECT_EQ(counter_.count(), seen_) << "the same place twice";
  WriteFile(list, "edited");
  ExpectReport("list");
}

TEST(RuleWatcherEventsTest, IgnoresWhatHappensBesideTheSource) {
  const TempFolder temp;
  fs::create_directories(temp / "rules");
  Counter counter;
  const RuleWatcher watcher({.path = temp / "rules"}, EventsOnly(),
                            [&](Hint hint) { counter.Add(hint); });
  ASSERT_TRUE(counter.WaitFor(1));
  for (int i = 0; i < 100; ++i) {
    WriteFile(temp / ("noise" + std::to_string(i)), "x");
  }
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(counter.count(), 1);
}

TEST(RuleWatcherEventsTest, ReportsABurstOnceItHasSettled) {
  const TempFolder temp;
  RuleWatcher::Options options = EventsOnly();
  options.quiet = 200ms;
  options.longest_wait = 30s;
  Counter counter;
  const RuleWatcher watcher({.path = temp.path()}, options,
                            [&](Hint hint) { counter.Add(hint); });
  ASSERT_TRUE(counter.WaitFor(1));
  for (int i = 0; i < 20; ++i) {
    WriteFile(temp / "site.toml", std::to_string(i));
    std::this_thread::sleep_for(5ms);
  }
  ASSERT_TRUE(counter.WaitFor(2));
  std::this_thread::sleep_for(500ms);
  EXPECT_EQ(counter.count(), 2);
}

TEST(RuleWatcherEventsTest, ReportsABurstThatDoesNotSettle) {
  const TempFolder temp;
  Counter counter;
  const RuleWatcher watcher({.path = temp.path()}, EventsOnly(),
                            [&](Hint hint) { counter.Add(hint); });
  ASSERT_TRUE(counter.WaitFor(1));
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; !counter.WaitFor(2, 10ms); ++i) {
    WriteFile(temp / "site.toml", std::to_string(i));
    ASSERT_LT(std::chrono::steady_clock::now() - begin, 10s);
  }
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 350ms);
}

TEST(RuleWatcherPollTest, AsksToCompareTextsNowAndThen) {
  const TempFolder temp;
  RuleWatcher::Options options = PollOnly();
  options.text_interval = 50ms;
  Counter counter;
  const RuleWatcher watcher({.path = temp.path()}, options,
                            [&](Hint hint) { counter.Add(hint); });
  ASSERT_TRUE(counter.WaitFor(4));
  EXPECT_EQ(counter.last(), Hint::kCheckText);
}

TEST(RuleWatcherEventsTest, SurvivesAQueueThatOverflows) {
  const TempFolder temp;
  std::mutex gate;
  gate.lock();
  Counter counter;
  const RuleWatcher watcher({.path = temp.path()}, EventsOnly(),
                            [&](Hint hint) {
                              counter.Add(hint);
                              // Deaf while the queue fills.
                              const std::lock_guard<std::mutex> lock(gate);
                            });
  ASSERT_TRUE(counter.WaitFor(1));
  for (int i = 0; i < 20'000; ++i) {  // the kernel's queue holds 16,384
    const fs::path path = temp / std::to_string(i % 2);
    WriteFile(path, "x");
    fs::remove(path);
  }
  WriteFile(temp / "site.toml", "the edit that must not be lost");
  gate.unlock();
  ASSERT_TRUE(counter.WaitFor(2));
  std::this_thread::sleep_for(200ms);
  const int seen = counter.count();
  WriteFile(temp / "site.toml", "and the next");
  EXPECT_TRUE(counter.WaitFor(seen + 1));
}

}  // namespace
}  // namespace corsac
