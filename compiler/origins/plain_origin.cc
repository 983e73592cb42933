// Origins that need no second look. Entry: IsPlainOrigin().
// Tested by tests/compiler/plain_origins_test.cc.
#include "compiler/origins/plain_origin.h"

#include "compiler/origins/origin.h"

namespace corsac {

bool IsPlainOrigin(std::string_view text) noexcept {
  Origin origin;
  return ParseOrigin(text, &origin) == OriginError::kNone &&
         origin.kind == OriginKind::kWeb &&
         origin.host.find('_') == std::string_view::npos &&
         origin.host.find("xn--") == std::string_view::npos &&
         !origin.host.ends_with('.');
}

}  // namespace corsac
