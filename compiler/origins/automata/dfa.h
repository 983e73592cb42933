// Matches a text against a pattern by one table lookup a byte.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_DFA_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_DFA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace corsac {
namespace automata {
struct Automaton;
}  // namespace automata

// A deterministic automaton in two flat arrays: the column of each byte, and a
// row of columns for each state. A cell holds where the row of the next state
// begins, so that a step is one addition and one load.
//
// Immutable: any number of threads may match with one at the same time. It owns
// its arrays.
//
// Invariants: (1) row 0 is dead: every cell of it is 0 and it does not accept;
// (2) rows from first_accepting() on accept, the others do not; (3) bytes
// outside 0x21-0x7E lead to row 0 from everywhere.
class Dfa {
 public:
  // Cells are 16 bits wide and hold offsets of cells.
  static constexpr std::size_t kMaxCells = std::size_t{1} << 16;

  // Nothing if it would have more than `max_cells` cells (or kMaxCells).
  static std::optional<Dfa> From(const automata::Automaton& automaton,
                                 std::size_t max_cells = kMaxCells);

  // Whether the whole of `text` is matched. It does not allocate, lock or
  // throw, and stops at the first byte after which nothing can match;
  // O(text.size()).
  bool Matches(std::string_view text) const noexcept {
    return IsAccepting(RowAfter(text, start_));
  }

  // The row that `text` leads to from `row`, the start or one that this gave;
  // and whether a text that leads to it from the start is matched.
  std::uint32_t RowAfter(std::string_view text,
                         std::uint32_t row) const noexcept {
    for (const char c : text) {
      row = cells_[row + columns_[static_cast<unsigned char>(c)]];
      if (row == 0) break;
    }
    return row;
  }
  bool IsAccepting(std::uint32_t row) const noexcept {
    return row >= first_accepting_;
  }

  // Row 0 included.
  std::size_t states() const { return cells_.size() / width_; }
  // Of the object and its arrays.
  std::size_t bytes() const {
    return sizeof(Dfa) + cells_.size() * sizeof(cells_[0]);
  }

  // The arrays, for whoever keeps many automata in one.
  const std::array<std::uint8_t, 256>& columns() const { return columns_; }
  std::span<const std::uint16_t> cells() const { return cells_; }
  std::uint16_t start() const { return start_; }
  // May be one past the last row, 65,536 at most: then no row accepts.
  std::uint32_t first_accepting() const { return first_accepting_; }

 private:
  Dfa() = default;

  std::array<std::uint8_t, 256> columns_{};
  std::vector<std::uint16_t> cells_;
  std::uint32_t width_ = 1;  // cells of a row
  std::uint16_t start_ = 0;
  std::uint32_t first_accepting_ = 0;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_DFA_H_
