// Building a TextTable: two passes over the texts of a group, one to see how
// long each bucket gets, one to put them there.
// Tested by tests/compiler/text_table_test.cc.
#include "compiler/table/text_table.h"

#include <algorithm>
#include <utility>

#include "compiler/check.h"
#include "compiler/huge_pages.h"

namespace corsac {
namespace {

// How far ahead of the writing the memory to write to is asked for.
constexpr std::size_t kAhead = 16;

}  // namespace

std::vector<std::uint32_t> TextTable::EntriesOf(Group group) const {
  if (group.empty()) return {};
  // Numbers lie far apart, so each is read once.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> numbered;
  numbered.reserve(group.entries);
  const std::uint32_t end = OffsetIn(directory_[group.first + group.buckets]);
  for (std::uint32_t entry = OffsetIn(directory_[group.first]); entry < end;
       entry += SizeAt(entry)) {
    numbered.emplace_back(number(entry), entry);
  }
  std::sort(numbered.begin(), numbered.end());
  std::vector<std::uint32_t> entries;
  entries.reserve(numbered.size());
  for (const auto& [number, entry] : numbered) entries.push_back(entry);
  return entries;
}

TextTableBuilder::TextTableBuilder(std::uint64_t seed,
                                   std::uint64_t max_number) {
  table_.seed_ = seed;
  for (; max_number != 0; max_number >>= 8) ++table_.number_bytes_;
  table_.directory_.push_back(0);
}

void TextTableBuilder::Reserve(std::size_t entries, std::size_t text_bytes) {
  reserved_ = true;
  auto& directory = table_.directory_;
  auto& arena = table_.arena_;
  directory.reserve(entries / kTextsPerBucket + 2);
  arena.reserve(entries * (TextTable::kHeaderBytes + table_.number_bytes_) +
                text_bytes + TextTable::kPadding);
  // Lookups go to random places of both.
  PreferHugePages(directory.data(),
                  directory.capacity() * sizeof(directory[0]));
  PreferHugePages(arena.data(), arena.capacity());
}

TextTable::Group TextTableBuilder::BeginGroup(std::size_t count) {
  CORSAC_CHECK(count < TextTable::kNone);
  group_ = {};
  group_.first = static_cast<std::uint32_t>(table_.directory_.size() - 1);
  group_.buckets = static_cast<std::uint32_t>(
      std::max<std::size_t>(1, count / kTextsPerBucket));
  group_.entries = static_cast<std::uint32_t>(count);
  table_.directory_.resize(table_.directory_.size() + group_.buckets);
  hashes_.resize(count);
  next_.assign(group_.buckets, 0);
  return group_;
}

void TextTableBuilder::CountKey(std::size_t i, std::string_view text) {
  CORSAC_CHECK(text.size() <= TextTable::kMaxBytes);
  const std::uint64_t hash = HashBytes(text, table_.seed_);
  const std::uint32_t bucket = TextTable::BucketOf(hash, group_);
  hashes_[i] = hash;
  next_[bucket - group_.first] += static_cast<std::uint32_t>(
      TextTable::kHeaderBytes + table_.number_bytes_ + text.size());
  table_.directory_[bucket] |= std::uint64_t{TextTable::FilterOf(hash)} << 32;
}

void TextTableBuilder::LayOut() {
  std::size_t offset = table_.arena_.size();
  for (std::uint32_t i = 0; i < group_.buckets; ++i) {
    const std::uint32_t bytes = next_[i];
    next_[i] = static_cast<std::uint32_t>(offset);
    table_.directory_[group_.first + i] |= offset;
    offset += bytes;
    CORSAC_CHECK(offset < TextTable::kNone);
  }
  table_.directory_[group_.first + group_.buckets] = offset;
  table_.arena_.resize(offset);
}

void TextTableBuilder::PutKey(std::size_t i, std::string_view text,
                              std::uint64_t number) {
  const auto slot_of = [this](std::uint64_t hash) {
    return TextTable::BucketOf(hash, group_) - group_.first;
  };
  if (i + kAhead < hashes_.size()) {
    __builtin_prefetch(
        table_.arena_.data() + next_[slot_of(hashes_[i + kAhead])], 1);
  }
  char* out = table_.arena_.data() + next_[slot_of(hashes_[i])];
  const std::uint16_t header = TextTable::HeaderOf(hashes_[i], text.size());
  std::memcpy(out, &header, sizeof(header));
  out += sizeof(header);
  for (std::uint32_t k = 0; k < table_.number_bytes_; ++k, number >>= 8) {
    *out++ = static_cast<char>(number & 0xFF);
  }
  CORSAC_DCHECK(number == 0);
  text.copy(out, text.size());
  next_[slot_of(hashes_[i])] += static_cast<std::uint32_t>(
      TextTable::kHeaderBytes + table_.number_bytes_ + text.size());
}

TextTable TextTableBuilder::Finish() {
  // A lookup asks for the lines after an entry, whether they exist or not.
  table_.arena_.resize(table_.arena_.size() + TextTable::kPadding);
  // What was reserved is what was needed, unless nothing was.
  if (!reserved_) {
    table_.directory_.shrink_to_fit();
    table_.arena_.shrink_to_fit();
  }
  return std::move(table_);
}

}  // namespace corsac
