// The bound on what one analysis may cost, counted rather than timed, so that
// the result is the same on every machine.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_WORK_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_WORK_H_

#include <cstdint>

namespace corsac::automata {

// Units of a few nanoseconds each: a state looked at, an edge followed.
class Work {
 public:
  explicit Work(std::uint64_t units) : left_(units) {}

  // Takes `units`; false once more is asked for than there was.
  bool Spend(std::uint64_t units) {
    if (units > left_) {
      left_ = 0;
      return false;
    }
    left_ -= units;
    return true;
  }
  std::uint64_t left() const { return left_; }

 private:
  std::uint64_t left_;
};

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_WORK_H_
