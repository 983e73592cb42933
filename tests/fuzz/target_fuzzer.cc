// Bytes → "host LF target": normalisation must give what the reference gives,
// and leave alone what it made.
#include <algorithm>
#include <string>
#include <string_view>

#include "compiler/table/target.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/reference_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace corsac::testing;  // NOLINT(google-build-using-namespace)
  const std::string_view text = AsText(data, size);
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  const ExactText host(text.substr(0, line_end));
  const ExactText target(text.substr(std::min(line_end + 1, text.size())));

  const corsac::NormalizedTarget actual(target.view(), host.view());
  const ReferenceTarget expected = NormalizeReferenceTarget(
      std::string(target.view()), std::string(host.view()));
  Require(actual.valid() == expected.valid, "validity differs");
  if (!actual.valid()) return 0;
  Require(actual.path() == expected.path, "paths differ: '" +
                                              std::string(actual.path()) +
                                              "', '" + expected.path + "'");
  Require(actual.host() == expected.host, "hosts differ: '" +
                                              std::string(actual.host()) +
                                              "', '" + expected.host + "'");
  const corsac::NormalizedTarget again(actual.path(), "");
  Require(again.valid() && again.path() == actual.path(),
          "a normal path was changed");
  return 0;
}
