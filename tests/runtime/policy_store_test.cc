// Tests of runtime/store/policy_store. The concurrent ones state what must hold
// (one generation's table whole, never older than the last publication that the
// reader knows of, destroyed by the publisher alone) and are at their strongest
// under ThreadSanitizer and AddressSanitizer.
#include "runtime/store/policy_store.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <set>
#include <thread>

#include "compiler/model/ir.h"

namespace corsac {
namespace {

// Makes tables whose one route says which generation they are for, and notes
// where they are destroyed.
class TableMaker {
 public:
  std::shared_ptr<const PolicyTable> Make(std::uint64_t number) {
    Ir ir;
    ir.files = {"site.toml"};
    ir.origin_sets.resize(1);
    ir.origin_sets[0].any = true;
    ir.policies.resize(1);
    IrRoute route;
    route.id = "g" + std::to_string(number);
    route.pattern = "/{rest...}";
    route.segments = {{IrSegment::Kind::kRest, "rest"}};
    ir.routes = {route};
    alive_.fetch_add(1);
    return {BuildTable(ir).release(), [this](const PolicyTable* table) {
              delete table;
              alive_.fetch_sub(1);
              const std::lock_guard<std::mutex> lock(mutex_);
              destroyers_.insert(std::this_thread::get_id());
            }};
  }
  int alive() const { return alive_.load(); }
  std::set<std::thread::id> destroyers() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return destroyers_;
  }

