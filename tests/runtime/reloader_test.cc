// Tests of runtime/store/reloader: what an attempt does with the table in
// force, and what is said about it.
#include "runtime/store/reloader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::ReplaceFile;
using testing::TempFolder;
using testing::WriteFile;

std::string Rules(const std::string& origins, const std::string& id = "api") {
  return "version = 1\n[[route]]\nid = \"" + id +
         "\"\npath = \"/api/{rest...}\"\norigins = [" + origins + "]\n";
}
const char kOne[] = R"("https://a.example.com")";
const char kTwo[] = R"("https://a.example.com", "https://b.example.com")";

class ReloaderTest : public ::testing::Test {
 protected:
  ReloaderTest() { fs::create_directories(folder()); }

  fs::path folder() const { return temp_ / "rules"; }
  fs::path file() const { return temp_ / "rules/site.toml"; }

  void Start(bool allow_shrink = false) {
    reloader_ = std::make_unique<Reloader>(
        Reloader::Options{.rules = folder(),
                          .allow_shrink = allow_shrink,
                          .compile = {},
                          .on_compile =
                              [this] {
                                policy_ = sched_getscheduler(0);
                                ++compiled_;
                              }},
        &store_, [this](const ReloadAttempt& attempt) {
          observer_policy_ = sched_getscheduler(0);
          const std::lock_guard<std::mutex> lock(mutex_);
          seen_.push_back(attempt);
        });
  }
  std::shared_ptr<const ReloadAttempt> Try(ReloadTrigger trigger,
                                           bool allow_shrink = false) {
    return reloader_->Reload(trigger, allow_shrink);
  }
  ReloadResult ResultOf(ReloadTrigger trigger, bool allow_shrink = false) {
    return Try(trigger, allow_shrink)->result;
  }
  std::string RouteId() { return store_.Acquire().table().routes().at(0).id; }
  std::uint64_t generation() { return store_.Acquire().generation(); }
  bool degraded() { return reloader_->status().degraded(); }
  ReloadResult last() { return reloader_->status().last->result; }

  // Scheduling policies of the thread that compiled last, and of the one that
  // called the observer.
  std::atomic<int> policy_{-1};
  std::atomic<int> observer_policy_{-1};
  std::atomic<int> compiled_{0};  // how often
  TempFolder temp_;
  PolicyStore store_;
  std::mutex mutex_;
  std::vector<ReloadAttempt> seen_;
  std::unique_ptr<Reloader> reloader_;
};

TEST_F(ReloaderTest, ReadsNothingUntilAsked) {
  WriteFile(file(), Rules(kOne));
  Start();
  EXPECT_EQ(generation(), 0U);
  EXPECT_EQ(reloader_->status().last, nullptr);
  EXPECT_EQ(reloader_->status().running, nullptr);
  EXPECT_FALSE(degraded());
}

TEST_F(ReloaderTest, PublishesWhatCompiles) {
  WriteFile(file(), Rules(kOne));
  Start();
  const auto attempt = Try(ReloadTrigger::kStart);
  EXPECT_EQ(attempt->result, ReloadResult::kSuccess);
  EXPECT_EQ(attempt->trigger, ReloadTrigger::kStart);
  EXPECT_EQ(attempt->generation, 1U);
  EXPECT_EQ(attempt->errors, 0U);
  EXPECT_EQ(attempt->errors_json, "[]");
  EXPECT_TRUE(attempt->source_read);
  EXPECT_EQ(attempt->content_hash, store_.Acquire().content_hash());
  EXPECT_EQ(RouteId(), "api");
  EXPECT_EQ(reloader_->status().running, attempt);
  EXPECT_EQ(reloader_->status().last, attempt);
  ASSERT_EQ(seen_.size(), 1U);
  EXPECT_EQ(seen_[0].generation, 1U);
}

TEST_F(ReloaderTest, TheSameContentsAreUnchanged) {
  WriteFile(file(), Rules(kOne));
  Start();
  const auto first = Try(ReloadTrigger::kStart);
  ReplaceFile(file(), Rules(kOne));  // another inode, other times
  for (const ReloadTrigger trigger :
       {ReloadTrigger::kPoll, ReloadTrigger::kFile}) {
    const auto attempt = Try(trigger);
    EXPECT_EQ(attempt->result, ReloadResult::kUnchanged);
    EXPECT_EQ(attempt->content_hash, first->content_hash);
    EXPECT_EQ(reloader_->status().last, first) << "nobody asked by name";
  }
  const auto asked = Try(ReloadTrigger::kApi);
  EXPECT_EQ(asked->result, ReloadResult::kUnchanged);
  EXPECT_EQ(asked->generation, 1U);
  EXPECT_EQ(reloader_->status().last, asked);
  EXPECT_EQ(reloader_->status().running, first);
  EXPECT_EQ(generation(), 1U);
}

