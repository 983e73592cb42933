// The exact origins of an origin set, of which there may be millions: their
// texts end to end in one string, and twelve bytes beside for each.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_MODEL_IR_EXACT_ORIGINS_H_
#define CORSAC_COMPILER_MODEL_IR_EXACT_ORIGINS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check.h"
#include "compiler/huge_pages.h"

namespace corsac {

// Where in the source something was said. Lines and columns count from 1.
struct IrPlace {
  std::uint32_t file = 0;  // index into Ir::files
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend bool operator==(const IrPlace&, const IrPlace&) = default;
};

// One exact origin, as IrExactOrigins hands it out: by value, and valid until
// that changes or ends.
struct IrExactOrigin {
  std::string_view text;  // a serialised origin of the grammar in
                          // origins/origin.h; `file://` too when it is listed
                          // literally
  IrPlace place;

  friend bool operator==(const IrExactOrigin&, const IrExactOrigin&) = default;
};

// A list of exact origins in the order in which they were added. Thread-
// compatible, as a vector is.
class IrExactOrigins {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = IrExactOrigin;
    using difference_type = std::ptrdiff_t;
    using pointer = const IrExactOrigin*;
    using reference = IrExactOrigin;

    IrExactOrigin operator*() const {
      return origins_->At(index_, origins_->runs_[run_].file);
    }
    Iterator& operator++() {
      ++index_;
      if (run_ + 1 < origins_->runs_.size() &&
          origins_->runs_[run_ + 1].first == index_) {
        ++run_;
      }
      return *this;
    }
    void operator++(int) { ++*this; }

    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.index_ == b.index_;
    }

   private:
    friend class IrExactOrigins;

    Iterator(const IrExactOrigins* origins, std::size_t index)
        : origins_(origins), index_(index) {}

    const IrExactOrigins* origins_;
    std::size_t index_;
    std::size_t run_ = 0;
  };

  using value_type = IrExactOrigin;
  using const_iterator = Iterator;

  IrExactOrigins() = default;
  IrExactOrigins(std::initializer_list<IrExactOrigin> origins) {
    for (const IrExactOrigin& origin : origins) Add(origin.text, origin.place);
  }

  // Appends an origin; `text` is copied. Amortised O(text.size()).
  // REQUIRES: `text` is not part of this list; all texts together are shorter
  // than 4 GiB.
  void Add(std::string_view text, const IrPlace& place) {
    CORSAC_CHECK(texts_.size() + text.size() <=
                 std::numeric_limits<std::uint32_t>::max());
    if (runs_.empty() || runs_.back().file != place.file) {
      runs_.push_back({static_cast<std::uint32_t>(size()), place.file});
    }
    texts_ += text;
    entries_.push_back(
        {static_cast<std::uint32_t>(texts_.size()), place.line, place.column});
  }

  // Makes room for `origins` in all, whose texts have `bytes` in all.
  void Reserve(std::size_t origins, std::size_t bytes) {
    entries_.reserve(origins);
    texts_.reserve(bytes);
    PreferHugePages(entries_.data(), origins * sizeof(Entry));
    PreferHugePages(texts_.data(), bytes);
  }

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }

  // O(log of the changes from one file to another). REQUIRES: index < size().
  IrExactOrigin operator[](std::size_t index) const {
    const auto after = std::upper_bound(
        runs_.begin(), runs_.end(), index,
        [](std::size_t i, const Run& r) { return i < r.first; });
    return At(index, std::prev(after)->file);
  }

  // The text alone. O(1). REQUIRES: index < size().
  std::string_view text(std::size_t index) const {
    const std::uint32_t begin = index == 0 ? 0 : entries_[index - 1].end;
    return std::string_view(texts_).substr(begin, entries_[index].end - begin);
  }

  // Every text, end to end.
  std::string_view texts() const { return texts_; }

  // The places as bytes, for hashing: where they differ, so do the places or
  // the lengths of the texts. That files differ does not show.
  std::string_view place_bytes() const {
    static_assert(sizeof(Entry) == 3 * sizeof(std::uint32_t));
    return {reinterpret_cast<const char*>(entries_.data()),
            entries_.size() * sizeof(Entry)};
  }

  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

  // The same origins from the same places in the same order.
  friend bool operator==(const IrExactOrigins&,
                         const IrExactOrigins&) = default;

 private:
  struct Entry {
    std::uint32_t end = 0;  // of its text in texts_; it begins where the one
                            // before ends
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    friend bool operator==(const Entry&, const Entry&) = default;
  };
  // Origins from `first` on are of `file`, until the next run.
  struct Run {
    std::uint32_t first = 0;
    std::uint32_t file = 0;

    friend bool operator==(const Run&, const Run&) = default;
  };

  IrExactOrigin At(std::size_t index, std::uint32_t file) const {
    const Entry& entry = entries_[index];
    return {text(index), {file, entry.line, entry.column}};
  }

  std::string texts_;
  std::vector<Entry> entries_;
  std::vector<Run> runs_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_IR_EXACT_ORIGINS_H_
