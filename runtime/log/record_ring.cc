// A ring of records, each behind its length.
// Tested by tests/runtime/record_ring_test.cc.
#include "runtime/log/record_ring.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "compiler/check.h"

namespace corsac {
namespace {

using Length = std::uint32_t;

}  // namespace

RecordRing::RecordRing(std::size_t bytes)
    : size_(bytes), bytes_(std::make_unique<char[]>(bytes)) {
  CORSAC_CHECK(bytes >= 2 * sizeof(Length) && (bytes & (bytes - 1)) == 0 &&
               bytes <= std::size_t{1} << 31U);
}

RecordRing::Pushed RecordRing::Push(std::string_view head,
                                    std::string_view body) {
  const std::size_t written = written_.load(std::memory_order_relaxed);
  // Acquire: what was read is read before it is written over.
  const std::size_t used = written - read_.load(std::memory_order_acquire);
  const std::size_t record = head.size() + body.size();
  const std::size_t added = sizeof(Length) + record;
  if (added > size_ - used) return Pushed::kNo;
  std::array<char, sizeof(Length)> length{};
  const auto value = static_cast<Length>(record);
  std::memcpy(length.data(), &value, sizeof(value));
  CopyIn(written, {length.data(), length.size()});
  CopyIn(written + sizeof(Length), head);
  CopyIn(written + sizeof(Length) + head.size(), body);
  // Release: whoever sees the count sees the bytes.
  written_.store(written + added, std::memory_order_release);
  const std::size_t half = size_ / 2;
  return used < half && used + added >= half ? Pushed::kYesHalfway
                                             : Pushed::kYes;
}

bool RecordRing::Pop(std::string* record) {
  const std::size_t read = read_.load(std::memory_order_relaxed);
  if (written_.load(std::memory_order_acquire) == read) return false;
  record->resize(sizeof(Length));
  CopyOut(read, record);
  Length length = 0;
  std::memcpy(&length, record->data(), sizeof(length));
  record->resize(length);
  CopyOut(read + sizeof(Length), record);
  read_.store(read + sizeof(Length) + length, std::memory_order_release);
  return true;
}

void RecordRing::CopyIn(std::size_t at, std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t place = at & (size_ - 1);
  const std::size_t first = std::min(bytes.size(), size_ - place);
  std::memcpy(&bytes_[place], bytes.data(), first);
  std::memcpy(bytes_.get(), bytes.data() + first, bytes.size() - first);
}

void RecordRing::CopyOut(std::size_t at, std::string* bytes) const {
  const std::size_t place = at & (size_ - 1);
  const std::size_t first = std::min(bytes->size(), size_ - place);
  std::memcpy(bytes->data(), &bytes_[place], first);
  std::memcpy(bytes->data() + first, bytes_.get(), bytes->size() - first);
}

}  // namespace corsac
