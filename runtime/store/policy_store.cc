// PolicyStore: the live table and its hazard slots. The header argues why it is
// right; the comments here say which step of the argument each line is.
// Tested by tests/runtime/policy_store_test.cc, under ThreadSanitizer too.
#include "runtime/store/policy_store.h"

#include <algorithm>

#include "compiler/check.h"

namespace corsac {

struct PolicyStore::Node {
  std::shared_ptr<const PolicyTable> table;
  std::uint64_t generation = 0;
  std::string content_hash;
  std::chrono::system_clock::time_point activated_at;
  // Snapshots that hold this node without a slot. Guarded by mutex_.
  mutable std::size_t pins = 0;
};

// A cache line each, so that readers do not slow one another.
struct alignas(64) PolicyStore::Slot {
  std::atomic<const Node*> held{nullptr};
};

PolicyStore::Snapshot& PolicyStore::Snapshot::operator=(
    Snapshot&& other) noexcept {
  if (this == &other) return *this;
  Release();
  store_ = std::exchange(other.store_, nullptr);
  node_ = std::exchange(other.node_, nullptr);
  slot_ = std::exchange(other.slot_, nullptr);
  return *this;
}

const PolicyTable& PolicyStore::Snapshot::table() const {
  CORSAC_CHECK(node_ != nullptr);
  return *node_->table;
}

const std::string& PolicyStore::Snapshot::content_hash() const {
  CORSAC_CHECK(node_ != nullptr);
  return node_->content_hash;
}

std::chrono::system_clock::time_point PolicyStore::Snapshot::activated_at()
    const {
  CORSAC_CHECK(node_ != nullptr);
  return node_->activated_at;
}

std::uint64_t PolicyStore::Snapshot::generation() const {
  return node_ == nullptr ? 0 : node_->generation;
}

void PolicyStore::Snapshot::Release() noexcept {
  if (node_ == nullptr) return;
  if (slot_ != nullptr) {
    // R5. Release: every use of the table happens before a publisher that sees
    // the slot free (or taken again) destroys it.
    slot_->held.store(nullptr, std::memory_order_release);
  } else {
    const std::lock_guard<std::mutex> lock(store_->mutex_);
    --node_->pins;
  }
  node_ = nullptr;
}

PolicyStore::PolicyStore(std::size_t slots)
    : slot_count_(slots), slots_(std::make_unique<Slot[]>(slots)) {
  CORSAC_CHECK(slots >= 1);
}

PolicyStore::~PolicyStore() {
  const std::unique_ptr<const Node> live(
      live_.exchange(nullptr, std::memory_order_seq_cst));
  CORSAC_CHECK(live == nullptr || !IsHeld(live.get()));
  for (const std::unique_ptr<const Node>& node : retired_) {
    CORSAC_CHECK(!IsHeld(node.get()));
  }
}

PolicyStore::Snapshot PolicyStore::Acquire() const noexcept {
  // R1. Relaxed: the value is only compared with what R3 reads, and nothing
  // behind it is touched before.
  const Node* node = live_.load(std::memory_order_relaxed);
  if (node == nullptr) {
    // Nothing has been published yet, or not visibly to this thread.
    node = live_.load(std::memory_order_seq_cst);
    if (node == nullptr) return {};
  }
  Slot* const slot = ClaimSlot(node);
  if (slot == nullptr) return AcquireWithMutex();
  for (;;) {
    // R3. Sequentially consistent: its place in S after R2 is the argument. It
    // also acquires what the publisher wrote into the node.
    const Node* const now = live_.load(std::memory_order_seq_cst);
    if (now == node) return {this, node, slot};
    node = now;
    slot->held.store(node, std::memory_order_seq_cst);
  }
}

// Returns a slot that now holds `node`, or null when all are taken.
PolicyStore::Slot* PolicyStore::ClaimSlot(const Node* node) const noexcept {
  // Where a thread looks first: its own place, so that threads seldom meet.
  // Relaxed: only the difference between the numbers matters.
  static std::atomic<std::size_t> next_place{0};
  thread_local std::size_t place =
      next_place.fetch_add(1, std::memory_order_relaxed);

  for (std::size_t i = 0; i < slot_count_; ++i) {
    Slot& slot = slots_[(place + i) % slot_count_];
    // Relaxed: a hint that spares a failing compare-and-swap.
    if (slot.held.load(std::memory_order_relaxed) != nullptr) continue;
    const Node* expected = nullptr;
    // R2. Sequentially consistent on success: its place in S is the argument.
    // Relaxed on failure: the slot is somebody else's, nothing is read from it.
    if (slot.held.compare_exchange_strong(expected, node,
                                          std::memory_order_seq_cst,
                                          std::memory_order_relaxed)) {
      place += i;
      return &slot;
    }
  }
  return nullptr;
}

// All slots are taken: counts the snapshot in the node itself. The mutex keeps
// publishers from retiring or freeing a node meanwhile.
PolicyStore::Snapshot PolicyStore::AcquireWithMutex() const noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  // Relaxed: live_ changes only under mutex_, which orders it.
  const Node* const node = live_.load(std::memory_order_relaxed);
  ++node->pins;
  return {this, node, nullptr};
}

