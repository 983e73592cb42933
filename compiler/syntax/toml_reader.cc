// From a rule file's text to its tree, or to the one finding that says why
// not. Entry: ReadToml(). Tested by tests/compiler/toml_errors_test.cc.
#include <algorithm>
#include <utility>

#include "compiler/syntax/toml_errors.h"
#include "compiler/syntax/toml_scan.h"
#include "compiler/syntax/toml_tree.h"

namespace corsac {
namespace {

// Whether every list of `plain` is one that the parser reads as a list of
// origins. If not, something is wrong with the file, and it takes the whole
// tree to say what.
class PlainArrayCheck {
 public:
  explicit PlainArrayCheck(const std::vector<PlainArray>& plain)
      : plain_(plain) {}

  bool AllAreOrigins(const TomlValue& root) {
    for (const TomlEntry& entry : root.entries) {
      if (entry.key == "origin_sets") {
        for (const TomlEntry& set : entry.value.entries) Count(set.value);
      } else if (entry.key == "defaults") {
        CountOrigins(entry.value);
      } else if (entry.key == "policies") {
        for (const TomlEntry& policy : entry.value.entries) {
          CountOrigins(policy.value);
        }
      } else if (entry.key == "route") {
        for (const TomlValue& route : entry.value.items) CountOrigins(route);
      }
    }
    return found_ == plain_.size();
  }

 private:
  void CountOrigins(const TomlValue& table) {
    for (const TomlEntry& entry : table.entries) {
      if (entry.key == "origins") Count(entry.value);
    }
  }

  void Count(const TomlValue& value) {
    if (value.type != TomlValue::Type::kArray) return;
    const auto at =
        std::lower_bound(plain_.begin(), plain_.end(), value.span.begin,
                         [](const PlainArray& array, std::uint32_t begin) {
                           return array.begin < begin;
                         });
    if (at != plain_.end() && at->begin == value.span.begin) ++found_;
  }

  const std::vector<PlainArray>& plain_;
  std::size_t found_ = 0;
};

}  // namespace

std::optional<TomlDocument> ReadToml(const SourceSet& sources,
                                     std::uint32_t file, FindingSink& sink,
                                     std::size_t long_list) {
  const std::string_view text = sources.files()[file].text();
  TomlLimits limits;
  limits.long_list = long_list;
  TomlScan scan = ScanToml(text, limits);
  if (!scan.fault && !scan.plain.arrays.empty()) {
    auto parsed = ParseToml(sources, file, scan.plain.cuts);
    auto* root = std::get_if<TomlValue>(&parsed);
    if (root != nullptr &&
        PlainArrayCheck(scan.plain.arrays).AllAreOrigins(*root)) {
      return TomlDocument{std::move(*root), std::move(scan.plain.arrays),
                          scan.last_header};
    }
  }
  scan.plain = PlainArrays();
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
  return TomlDocument{
      std::get<TomlValue>(std::move(parsed)), {}, scan.last_header};
}

}  // namespace corsac
