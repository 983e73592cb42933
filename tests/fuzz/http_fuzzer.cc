// Bytes → a connection: the head reader and sessions must say what the
// reference reader says, wherever the bytes are cut. The first byte is the
// number of cuts, two bytes for each of them follow, then what the client
// sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/fuzz_target.h"
#include "tests/testing/http_comparison.h"

namespace corsac::testing {
namespace {

constexpr std::size_t kMaxCuts = 8;

std::size_t TakeByte(std::string_view* input) {
  if (input->empty()) return 0;
  const auto byte = static_cast<unsigned char>(input->front());
  input->remove_prefix(1);
  return byte;
}

void Compare(std::string_view input) {
  static HttpComparison comparison;
  std::vector<std::size_t> cuts(TakeByte(&input) % (kMaxCuts + 1));
  for (std::size_t& cut : cuts) {
    cut = TakeByte(&input) * 256;
    cut += TakeByte(&input);
  }
  std::sort(cuts.begin(), cuts.end());
  const std::string head = comparison.CompareHead(input);
  Require(head.empty(), "heads: " + head);
  const std::string whole = comparison.CompareSession(input, {});
  Require(whole.empty(), "in one piece: " + whole);
  const std::string cut = comparison.CompareSession(input, cuts);
  Require(cut.empty(), "in pieces: " + cut);
}

}  // namespace
}  // namespace corsac::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace corsac::testing;  // NOLINT(google-build-using-namespace)
  Compare(AsText(data, size));
  return 0;
}