 private:
  std::atomic<int> alive_{0};
  std::mutex mutex_;
  std::set<std::thread::id> destroyers_;
};

std::uint64_t PublishNext(PolicyStore& store, TableMaker& maker,
                          std::uint64_t number) {
  return store.Publish(maker.Make(number), "h" + std::to_string(number));
}

// Whether all that a snapshot says belongs to one generation.
bool IsWhole(const PolicyStore::Snapshot& snapshot) {
  const std::string number = std::to_string(snapshot.generation());
  return snapshot.table().routes().at(0).id == "g" + number &&
         snapshot.table().FindRoute("", "/", "GET") ==
             snapshot.table().routes().data() &&
         snapshot.content_hash() == "h" + number;
}

TEST(PolicyStoreTest, IsEmptyAtFirst) {
  const PolicyStore store;
  const PolicyStore::Snapshot snapshot = store.Acquire();
  EXPECT_FALSE(snapshot);
  EXPECT_EQ(snapshot.generation(), 0U);
}

TEST(PolicyStoreTest, CountsGenerations) {
  TableMaker maker;
  PolicyStore store;
  const auto before = std::chrono::system_clock::now();
  for (std::uint64_t number = 1; number <= 3; ++number) {
    EXPECT_EQ(PublishNext(store, maker, number), number);
    const PolicyStore::Snapshot snapshot = store.Acquire();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(snapshot.generation(), number);
    EXPECT_TRUE(IsWhole(snapshot));
    EXPECT_GE(snapshot.activated_at(), before);
  }
}

TEST(PolicyStoreTest, ASnapshotOutlivesThePublicationsAfterIt) {
  TableMaker maker;
  PolicyStore store;
  PublishNext(store, maker, 1);
  PolicyStore::Snapshot first = store.Acquire();
  PublishNext(store, maker, 2);
  PublishNext(store, maker, 3);
  EXPECT_EQ(first.generation(), 1U);
  EXPECT_TRUE(IsWhole(first));
  EXPECT_EQ(maker.alive(), 2) << "generation 2 was held by nobody";
  EXPECT_EQ(store.Reclaim(), 1U);
  first = {};
  EXPECT_EQ(maker.alive(), 2) << "letting go destroys nothing";
  EXPECT_EQ(store.Reclaim(), 0U);
  EXPECT_EQ(maker.alive(), 1);
}

TEST(PolicyStoreTest, PublishingDestroysWhatWasLetGo) {
  TableMaker maker;
  PolicyStore store;
  PublishNext(store, maker, 1);
  store.Acquire();
  PublishNext(store, maker, 2);
  EXPECT_EQ(maker.alive(), 1);
}

TEST(PolicyStoreTest, HandsOverWhatNobodyHoldsInsteadOfDestroyingIt) {
  TableMaker maker;
  PolicyStore store;
  PolicyStore::Tables retired;
  PublishNext(store, maker, 1);
  PolicyStore::Snapshot held = store.Acquire();
  EXPECT_EQ(store.Publish(maker.Make(2), "h2", &retired), 2U);
  EXPECT_TRUE(retired.empty()) << "generation 1 is held";
  EXPECT_EQ(store.Publish(maker.Make(3), "h3", &retired), 3U);
  EXPECT_EQ(retired.size(), 1U);
  EXPECT_EQ(store.Reclaim(&retired), 1U);
  EXPECT_EQ(retired.size(), 1U);
  held = {};
  EXPECT_EQ(store.Reclaim(&retired), 0U);
  EXPECT_EQ(retired.size(), 2U);
  EXPECT_EQ(maker.alive(), 3);
  retired.clear();
  EXPECT_EQ(maker.alive(), 1);
}

TEST(PolicyStoreTest, ReadersNeverDestroy) {
  TableMaker maker;
  PolicyStore store;
  PublishNext(store, maker, 1);
  std::thread::id reader_id;
  std::thread reader([&] {
    reader_id = std::this_thread::get_id();
    const PolicyStore::Snapshot held = store.Acquire();
    std::thread([&] { PublishNext(store, maker, 2); }).join();
    EXPECT_TRUE(IsWhole(held));
  });
  reader.join();
  EXPECT_EQ(maker.alive(), 2);
  EXPECT_EQ(store.Reclaim(), 0U);
  EXPECT_EQ(maker.destroyers(), std::set{std::this_thread::get_id()});
}

TEST(PolicyStoreTest, AThreadMayHoldSeveralAndPassThemOn) {
  TableMaker maker;
  PolicyStore store;
  PublishNext(store, maker, 1);
  PolicyStore::Snapshot one = store.Acquire();
  PolicyStore::Snapshot same = store.Acquire();
  PublishNext(store, maker, 2);
  PolicyStore::Snapshot two = store.Acquire();
  EXPECT_EQ(one.generation(), 1U);
  EXPECT_EQ(same.generation(), 1U);
  EXPECT_EQ(two.generation(), 2U);
  std::thread([moved = std::move(one)]() mutable {
    EXPECT_TRUE(IsWhole(moved));
    moved = {};
  }).join();
  EXPECT_FALSE(one);  // NOLINT(bugprone-use-after-move): defined to be empty
  EXPECT_EQ(store.Reclaim(), 1U) << "`same` still holds generation 1";
  same = std::move(two);
  EXPECT_EQ(same.generation(), 2U);
  EXPECT_EQ(store.Reclaim(), 0U);
}

TEST(PolicyStoreTest, GoesOnWhenTheSlotsRunOut) {
  TableMaker maker;
  PolicyStore store(2);
  PublishNext(store, maker, 1);
  std::vector<PolicyStore::Snapshot> held;
  for (int i = 0; i < 5; ++i) held.push_back(store.Acquire());
  PublishNext(store, maker, 2);
  for (int i = 0; i < 5; ++i) held.push_back(store.Acquire());
  PublishNext(store, maker, 3);
  for (std::size_t i = 0; i < held.size(); ++i) {
    EXPECT_EQ(held[i].generation(), i < 5 ? 1U : 2U);
    EXPECT_TRUE(IsWhole(held[i]));
  }
  // The two with slots go first, then those without.
  held.erase(held.begin(), held.begin() + 4);
  EXPECT_EQ(store.Reclaim(), 2U);
  held.erase(held.begin());
  EXPECT_EQ(store.Reclaim(), 1U);
  held.clear();
  EXPECT_EQ(store.Reclaim(), 0U);
  EXPECT_EQ(maker.alive(), 1);
}

TEST(PolicyStoreTest, TheStoreTakesItsTablesAlong) {
  TableMaker maker;
  {
    PolicyStore store;
    PublishNext(store, maker, 1);
    PolicyStore::Snapshot held = store.Acquire();
    PublishNext(store, maker, 2);
    held = {};
  }
  EXPECT_EQ(maker.alive(), 0);
}

TEST(PolicyStoreDeathTest, MustOutliveItsSnapshots) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        TableMaker maker;
        PolicyStore::Snapshot held;
        PolicyStore store;
        PublishNext(store, maker, 1);
        held = store.Acquire();
        store.~PolicyStore();
      },
      "IsHeld");
}

