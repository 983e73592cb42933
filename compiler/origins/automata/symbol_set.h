// Sets of the bytes that an origin can be made of: 0x21 to 0x7E. Everything
// else that a pattern may speak of can never be met and is left out.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_SYMBOL_SET_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_SYMBOL_SET_H_

#include <bit>
#include <cstddef>
#include <cstdint>

namespace corsac::automata {

inline constexpr unsigned kFirstSymbol = 0x21;
inline constexpr unsigned kLastSymbol = 0x7E;
// One past the greatest symbol: the size of an array with a place for each.
inline constexpr std::size_t kSymbolEnd = 0x80;

class SymbolSet {
 public:
  constexpr SymbolSet() = default;

  static constexpr SymbolSet All() {
    SymbolSet all;
    all.AddRange(kFirstSymbol, kLastSymbol);
    return all;
  }
  static constexpr SymbolSet Of(unsigned symbol) {
    SymbolSet set;
    set.Add(symbol);
    return set;
  }

  // What is no symbol is left out.
  constexpr void Add(unsigned symbol) {
    if (symbol < kFirstSymbol || symbol > kLastSymbol) return;
    (symbol < 64 ? low_ : high_) |= std::uint64_t{1} << (symbol & 63U);
  }
  constexpr void AddRange(unsigned first, unsigned last) {
    if (last > kLastSymbol) last = kLastSymbol;
    for (unsigned symbol = first; symbol <= last; ++symbol) Add(symbol);
  }

  constexpr bool Contains(unsigned symbol) const {
    if (symbol >= kSymbolEnd) return false;
    return (((symbol < 64 ? low_ : high_) >> (symbol & 63U)) & 1U) != 0;
  }
  constexpr bool empty() const { return (low_ | high_) == 0; }
  constexpr std::size_t size() const {
    return static_cast<std::size_t>(std::popcount(low_)) +
           static_cast<std::size_t>(std::popcount(high_));
  }
  // REQUIRES: !empty().
  constexpr unsigned first() const {
    const int zeros =
        low_ != 0 ? std::countr_zero(low_) : 64 + std::countr_zero(high_);
    return static_cast<unsigned>(zeros);
  }

  // Calls `visit(symbol)` for each, in ascending order.
  template <typename Visit>
  constexpr void ForEach(const Visit& visit) const {
    for (std::uint64_t left = low_; left != 0; left &= left - 1) {
      visit(static_cast<unsigned>(std::countr_zero(left)));
    }
    for (std::uint64_t left = high_; left != 0; left &= left - 1) {
      visit(64U + static_cast<unsigned>(std::countr_zero(left)));
    }
  }

  constexpr SymbolSet Complement() const {
    SymbolSet set = All();
    set.low_ &= ~low_;
    set.high_ &= ~high_;
    return set;
  }

  // With the other case of each letter.
  constexpr SymbolSet Folded() const {
    SymbolSet set = *this;
    for (unsigned lower = 'a'; lower <= 'z'; ++lower) {
      const unsigned upper = lower - 'a' + 'A';
      if (Contains(lower)) set.Add(upper);
      if (Contains(upper)) set.Add(lower);
    }
    return set;
  }

  constexpr SymbolSet& operator|=(const SymbolSet& other) {
    low_ |= other.low_;
    high_ |= other.high_;
    return *this;
  }
  friend constexpr SymbolSet operator&(SymbolSet a, const SymbolSet& b) {
    a.low_ &= b.low_;
    a.high_ &= b.high_;
    return a;
  }
  friend constexpr bool operator==(const SymbolSet&,
                                   const SymbolSet&) = default;

 private:
  std::uint64_t low_ = 0;   // 0x00 to 0x3F
  std::uint64_t high_ = 0;  // 0x40 to 0x7F
};

// A-Z, a-z, 0-9 and _: what `\w` is, and what `\b` lies between.
constexpr SymbolSet WordSymbols() {
  SymbolSet set = SymbolSet::Of('_');
  set.AddRange('0', '9');
  set.AddRange('A', 'Z');
  set.AddRange('a', 'z');
  return set;
}

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_SYMBOL_SET_H_
