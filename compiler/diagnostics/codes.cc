// The catalogue, made of codes.def. Tested by tests/compiler/finding_test.cc.
#include "compiler/diagnostics/codes.h"

#include <array>
#include <cstddef>

#include "compiler/check.h"

namespace corsac {
namespace {

constexpr std::array kCodes = {
#define CORSAC_CODE(name, id, severity, adjustable, title) \
  CodeInfo{Code::name, id, Severity::severity, adjustable, title},
#include "compiler/diagnostics/codes.def"
#undef CORSAC_CODE
};

}  // namespace

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

const CodeInfo& InfoOf(Code code) {
  const auto index = static_cast<std::size_t>(code);
  CORSAC_CHECK(index < kCodes.size());
  return kCodes[index];
}

std::optional<Code> FindCode(std::string_view id) {
  for (const CodeInfo& info : kCodes) {
    if (info.id == id) return info.code;
  }
  return std::nullopt;
}

std::span<const CodeInfo> AllCodes() { return kCodes; }

}  // namespace corsac