TEST_F(ReloaderTest, AFailureKeepsTheTableAndSaysWhereAndWhat) {
  WriteFile(file(), Rules(kOne));
  Start();
  const auto first = Try(ReloadTrigger::kStart);
  WriteFile(file(), Rules(kOne) + "max-age = 5\n");
  const auto attempt = Try(ReloadTrigger::kFile);
  EXPECT_EQ(attempt->result, ReloadResult::kFailure);
  EXPECT_EQ(attempt->generation, 1U);
  EXPECT_EQ(attempt->errors, 1U);
  EXPECT_NE(attempt->content_hash, first->content_hash);
  EXPECT_THAT(attempt->first_error, HasSubstr("site.toml:6:1: error["));
  EXPECT_THAT(attempt->findings_text, HasSubstr("max-age = 5"));
  const auto errors = nlohmann::json::parse(attempt->errors_json);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0]["line"], 6);
  EXPECT_EQ(errors[0]["code"], "CORS901");
  EXPECT_THAT(errors[0]["file"], HasSubstr("site.toml"));
  EXPECT_THAT(errors[0].dump(), HasSubstr("max_age"));
  EXPECT_TRUE(degraded());
  EXPECT_EQ(reloader_->status().running, first);
  EXPECT_EQ(RouteId(), "api");
  EXPECT_EQ(generation(), 1U);
}

TEST_F(ReloaderTest, AFailureIsNotTriedAgainUntilSomethingChanges) {
  WriteFile(file(), "version = 1\n[[route");
  Start();
  const auto first = Try(ReloadTrigger::kStart);
  EXPECT_EQ(first->result, ReloadResult::kFailure);
  EXPECT_FALSE(store_.Acquire());
  const auto again = Try(ReloadTrigger::kPoll);
  EXPECT_EQ(again->result, ReloadResult::kUnchanged);
  EXPECT_TRUE(again->repeats_failure);
  EXPECT_EQ(reloader_->status().last, first);
  EXPECT_TRUE(degraded());
  // But who asks by name gets the errors.
  const auto asked = Try(ReloadTrigger::kApi);
  EXPECT_EQ(asked->result, ReloadResult::kFailure);
  EXPECT_EQ(asked->errors_json, first->errors_json);
}

TEST_F(ReloaderTest, TakingTheBadEditBackMendsIt) {
  WriteFile(file(), Rules(kOne));
  Start();
  Try(ReloadTrigger::kStart);
  WriteFile(file(), "nonsense");
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kFailure);
  WriteFile(file(), Rules(kOne));
  const auto attempt = Try(ReloadTrigger::kFile);
  EXPECT_EQ(attempt->result, ReloadResult::kUnchanged);
  EXPECT_FALSE(attempt->repeats_failure);
  EXPECT_FALSE(degraded());
  EXPECT_EQ(reloader_->status().last, attempt);
  EXPECT_EQ(generation(), 1U);
  // And the same bad edit again is a failure again.
  WriteFile(file(), "nonsense");
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kFailure);
  WriteFile(file(), Rules(kTwo));
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kSuccess);
  EXPECT_FALSE(degraded());
  EXPECT_EQ(generation(), 2U);
}

TEST_F(ReloaderTest, KeepsTheTableWhenTheSourceGoes) {
  WriteFile(file(), Rules(kOne));
  Start();
  Try(ReloadTrigger::kStart);
  fs::remove(file());
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kFailure);
  EXPECT_TRUE(degraded());
  fs::remove_all(folder());
  const auto gone = Try(ReloadTrigger::kFile);
  EXPECT_EQ(gone->result, ReloadResult::kFailure);
  EXPECT_FALSE(gone->source_read);
  EXPECT_EQ(RouteId(), "api");
  fs::create_directories(folder());
  WriteFile(file(), Rules(kOne));
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kUnchanged);
  EXPECT_FALSE(degraded());
}

