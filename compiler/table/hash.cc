// Seeds for the tables. Tested by tests/compiler/hash_test.cc.
#include "compiler/table/hash.h"

#include <random>

namespace corsac {

std::uint64_t RandomSeed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace corsac
