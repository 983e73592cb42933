// Bytes → an Origin value: ParseOrigin() and the reference parser must agree,
// and what was taken apart must make the same text again.
#include <string>
#include <string_view>

#include "compiler/origins/origin.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/testing/reference_origin.h"

namespace corsac::testing {
namespace {

std::string Reassemble(const Origin& origin) {
  if (origin.kind == OriginKind::kNull) return "null";
  std::string text(origin.scheme);
  text += "://";
  text += origin.host;
  if (origin.port != 0) text += ":" + std::to_string(origin.port);
  return text;
}

void CompareParsers(std::string_view value) {
  Origin origin;
  const OriginError error = ParseOrigin(value, &origin);
  const ReferenceOrigin expected = ParseReferenceOrigin(std::string(value));
  Require(OriginErrorName(error) == expected.error,
          "ParseOrigin says '" + std::string(OriginErrorName(error)) +
              "', the reference '" + expected.error + "'");
  if (error != OriginError::kNone) return;
  Require(Reassemble(origin) == value, "the parts make another text");
  Require(origin.text == value && origin.scheme == expected.scheme &&
              origin.host == expected.host && origin.port == expected.port,
          "the parts differ");
  Require((origin.kind == OriginKind::kNull) == expected.is_null &&
              (origin.kind == OriginKind::kFile) == expected.is_file &&
              (origin.kind == OriginKind::kWeb) == expected.is_web,
          "the kinds differ");
}

}  // namespace
}  // namespace corsac::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace corsac::testing;  // NOLINT(google-build-using-namespace)
  const std::string_view value = AsText(data, size);
  CompareParsers(value);
  Require(corsac::IsDottedQuad(value) == IsReferenceDottedQuad(value),
          "IsDottedQuad differs");
  Require(corsac::IsCanonicalIpv6(value) == IsReferenceIpv6(value),
          "IsCanonicalIpv6 differs");
  return 0;
}
