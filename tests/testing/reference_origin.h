// The reference parser of Origin values: docs/decisions.md, "The origin", read
// a second time and written plainly. The tests compare ParseOrigin() with it.
#ifndef CORSAC_TESTS_TESTING_REFERENCE_ORIGIN_H_
#define CORSAC_TESTS_TESTING_REFERENCE_ORIGIN_H_

#include <string>
#include <string_view>

namespace corsac::testing {

struct ReferenceOrigin {
  std::string error;  // the detail ("has-path"); empty for an origin
  bool is_null = false;
  bool is_file = false;
  bool is_web = false;
  std::string text;
  std::string scheme;
  std::string host;   // with brackets for IPv6
  unsigned port = 0;  // 0 when absent
};

ReferenceOrigin ParseReferenceOrigin(const std::string& value);

// The parts of the grammar, for tests of their own.
bool IsReferenceDottedQuad(std::string_view text);
bool IsReferenceIpv6(std::string_view text);  // canonical, without brackets
bool HasNumericLastLabel(std::string_view host);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REFERENCE_ORIGIN_H_
