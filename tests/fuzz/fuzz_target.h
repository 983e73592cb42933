// What every fuzzer here needs: the entry point that libFuzzer calls, and a way
// to report that an assertion does not hold. replay_main.cc calls the same
// entry point with the inputs of corpus/ in every build.
#ifndef CORSAC_TESTS_FUZZ_FUZZ_TARGET_H_
#define CORSAC_TESTS_FUZZ_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

// The name and signature are libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace corsac::testing {

inline std::string_view AsText(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Aborts with `message` unless `holds`, so that libFuzzer keeps the input.
inline void Require(bool holds, const std::string& message) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", message.c_str());
  std::abort();
}

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_FUZZ_FUZZ_TARGET_H_