TEST_F(ReloaderTest, AnEmptyFileIsAFailure) {
  WriteFile(file(), Rules(kOne));
  Start();
  Try(ReloadTrigger::kStart);
  for (const char* text : {"", "\n\n", "# all gone\n", "version = 1\n"}) {
    SCOPED_TRACE(text);
    WriteFile(file(), text);
    const auto attempt = Try(ReloadTrigger::kFile);
    // Blank lines and comments come to the same: there is nothing in the file.
    EXPECT_TRUE(attempt->result == ReloadResult::kFailure ||
                attempt->repeats_failure);
    EXPECT_TRUE(degraded());
    EXPECT_EQ(ResultOf(ReloadTrigger::kApi), ReloadResult::kFailure);
    EXPECT_EQ(RouteId(), "api");
  }
}

TEST_F(ReloaderTest, AFileThatCannotBeUsedIsNotAFileThatIsNotThere) {
  WriteFile(file(), Rules(kOne));
  Start();
  Try(ReloadTrigger::kStart);
  fs::create_directories(temp_ / "rules/more.toml");
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kFailure);
  EXPECT_TRUE(Try(ReloadTrigger::kPoll)->repeats_failure);
  EXPECT_TRUE(degraded());
  fs::remove(temp_ / "rules/more.toml");
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kUnchanged);
  EXPECT_FALSE(degraded());
}

class ShrinkTest : public ReloaderTest {
 protected:
  // One route and `count` origins.
  static std::string Origins(int count) {
    std::string origins;
    for (int i = 0; i < count; ++i) {
      origins += "\"https://a" + std::to_string(i) + ".example.com\",\n";
    }
    return Rules(origins);
  }
};

// Enough origins to take many times what counts as brief.
TEST_F(ShrinkTest, LargeRulesAreCompiledInTheBackgroundOnceSomethingIsServed) {
  WriteFile(file(), Origins(300'000));
  Start();
  EXPECT_EQ(ResultOf(ReloadTrigger::kStart), ReloadResult::kSuccess);
  EXPECT_EQ(policy_, SCHED_OTHER) << "nobody is served yet";
  WriteFile(file(), Origins(300'001));
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kSuccess);
  EXPECT_EQ(policy_, SCHED_IDLE);
  EXPECT_EQ(observer_policy_, SCHED_OTHER);
  // Who asks by name does not make the others wait either.
  WriteFile(file(), Origins(300'002));
  EXPECT_EQ(ResultOf(ReloadTrigger::kApi), ReloadResult::kSuccess);
  EXPECT_EQ(policy_, SCHED_IDLE);
  EXPECT_EQ(observer_policy_, SCHED_OTHER);
  EXPECT_EQ(sched_getscheduler(0), SCHED_OTHER);
  EXPECT_EQ(generation(), 3U);
}

TEST_F(ShrinkTest, SmallRulesAreCompiledAtOnce) {
  WriteFile(file(), Origins(1));
  Start();
  EXPECT_EQ(ResultOf(ReloadTrigger::kStart), ReloadResult::kSuccess);
  // Under a sanitizer the first ones may take longer than what counts as brief.
  for (int i = 2; i < 12; ++i) {
    WriteFile(file(), Origins(i));
    EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kSuccess);
    EXPECT_EQ(observer_policy_, SCHED_OTHER);
  }
  EXPECT_EQ(policy_, SCHED_OTHER);
}

TEST_F(ShrinkTest, RefusesToLoseMoreThanHalf) {
  WriteFile(file(), Origins(9));  // ten routes and origin rules
  Start();
  Try(ReloadTrigger::kStart);
  WriteFile(file(), Origins(3));
  const auto refused = Try(ReloadTrigger::kFile);
  EXPECT_EQ(refused->result, ReloadResult::kFailure);
  EXPECT_THAT(refused->errors_json, HasSubstr("CORS904"));
  EXPECT_THAT(refused->errors_json, HasSubstr("4 of 10"));
  EXPECT_THAT(refused->errors_json, HasSubstr("allow_shrink=true"));
  EXPECT_EQ(generation(), 1U);
  EXPECT_TRUE(degraded());
  EXPECT_TRUE(Try(ReloadTrigger::kPoll)->repeats_failure);
  EXPECT_EQ(ResultOf(ReloadTrigger::kApi), ReloadResult::kFailure);
  EXPECT_EQ(ResultOf(ReloadTrigger::kApi, true), ReloadResult::kSuccess);
  EXPECT_EQ(generation(), 2U);
  EXPECT_FALSE(degraded());
}

TEST_F(ShrinkTest, AcceptsToLoseHalf) {
  WriteFile(file(), Origins(9));
  Start();
  Try(ReloadTrigger::kStart);
  WriteFile(file(), Origins(4));
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kSuccess);
}

TEST_F(ShrinkTest, CountsAnyOriginAsARule) {
  WriteFile(file(), Origins(3));
  Start();
  Try(ReloadTrigger::kStart);
  WriteFile(file(), Rules(R"("*")"));  // two of four
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kSuccess);
}

TEST_F(ShrinkTest, CanBeAllowedFromTheStart) {
  WriteFile(file(), Origins(9));
  Start(/*allow_shrink=*/true);
  Try(ReloadTrigger::kStart);
  WriteFile(file(), Origins(1));
  EXPECT_EQ(ResultOf(ReloadTrigger::kFile), ReloadResult::kSuccess);
}

class ListTest : public ReloaderTest {
 protected:
  ListTest() { WriteFile(file(), Rules(R"({ file = "tenants.txt" })")); }
  fs::path list() const { return temp_ / "rules/tenants.txt"; }
};

TEST_F(ListTest, AListThatChangesIsAChange) {
  WriteFile(list(), "https://a.example.com\n");
  Start();
  EXPECT_EQ(ResultOf(ReloadTrigger::kStart), ReloadResult::kSuccess);
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kUnchanged);
  WriteFile(list(), "https://b.example.com\n");
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kSuccess);
  EXPECT_EQ(generation(), 2U);
  WriteFile(list(), "not an origin\n");
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kFailure);
  EXPECT_TRUE(Try(ReloadTrigger::kPoll)->repeats_failure);
  WriteFile(list(), "https://b.example.com\n");
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kUnchanged);
  EXPECT_FALSE(degraded());
}

