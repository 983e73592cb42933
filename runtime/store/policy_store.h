// The PolicyStore holds the table that the server answers from, and replaces it
// while requests are being answered. The reloader publishes; every thread that
// answers a request acquires a snapshot, uses it from the first byte of the
// request to the last, and lets it go.
//
// Thread-safe: any number of threads may call anything, except that the store
// must outlive its snapshots.
//
// A reader never locks, never waits and never frees memory: it costs one
// compare-and-swap in a cache line that is usually its own, one load and one
// store. (When more than `slots` snapshots are held at once, the ones past that
// take a mutex instead; see below.) Retired tables are destroyed by the
// publisher, in Publish() or Reclaim(): the destruction of a table with a
// million entries must not land on a request.
//
// How a table is replaced and freed (hazard pointers):
//
//   reader                                  publisher
//   R1  p = live                            P1  old = exchange(live, new)
//   R2  slot: null → p  (compare-and-swap)  P2  for each retired table and
//   R3  q = live; if q != p:                    each slot: held = slot
//         slot = q, p = q, again R3         P3  free the tables that no slot
//   R4  … use *p …                              holds
//   R5  slot = null
//
// R2, R3, P1 and P2 are sequentially consistent, so all of them lie in one
// order S that every thread agrees on. Take a reader at R4 with table p, and a
// publisher that retired p in P1 and looks at the reader's slot in P2.
//   - If R2 (or the store in R3) comes before P2 in S, the publisher sees p in
//     the slot and keeps the table.
//   - If it comes after, then the last R3, which is later still, comes after
//     P1, reads the new table and not p, and the reader goes round without
//     having touched *p. So it is not at R4 with p: a contradiction.
// R5 is a release store. A publisher that finds the slot null, or taken by a
// later reader (whose compare-and-swap continues the release sequence), thereby
// synchronises with R5: all uses of the table happen before its destruction.
// A table that is freed and another one made at the same address between R1
// and R3 does no harm: *p is not touched before R3, and R3 says that what lives
// at p is the table in force, whose making happened before P1, which R3 read.
//
// At most as many retired tables wait as snapshots are held; an idle thread
// holds none.
#ifndef CORSAC_RUNTIME_STORE_POLICY_STORE_H_
#define CORSAC_RUNTIME_STORE_POLICY_STORE_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "compiler/table/policy_table.h"

namespace corsac {

class PolicyStore {
 private:
  struct Node;
  struct Slot;

 public:
  // Snapshots that can be held at once without taking a mutex: more than the
  // server has threads.
  static constexpr std::size_t kDefaultSlots = 256;

  using Tables = std::vector<std::shared_ptr<const PolicyTable>>;

  // One table, held still. Everything that one request is told comes from one
  // snapshot. Empty before the first Publish(). Movable; may be let go on
  // another thread. Must not outlive the store.
  class Snapshot {
   public:
    Snapshot() = default;
    Snapshot(Snapshot&& other) noexcept { *this = std::move(other); }
    Snapshot& operator=(Snapshot&& other) noexcept;
    ~Snapshot() { Release(); }

    explicit operator bool() const { return node_ != nullptr; }

    // REQUIRES, for table(), content_hash() and activated_at(): not empty.
    const PolicyTable& table() const;
    const std::string& content_hash() const;
    std::chrono::system_clock::time_point activated_at() const;

    // How many tables have been published, this one included; 0 when empty.
    std::uint64_t generation() const;

   private:
    friend class PolicyStore;
    // `slot` null: counted in the node under the store's mutex.
    Snapshot(const PolicyStore* store, const Node* node, Slot* slot)
        : store_(store), node_(node), slot_(slot) {}
    void Release() noexcept;

    const PolicyStore* store_ = nullptr;
    const Node* node_ = nullptr;
    Slot* slot_ = nullptr;
  };

  // REQUIRES: slots >= 1.
  explicit PolicyStore(std::size_t slots = kDefaultSlots);
  PolicyStore(const PolicyStore&) = delete;
  PolicyStore& operator=(const PolicyStore&) = delete;

  // REQUIRES: no snapshot is held.
  ~PolicyStore();

  // Returns the table in force. O(1) as long as fewer snapshots are held than
  // there are slots.
  Snapshot Acquire() const noexcept;

  // Puts `table` in force and returns its generation, then destroys the retired
  // tables that no snapshot holds. Hand over the last reference to the table:
  // whoever drops the last one destroys it. Publishers take turns. With
  // `retired` the tables are added to it instead of being destroyed, so that
  // the caller chooses when and where that is done. Throws only when memory
  // runs out, and then the table in force stays.
  // REQUIRES: table is not null.
  std::uint64_t Publish(std::shared_ptr<const PolicyTable> table,
                        std::string content_hash, Tables* retired = nullptr);

  // Destroys the retired tables that no snapshot holds any more, or adds them
  // to `retired`, and returns how many are still held. Call it now and then
  // from a thread that has time.
  std::size_t Reclaim(Tables* retired = nullptr);

 private:
  using Nodes = std::vector<std::unique_ptr<const Node>>;

  Slot* ClaimSlot(const Node* node) const noexcept;
  Snapshot AcquireWithMutex() const noexcept;
  bool IsHeld(const Node* node) const;
  void TakeUnheld(Nodes* unheld);
  static void HandOver(const Nodes& nodes, Tables* retired);

  const std::size_t slot_count_;
  const std::unique_ptr<Slot[]> slots_;

  // The table in force; owned. Exchanged by publishers under mutex_.
  std::atomic<const Node*> live_{nullptr};

  // Guards what follows, and Node::pins. Readers take it only when they found
  // no free slot.
  mutable std::mutex mutex_;
  std::uint64_t generation_ = 0;
  Nodes retired_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_STORE_POLICY_STORE_H_
