// Tests of runtime/service_manager.cc, with a real datagram socket in the place
// of the service manager.
#include "runtime/service_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <ctime>

#include "tests/testing/notify_socket.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using testing::NotifySocket;

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

ReloadAttempt Attempt(ReloadResult result, std::uint64_t generation,
                      std::size_t errors = 0) {
  ReloadAttempt attempt;
  attempt.result = result;
  attempt.generation = generation;
  attempt.errors = errors;
  return attempt;
}

class ServiceManagerTest : public ::testing::Test {
 protected:
  testing::TempFolder temp_;
  const std::string path_ = (temp_ / "notify").string();
};

TEST_F(ServiceManagerTest, FromStartToEnd) {
  const NotifySocket manager(path_);
  ServiceManager service(path_);
  service.BeginReload();  // the first rules: it is starting anyway
  service.EndReload(Attempt(ReloadResult::kSuccess, 1));
  EXPECT_EQ(manager.Next(), "");
  service.Ready(Attempt(ReloadResult::kSuccess, 1));
  EXPECT_EQ(manager.Next(), "READY=1\nSTATUS=generation 1");
  service.BeginReload();
  EXPECT_THAT(manager.Next(),
              MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
  service.EndReload(Attempt(ReloadResult::kSuccess, 2));
  EXPECT_EQ(manager.Next(), "READY=1\nSTATUS=generation 2");
  service.Stopping();
  EXPECT_THAT(manager.Next(), HasSubstr("STOPPING=1\n"));
  service.BeginReload();
  service.EndReload(Attempt(ReloadResult::kSuccess, 3));
  service.Ready(Attempt(ReloadResult::kSuccess, 3));
  EXPECT_EQ(manager.Next(), "");
}

// In one datagram, by the clock that the manager compares with.
TEST_F(ServiceManagerTest, TheTimeOfAReloadIsMonotonic) {
  const NotifySocket manager(path_);
  ServiceManager service(path_);
  service.Ready(Attempt(ReloadResult::kSuccess, 1));
  manager.Next();
  timespec before{};
  timespec after{};
  clock_gettime(CLOCK_MONOTONIC, &before);
  service.BeginReload();
  clock_gettime(CLOCK_MONOTONIC, &after);
  const std::string text = manager.Next();
  const auto micro = std::stoll(text.substr(text.find("USEC=") + 5));
  EXPECT_GE(micro, before.tv_sec * 1'000'000LL + before.tv_nsec / 1'000);
  EXPECT_LE(micro, after.tv_sec * 1'000'000LL + after.tv_nsec / 1'000);
}

TEST_F(ServiceManagerTest, AFailedReloadIsReadyAgainAndSaysWhy) {
  const NotifySocket manager(path_);
  ServiceManager service(path_);
  service.Ready(Attempt(ReloadResult::kSuccess, 42));
  service.BeginReload();
  manager.Next();
  manager.Next();
  service.EndReload(Attempt(ReloadResult::kFailure, 42, 3));
  EXPECT_EQ(manager.Next(),
            "READY=1\nSTATUS=reload failed: 3 errors, generation 42 kept");
  // Looked at again, nothing new.
  ReloadAttempt again = Attempt(ReloadResult::kUnchanged, 42);
  again.repeats_failure = true;
  service.EndReload(again);
  EXPECT_EQ(manager.Next(), "");
  // The bad edit is taken back: nothing is compiled, but all is well.
  service.EndReload(Attempt(ReloadResult::kUnchanged, 42));
  EXPECT_EQ(manager.Next(), "STATUS=generation 42");
  service.EndReload(Attempt(ReloadResult::kUnchanged, 42));
  EXPECT_EQ(manager.Next(), "");
}

// A source that cannot be read is not compiled.
TEST_F(ServiceManagerTest, AReloadThatNeverBeganFailsToo) {
  const NotifySocket manager(path_);
  ServiceManager service(path_);
  service.Ready(Attempt(ReloadResult::kSuccess, 1));
  manager.Next();
  service.EndReload(Attempt(ReloadResult::kFailure, 1, 1));
  EXPECT_EQ(manager.Next(), "STATUS=reload failed: 1 error, generation 1 kept");
}

TEST_F(ServiceManagerTest, AbstractSockets) {
  const std::string name = "@corsac-test-" + std::to_string(getpid());
  const NotifySocket manager(name);
  ServiceManager service(name);
  service.Ready(Attempt(ReloadResult::kSuccess, 7));
  EXPECT_EQ(manager.Next(), "READY=1\nSTATUS=generation 7");
}

TEST_F(ServiceManagerTest, NobodyListens) {
  for (const std::string& socket : {std::string(), path_}) {
    ServiceManager service(socket);
    service.Ready(Attempt(ReloadResult::kSuccess, 1));
    service.Stopping();
  }
  ::testing::internal::CaptureStderr();
  for (const std::string& socket :
       {std::string("relative"), "/" + std::string(200, 'x')}) {
    ServiceManager service(socket);
    service.Ready(Attempt(ReloadResult::kSuccess, 1));
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("service.unknown"));
}

}  // namespace
}  // namespace corsac