TEST_F(ListTest, AListThatComesLaterMendsTheFailure) {
  Start();
  EXPECT_EQ(ResultOf(ReloadTrigger::kStart), ReloadResult::kFailure);
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kFailure);
  WriteFile(list(), "https://a.example.com\n");
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kSuccess);
}

// It is read in pieces when it is only looked at again.
TEST_F(ListTest, OfALargeListEveryByteIsLookedAt) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += "https://a" + std::to_string(i) + ".example.com\n";
  }
  WriteFile(list(), text);
  Start();
  EXPECT_EQ(ResultOf(ReloadTrigger::kStart), ReloadResult::kSuccess);
  compiled_ = 0;
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kUnchanged);
  EXPECT_EQ(compiled_, 0) << "known again by its hash";
  const std::string other = std::string(text).replace(text.size() - 3, 1, "p");
  WriteFile(list(), other);
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kSuccess);
  WriteFile(list(), other + "https://b.example.com\n");
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kSuccess);
  EXPECT_EQ(compiled_, 2);
}

TEST_F(ListTest, AListThatGoesKeepsTheTable) {
  WriteFile(list(), "https://a.example.com\n");
  Start();
  Try(ReloadTrigger::kStart);
  fs::remove(list());
  EXPECT_EQ(ResultOf(ReloadTrigger::kPoll), ReloadResult::kFailure);
  EXPECT_EQ(generation(), 1U);
}

// Watched from here on.

class WatchingTest : public ListTest {
 protected:
  void Watch() {
    reloader_->StartWatching({.poll_interval = 100ms,
                              .text_interval = 1h,
                              .quiet = 30ms,
                              .longest_wait = 300ms,
                              .jitter = true,
                              .use_events = true});
  }
  bool WaitForGeneration(std::uint64_t wanted) {
    for (int i = 0; i < 500 && generation() < wanted; ++i) {
      std::this_thread::sleep_for(10ms);
    }
    return generation() == wanted;
  }
};

TEST_F(WatchingTest, FollowsRulesAndListsOnItsOwn) {
  WriteFile(list(), "https://a.example.com\n");
  Start();
  Try(ReloadTrigger::kStart);
  Watch();
  WriteFile(list(), "https://b.example.com\n");
  EXPECT_TRUE(WaitForGeneration(2));
  WriteFile(file(), Rules(kTwo));
  EXPECT_TRUE(WaitForGeneration(3));
  // The list is no longer named; then it is again.
  WriteFile(file(), Rules(R"({ file = "tenants.txt" })"));
  EXPECT_TRUE(WaitForGeneration(4));
  WriteFile(list(), "https://c.example.com\n");
  EXPECT_TRUE(WaitForGeneration(5));
}

