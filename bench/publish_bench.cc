// What putting another table in force costs, and what readers pay for being
// able to:
//
//   Publish/acquire/threads:N          N threads take a snapshot and let it go,
//                                      nobody publishes
//   Publish/acquire-while-publishing   one thread does so while another
//                                      publishes all the time
//   Publish/swap                       a publication when nobody reads; the old
//                                      table lives on
//   Publish/swap-and-free/origins:N    a publication that destroys the table
//                                      before it, of N origins
//
// Tables are small except where the row says otherwise: a publication does not
// look into them.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "bench/corpus.h"
#include "bench/harness.h"
#include "compiler/table/policy_table.h"
#include "runtime/store/policy_store.h"

namespace corsac::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::shared_ptr<const PolicyTable> MakeTable(std::size_t origins) {
  return BuildTable(IrOf(SpecOf(RuleForm::kExact, origins)));
}

// Takes and lets go snapshots; generations never go back.
void TimeAcquire(const PolicyStore& store, benchmark::State& state) {
  std::uint64_t last = store.Acquire().generation();
  if (last == 0) {
    state.SkipWithError("nothing was published");
    return;
  }
  bool in_order = true;
  for (auto _ : state) {
    const PolicyStore::Snapshot snapshot = store.Acquire();
    const std::uint64_t generation = snapshot.generation();
    in_order = in_order && generation >= last;
    last = generation;
  }
  if (!in_order) state.SkipWithError("a reader saw an older generation");
}

void RunAcquire(benchmark::State& state) {
  // One store for the threads of all runs of this row.
  static PolicyStore& store = []() -> PolicyStore& {
    static PolicyStore made;
    made.Publish(MakeTable(10), "hash");
    return made;
  }();
  TimeAcquire(store, state);
}

void RunAcquireWhilePublishing(benchmark::State& state) {
  const std::array<std::shared_ptr<const PolicyTable>, 2> tables = {
      MakeTable(10), MakeTable(1'000)};
  PolicyStore store;
  store.Publish(tables[0], "hash");
  std::atomic<bool> stop{false};
  std::uint64_t published = 1;
  std::thread publisher([&] {
    // relaxed: only asks for an end; join() orders what follows.
    while (!stop.load(std::memory_order_relaxed)) {
      store.Publish(tables[published % 2], "hash");
      ++published;
    }
  });
  TimeAcquire(store, state);
  stop.store(true, std::memory_order_relaxed);
  publisher.join();
  if (store.Acquire().generation() != published) {
    state.SkipWithError("publications were lost");
  }
  state.counters["publications"] = static_cast<double>(published);
}

void RunSwap(benchmark::State& state) {
  const std::array<std::shared_ptr<const PolicyTable>, 2> tables = {
      MakeTable(10), MakeTable(1'000)};
  PolicyStore store;
  const std::string hash(32, '0');
  std::uint64_t generation = store.Publish(tables[0], hash);
  const std::uint64_t first = generation;
  std::uint64_t count = 0;
  for (auto _ : state) {
    ++count;
    generation = store.Publish(tables[count % 2], hash);
  }
  if (generation != first + count ||
      &store.Acquire().table() != tables[count % 2].get()) {
    state.SkipWithError("another table is in force than was published");
  }
}

void RunSwapAndFree(std::size_t origins, benchmark::State& state) {
  PolicyStore store;
  store.Publish(MakeTable(origins), "hash");
  for (auto _ : state) {
    std::shared_ptr<const PolicyTable> table = MakeTable(origins);
    const PolicyTable* const published = table.get();
    const Clock::time_point start = Clock::now();
    store.Publish(std::move(table), "hash");
    state.SetIterationTime(
        std::chrono::duration<double>(Clock::now() - start).count());
    if (&store.Acquire().table() != published || store.Reclaim() != 0) {
      state.SkipWithError("the table before is still there");
      return;
    }
  }
}

}  // namespace

void RegisterPublishRows() {
  benchmark::RegisterBenchmark("Publish/acquire", RunAcquire)
      ->Threads(1)
      ->Threads(2)
      ->UseRealTime();
  benchmark::RegisterBenchmark("Publish/acquire-while-publishing",
                               RunAcquireWhilePublishing)
      ->UseRealTime();
  benchmark::RegisterBenchmark("Publish/swap", RunSwap)->UseRealTime();
  for (const std::size_t n : {1'000U, 100'000U, 1'000'000U}) {
    const std::string name =
        "Publish/swap-and-free/origins:" + std::to_string(n);
    benchmark::RegisterBenchmark(
        name.c_str(),
        [n](benchmark::State& state) { RunSwapAndFree(n, state); })
        ->UseManualTime()
        ->Iterations(std::clamp<std::int64_t>(
            static_cast<std::int64_t>(1'000'000 / n), 3, 100))
        ->Unit(benchmark::kMicrosecond);
  }
}

}  // namespace corsac::bench