// What a reader does again and again: a snapshot is whole, and not older than
// the last publication that was known to be over, nor than the reader's last.
void ReadUntil(const std::atomic<bool>& stop, const PolicyStore& store,
               const std::atomic<std::uint64_t>& published,
               std::atomic<int>* mistakes, std::atomic<std::uint64_t>* reads) {
  std::uint64_t last = 0;
  do {
    const std::uint64_t known = published.load();
    const PolicyStore::Snapshot snapshot = store.Acquire();
    if (!snapshot || snapshot.generation() < known ||
        snapshot.generation() < last || !IsWhole(snapshot)) {
      mistakes->fetch_add(1);
    }
    // A second one, inside the first, as nested code would take it.
    const PolicyStore::Snapshot inner = store.Acquire();
    if (inner.generation() < snapshot.generation() || !IsWhole(inner) ||
        !IsWhole(snapshot)) {
      mistakes->fetch_add(1);
    }
    last = snapshot.generation();
    reads->fetch_add(1);
  } while (!stop.load());
}

class PolicyStoreConcurrencyTest : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Slots, PolicyStoreConcurrencyTest,
                         ::testing::Values(1, 3, 256));

TEST_P(PolicyStoreConcurrencyTest, ReadersSeeWholeTablesWhileTheyAreReplaced) {
  constexpr std::uint64_t kPublications = 2'000;
  constexpr std::size_t kReaders = 6;
  TableMaker maker;
  PolicyStore store(static_cast<std::size_t>(GetParam()));
  PublishNext(store, maker, 1);
  std::atomic<std::uint64_t> published{1};
  std::atomic<bool> stop{false};
  std::atomic<int> mistakes{0};
  std::atomic<std::uint64_t> reads{0};
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < kReaders; ++i) {
    readers.emplace_back(
        [&] { ReadUntil(stop, store, published, &mistakes, &reads); });
  }
  // Threads that come, look once and go, as those of a pool do.
  readers.emplace_back([&] {
    const std::atomic<bool> once{true};
    while (!stop.load()) {
      std::thread(ReadUntil, std::cref(once), std::cref(store),
                  std::cref(published), &mistakes, &reads)
          .join();
    }
  });
  int most_alive = 0;
  for (std::uint64_t number = 2; number <= kPublications; ++number) {
    published.store(PublishNext(store, maker, number));
    most_alive = std::max(most_alive, maker.alive());
    if (number % 16 == 0) std::this_thread::yield();
  }
  stop.store(true);
  for (std::thread& reader : readers) reader.join();

  EXPECT_EQ(mistakes.load(), 0);
  EXPECT_GE(reads.load(), kReaders);
  // Two snapshots a reader, the table in force and the one just retired.
  EXPECT_LE(most_alive, 2 * static_cast<int>(kReaders + 1) + 2);
  EXPECT_EQ(store.Reclaim(), 0U);
  EXPECT_EQ(maker.alive(), 1);
  EXPECT_EQ(maker.destroyers(), std::set{std::this_thread::get_id()});
}

TEST_P(PolicyStoreConcurrencyTest, PublishersTakeTurns) {
  constexpr std::size_t kPublishers = 4;
  TableMaker maker;
  PolicyStore store(static_cast<std::size_t>(GetParam()));
  std::array<std::set<std::uint64_t>, kPublishers> given;
  std::vector<std::thread> publishers;
  for (std::size_t i = 0; i < kPublishers; ++i) {
    publishers.emplace_back([&, i] {
      for (int n = 0; n < 200; ++n) {
        given[i].insert(store.Publish(maker.Make(0), ""));
        const PolicyStore::Snapshot held = store.Acquire();
        if (held.table().routes().size() == 1) store.Reclaim();
      }
    });
  }
  for (std::thread& publisher : publishers) publisher.join();
  std::set<std::uint64_t> all;
  for (const auto& numbers : given) all.insert(numbers.begin(), numbers.end());
  EXPECT_EQ(all.size(), kPublishers * 200U);
  EXPECT_EQ(store.Acquire().generation(), kPublishers * 200U);
  EXPECT_EQ(store.Reclaim(), 0U);
  EXPECT_EQ(maker.alive(), 1);
}

}  // namespace
}  // namespace corsac