TEST_F(WatchingTest, SeesWhatChangedBeforeItWatched) {
  WriteFile(list(), "https://a.example.com\n");
  Start();
  Try(ReloadTrigger::kStart);
  WriteFile(file(), Rules(kTwo));
  Watch();
  EXPECT_TRUE(WaitForGeneration(2));
}

// Many ask at once; every answer is of an attempt that began after the asking,
// so it knows of what was written before.
TEST_F(ReloaderTest, CallersWaitForAnAttemptThatBeganAfterTheyAsked) {
  WriteFile(file(), Rules(kOne, "r0"));
  Start();
  Try(ReloadTrigger::kStart);
  std::mutex writing;
  int written = 0;
  std::vector<std::thread> callers;
  std::atomic<int> mistakes{0};
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        int mine = 0;
        {
          const std::lock_guard<std::mutex> lock(writing);
          mine = ++written;
          ReplaceFile(file(), Rules(kOne, "r" + std::to_string(mine)));
        }
        const auto attempt = Try(ReloadTrigger::kApi);
        const int now = std::stoi(RouteId().substr(1));
        if (attempt->result == ReloadResult::kFailure || now < mine) {
          ++mistakes;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(mistakes.load(), 0);
  EXPECT_EQ(RouteId(), "r200");
  const std::lock_guard<std::mutex> lock(mutex_);
  EXPECT_LE(seen_.size(), 201U);
}

TEST_F(ReloaderTest, EndingReleasesThoseWhoWait) {
  WriteFile(file(), Rules(kOne));
  // The observer holds the attempt up until the end is under way.
  std::promise<void> in_attempt;
  std::promise<void> ending;
  std::once_flag once;
  reloader_ = std::make_unique<Reloader>(
      Reloader::Options{
          .rules = folder(), .allow_shrink = false, .compile = {}},
      &store_, [&](const ReloadAttempt&) {
        std::call_once(once, [&] {
          in_attempt.set_value();
          ending.get_future().wait();
        });
      });
  reloader_->Request(ReloadTrigger::kFile);
  in_attempt.get_future().wait();
  std::shared_ptr<const ReloadAttempt> answer =
      std::make_shared<ReloadAttempt>();
  std::thread waiter([&answer, reloader = reloader_.get()] {
    answer = reloader->Reload(ReloadTrigger::kApi);
  });
  std::this_thread::sleep_for(50ms);
  std::thread release([&] {
    waiter.join();  // released although the attempt is not over
    ending.set_value();
  });
  reloader_.reset();
  release.join();
  EXPECT_EQ(answer, nullptr);
}

// The end of a process must not depend on how long a compilation takes.
TEST_F(ReloaderTest, StoppingWaitsOnlySoLong) {
  WriteFile(file(), Rules(kOne));
  std::promise<void> compiling;
  std::promise<void> go_on;
  reloader_ = std::make_unique<Reloader>(
      Reloader::Options{.rules = folder(),
                        .allow_shrink = false,
                        .compile = {},
                        .on_compile =
                            [&] {
                              compiling.set_value();
                              go_on.get_future().wait();
                            }},
      &store_, [](const ReloadAttempt&) {});
  reloader_->Request(ReloadTrigger::kFile);
  compiling.get_future().wait();
  EXPECT_FALSE(reloader_->Stop(20ms));
  EXPECT_EQ(Try(ReloadTrigger::kApi), nullptr) << "no attempt begins any more";
  go_on.set_value();
  EXPECT_TRUE(reloader_->Stop(60s));
  EXPECT_EQ(generation(), 1U) << "what had begun was brought to its end";
  EXPECT_TRUE(reloader_->Stop(0ms));
}

TEST(ReloadNamesTest, AreStable) {
  EXPECT_EQ(ReloadTriggerName(ReloadTrigger::kPoll), "poll");
  EXPECT_EQ(ReloadTriggerName(ReloadTrigger::kFile), "file");
  EXPECT_EQ(ReloadTriggerName(ReloadTrigger::kSignal), "signal");
  EXPECT_EQ(ReloadTriggerName(ReloadTrigger::kApi), "api");
  EXPECT_EQ(ReloadTriggerName(ReloadTrigger::kStart), "start");
  EXPECT_EQ(ReloadResultName(ReloadResult::kSuccess), "success");
  EXPECT_EQ(ReloadResultName(ReloadResult::kUnchanged), "unchanged");
  EXPECT_EQ(ReloadResultName(ReloadResult::kFailure), "failure");
}

}  // namespace
}  // namespace corsac
