// From a rule file's text to its tree, or to the one finding that says why
// not. Entry: ReadToml(). Tested by tests/compiler/toml_errors_test.cc.
#include <algorithm>
#include <utility>

#include "compiler/syntax/toml_errors.h"
#include "compiler/syntax/toml_scan.h"
#include "compiler/syntax/toml_tree.h"

namespace corsac {

std::optional<TomlDocument> ReadToml(const SourceSet& sources,
                                     std::uint32_t file, FindingSink& sink) {
  const std::string_view text = sources.files()[file].text();
  const TomlScan scan = ScanToml(text);
  // The library gets no further than the fault, or than the statement before
  // it; what it finds wrong there comes first.
  std::size_t bytes = text.size();
  if (scan.fault) {
    bytes = scan.fault->unsafe
                ? scan.statement
                : std::min(text.find('\n', scan.fault->end), text.size());
  }
  auto parsed = ParseToml(sources, file, bytes);
  const auto* error = std::get_if<TomlError>(&parsed);
  if (error != nullptr && (!scan.fault || error->offset < scan.fault->begin)) {
    sink.Add(ExplainTomlError(sources, file, *error));
    return std::nullopt;
  }
  if (scan.fault) {
    sink.Add(ExplainFault(*scan.fault, file));
    return std::nullopt;
  }
  return TomlDocument{std::get<TomlValue>(std::move(parsed)), scan.last_header};
}

}  // namespace corsac