std::uint64_t PolicyStore::Publish(std::shared_ptr<const PolicyTable> table,
                                   std::string content_hash, Tables* retired) {
  CORSAC_CHECK(table != nullptr);
  auto node = std::make_unique<Node>();
  node->table = std::move(table);
  node->content_hash = std::move(content_hash);
  node->activated_at = std::chrono::system_clock::now();

  std::uint64_t generation = 0;
  Nodes unheld;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    // Nothing may throw after P1: who publishes must know which table is live.
    const std::size_t most = retired_.size() + 1;
    retired_.reserve(most);
    unheld.reserve(most);
    if (retired != nullptr) retired->reserve(retired->size() + most);
    generation = ++generation_;
    node->generation = generation;
    // P1. Sequentially consistent: its place in S is the argument. Releases
    // the node's contents to readers.
    const Node* const old =
        live_.exchange(node.release(), std::memory_order_seq_cst);
    if (old != nullptr) retired_.emplace_back(old);
    TakeUnheld(&unheld);
  }
  // `unheld` dies here, without the mutex: destroying a large table takes long.
  HandOver(unheld, retired);
  return generation;
}

std::size_t PolicyStore::Reclaim(Tables* retired) {
  Nodes unheld;
  std::size_t held = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    TakeUnheld(&unheld);
    held = retired_.size();
  }
  HandOver(unheld, retired);
  return held;
}

// Keeps the tables of `nodes` alive in `retired`, if there is one.
void PolicyStore::HandOver(const Nodes& nodes, Tables* retired) {
  if (retired == nullptr) return;
  for (const std::unique_ptr<const Node>& node : nodes) {
    retired->push_back(node->table);
  }
}

// Moves the nodes that nobody holds from retired_ to `unheld`, which is empty.
// REQUIRES: mutex_ is held.
void PolicyStore::TakeUnheld(Nodes* unheld) {
  const auto first_unheld =
      std::partition(retired_.begin(), retired_.end(),
                     [this](const auto& node) { return IsHeld(node.get()); });
  unheld->assign(std::make_move_iterator(first_unheld),
                 std::make_move_iterator(retired_.end()));
  retired_.erase(first_unheld, retired_.end());
}

// REQUIRES: mutex_ is held, or no other thread uses the store.
bool PolicyStore::IsHeld(const Node* node) const {
  if (node->pins > 0) return true;
  for (std::size_t i = 0; i < slot_count_; ++i) {
    // P2. Sequentially consistent: its place in S after P1 is the argument. It
    // also acquires what R5 released.
    if (slots_[i].held.load(std::memory_order_seq_cst) == node) return true;
  }
  return false;
}

}  // namespace corsac
