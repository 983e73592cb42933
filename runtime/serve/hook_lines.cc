// What is said about lines that a gateway should have sent otherwise.
// Tested by tests/runtime/decision_plane_hooks_test.cc.
#include "runtime/serve/hook_lines.h"

namespace corsac {

std::optional<std::string> MistakeIn(const HookLine& line,
                                     std::string_view name, bool may_be_empty) {
  const std::string text(name);
  if (line.count == 0) return "the gateway sent no " + text + " line";
  if (line.count > 1) {
    return std::to_string(line.count) + " " + text +
           " lines came; the gateway must replace what its client sent";
  }
  if (line.value.empty() && !may_be_empty)
    return "the " + text + " line is empty";
  return std::nullopt;
}

}  // namespace corsac
