// Tests of runtime/log/record_ring.cc.
#include "runtime/log/record_ring.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace corsac {
namespace {

using Pushed = RecordRing::Pushed;

TEST(RecordRingTest, GivesBackWhatWasPutInInOrder) {
  RecordRing ring(64);
  std::string record = "before";
  EXPECT_FALSE(ring.Pop(&record));
  EXPECT_EQ(record, "before");
  EXPECT_EQ(ring.Push("head", "body"), Pushed::kYes);
  EXPECT_EQ(ring.Push("", ""), Pushed::kYes);
  ASSERT_TRUE(ring.Pop(&record));
  EXPECT_EQ(record, "headbody");
  ASSERT_TRUE(ring.Pop(&record));
  EXPECT_EQ(record, "");
  EXPECT_FALSE(ring.Pop(&record));
}

TEST(RecordRingTest, TakesNothingThatDoesNotFit) {
  RecordRing ring(64);
  EXPECT_EQ(ring.Push("", std::string(61, 'x')), Pushed::kNo);
  EXPECT_EQ(ring.Push("", std::string(60, 'x')), Pushed::kYesHalfway);
  EXPECT_EQ(ring.Push("", ""), Pushed::kNo);
  std::string record;
  ASSERT_TRUE(ring.Pop(&record));
  EXPECT_EQ(record, std::string(60, 'x'));
  EXPECT_EQ(ring.Push("", ""), Pushed::kYes);
}

TEST(RecordRingTest, SaysOnceThatItIsHalfFull) {
  RecordRing ring(64);
  EXPECT_EQ(ring.Push("", std::string(16, 'x')), Pushed::kYes);         // 20
  EXPECT_EQ(ring.Push("", std::string(16, 'x')), Pushed::kYesHalfway);  // 40
  EXPECT_EQ(ring.Push("", std::string(4, 'x')), Pushed::kYes);          // 48
  std::string record;
  while (ring.Pop(&record)) {
  }
  EXPECT_EQ(ring.Push("", std::string(30, 'x')), Pushed::kYesHalfway);
}

// Every length at every place: records lie across the end of the ring in every
// way that there is.
TEST(RecordRingTest, RecordsMayLieAcrossTheEnd) {
  for (std::size_t size = 0; size <= 28; ++size) {
    RecordRing ring(32);
    std::string record;
    for (int i = 0; i < 100; ++i) {
      const std::string body(size, static_cast<char>('a' + i % 26));
      ASSERT_NE(ring.Push(body.substr(0, size / 3), body.substr(size / 3)),
                Pushed::kNo);
      ASSERT_TRUE(ring.Pop(&record));
      ASSERT_EQ(record, body);
    }
  }
}

// One thread writes while another reads: what is taken comes out whole and in
// order, and nothing else does.
TEST(RecordRingTest, TwoThreads) {
  RecordRing ring(1'024);
  constexpr std::uint32_t kRecords = 200'000;
  std::atomic<std::uint32_t> taken{0};
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (std::uint32_t i = 0; i < kRecords; ++i) {
      const std::string text = std::to_string(i);
      if (ring.Push(text, std::string(i % 90, '.')) != Pushed::kNo) {
        taken.fetch_add(1);
      }
    }
    done.store(true);
  });
  std::uint32_t read = 0;
  std::int64_t last = -1;
  std::string record;
  for (bool more = true; more;) {
    more = !done.load();
    while (ring.Pop(&record)) {
      ++read;
      const auto number = static_cast<std::uint32_t>(std::stoul(record));
      ASSERT_GT(number, last);
      last = number;
      ASSERT_EQ(record, std::to_string(number) + std::string(number % 90, '.'));
    }
  }
  writer.join();
  EXPECT_EQ(read, taken.load());
  EXPECT_GT(read, 0U);
}

}  // namespace
}  // namespace corsac
