// Tested by tests/compiler/regex_table_test.cc.
#include "compiler/table/re2_pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "compiler/check.h"
#include "compiler/limits.h"
#include "compiler/table/hash.h"
#include "compiler/table/regex_options.h"

namespace corsac {

struct Re2Pattern::Impl {
  explicit Impl(std::string_view pattern)
      : regex(re2::StringPiece(pattern.data(), pattern.size()),
              RegexOptions()) {}

  re2::RE2 regex;
};

Re2Pattern::Re2Pattern(std::string_view pattern)
    : impl_(std::make_unique<const Impl>(pattern)) {
  CORSAC_CHECK(impl_->regex.ok());  // the compiler's checks saw to it
}

Re2Pattern::~Re2Pattern() = default;

bool Re2Pattern::Matches(std::string_view text) const noexcept {
  return impl_->regex.Match(re2::StringPiece(text.data(), text.size()), 0,
                            text.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

std::size_t Re2Pattern::bytes() const {
  // An instruction of a program is 16 bytes.
  const int program =
      impl_->regex.ProgramSize() + impl_->regex.ReverseProgramSize();
  return sizeof(Impl) + impl_->regex.pattern().size() +
         static_cast<std::size_t>(std::max(program, 0)) * 16;
}

namespace {

constexpr int kWalks = 24;
constexpr char kFirstByte = 0x21;
constexpr std::uint64_t kBytes = 0x7E - 0x21 + 1;

// Random numbers that are the same every time.
class Dice {
 public:
  std::size_t Below(std::size_t bound) {
    state_ = internal::Fold(state_ ^ internal::kMix0, internal::kMix1);
    return state_ % bound;
  }

 private:
  std::uint64_t state_ = internal::kMix2;
};

// Walks over an automaton from its start towards what it accepts.
class Walker {
 public:
  explicit Walker(const Dfa& dfa) : dfa_(dfa) { FindDistances(); }

  bool accepts_something() const { return distance_[dfa_.start()] != kFar; }

  // A text that the automaton accepts: some random steps, and then the shortest
  // way.
  std::string Accepted(Dice* dice) const {
    std::string text;
    std::uint32_t row = dfa_.start();
    std::size_t random_steps = dice->Below(40);
    while (distance_[row] > 0 || random_steps > 0) {
      const char c = random_steps > 0 ? AnyLive(row, dice) : Nearest(row);
      if (c == 0) break;  // nothing leads on from here, which accepts
      if (random_steps > 0) --random_steps;
      text += c;
      row = Step(row, c);
    }
    return text;
  }

 private:
  static constexpr std::uint32_t kFar = 0xFFFF'FFFF;

  std::uint32_t Step(std::uint32_t row, char c) const {
    return dfa_.cells()[row + dfa_.columns()[static_cast<unsigned char>(c)]];
  }

  // How many bytes each row is from one that accepts: from those backwards,
  // breadth first. O(cells).
  void FindDistances() {
    const auto cells = static_cast<std::uint32_t>(dfa_.cells().size());
    const auto width = cells / static_cast<std::uint32_t>(dfa_.states());
    // The rows that lead to row r: from[begin[r]] to from[begin[r + 1]].
    std::vector<std::uint32_t> begin(cells + 1);
    for (const std::uint16_t next : dfa_.cells()) ++begin[next + 1U];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::uint32_t> from(cells);
    std::vector<std::uint32_t> end = begin;
    for (std::uint32_t cell = 0; cell < cells; ++cell) {
      from[end[dfa_.cells()[cell]]++] = cell - cell % width;
    }
    distance_.assign(cells, kFar);
    std::vector<std::uint32_t> queue;
    for (std::uint32_t row = dfa_.first_accepting(); row < cells;
         row += width) {
      distance_[row] = 0;
      queue.push_back(row);
    }
    std::size_t done = 0;
    while (done < queue.size()) {
      const std::uint32_t row = queue[done++];
      for (std::uint32_t i = begin[row]; i < begin[row + 1]; ++i) {
        if (distance_[from[i]] != kFar) continue;
        distance_[from[i]] = distance_[row] + 1;
        queue.push_back(from[i]);
      }
    }
  }

  char AnyLive(std::uint32_t row, Dice* dice) const {
    const std::size_t first = dice->Below(kBytes);
    for (std::size_t i = 0; i < kBytes; ++i) {
      const char c = static_cast<char>(kFirstByte +
                                       static_cast<char>((first + i) % kBytes));
      if (distance_[Step(row, c)] != kFar) return c;
    }
    return 0;
  }

  char Nearest(std::uint32_t row) const {
    for (std::size_t i = 0; i < kBytes; ++i) {
      const char c = static_cast<char>(kFirstByte + static_cast<char>(i));
      if (distance_[Step(row, c)] == distance_[row] - 1) return c;
    }
    return 0;
  }

  const Dfa& dfa_;
  std::vector<std::uint32_t> distance_;  // by row
};

}  // namespace

bool AgreesWithRe2(const Dfa& dfa, std::string_view pattern) {
  const Re2Pattern re2(pattern);
  const Walker walker(dfa);
  if (!walker.accepts_something()) return true;
  Dice dice;
  for (int i = 0; i < kWalks; ++i) {
    std::string text = walker.Accepted(&dice);
    if (!re2.Matches(text)) return false;
    if (text.empty()) continue;
    text[dice.Below(text.size())] =
        static_cast<char>(kFirstByte + static_cast<char>(dice.Below(kBytes)));
    if (re2.Matches(text) != dfa.Matches(text)) return false;
  }
  return true;
}

}  // namespace corsac
