// What the automata of regexes tell about them: CORS219, CORS220, and CORS914
// for too many that have to be tried for every host.
// Entry: CheckRegexes(). Tested by tests/compiler/lints_test.cc and
// tests/golden.
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/limits.h"
#include "compiler/lints/lints.h"

namespace corsac {
namespace {

class RegexChecker {
 public:
  RegexChecker(const Model& model, const Ir& ir, const LoweredRegexes& lowered,
               const SourceSet& sources, Reporter& reporter)
      : model_(model),
        ir_(ir),
        lowered_(lowered),
        sources_(sources),
        reporter_(reporter) {}

  // CORS219 for each regex that is written, once however many routes have it.
  void Explain() {
    std::set<std::pair<const AstOrigin*, std::uint32_t>> explained;
    for (std::size_t set = 0; set < ir_.origin_sets.size(); ++set) {
      for (std::size_t i = 0; i < ir_.origin_sets[set].regex.size(); ++i) {
        const AstOrigin* entry = EntryAt(ir_.origin_sets[set].regex[i].place);
        const std::uint32_t form = lowered_.form_of[set][i];
        if (!explained.emplace(entry, form).second) continue;
        reporter_.Report(Code::kRegexLowering, entry->span,
                         "the regex " + DescribeForm(lowered_.forms[form]), "");
      }
    }
  }

  // CORS220 and CORS914, once for each list of origins.
  void CheckCounts() {
    std::vector<bool> checked(ir_.origin_sets.size(), false);
    for (std::size_t route = 0; route < ir_.routes.size(); ++route) {
      const IrPolicy& policy = ir_.policies[ir_.routes[route].policy];
      if (!policy.cors || checked[policy.origins]) continue;
      checked[policy.origins] = true;
      const Reporter::RouteScope scope(reporter_, model_.routes[route].ast);
      CheckCount(policy.origins);
    }
  }

 private:
  void CheckCount(std::size_t set) {
    std::size_t count = 0;
    std::size_t first = 0;
    for (std::size_t i = ir_.origin_sets[set].regex.size(); i-- > 0;) {
      if (!IsTriedForEveryHost(lowered_.FormOf(set, i))) continue;
      ++count;
      first = i;
    }
    if (count <= kManyFreeRegexes) return;
    const bool too_many = count > kMaxFreeRegexes;
    std::string message =
        std::to_string(count) +
        " regexes of one list of origins do not say how the host ends";
    if (too_many) {
      message += "; at most " + std::to_string(kMaxFreeRegexes) + " are taken";
    }
    reporter_.Report(
        too_many ? Code::kLimit : Code::kFreeRegexes,
        EntryAt(ir_.origin_sets[set].regex[first].place)->span,
        std::move(message),
        "each is tried for every origin that is not allowed otherwise: end "
        "them with a domain, as in `'https://.*\\.example\\.com'`, or write "
        "several as one with `|`");
  }

  // The entry that begins at `place`.
  const AstOrigin* EntryAt(const IrPlace& place) {
    if (entries_.empty()) {
      ForEachOriginList(*model_.ast, [this](const AstOrigins& list) {
        for (const AstOrigin& entry : list.items) {
          if (entry.form != AstOrigin::Form::kRegex &&
              entry.form != AstOrigin::Form::kHostRegex) {
            continue;
          }
          const LineColumn at =
              sources_.files()[entry.span.file].PlaceOf(entry.span.begin);
          entries_[{entry.span.file, at.line, at.column}] = &entry;
        }
      });
    }
    return entries_.at({place.file, place.line, place.column});
  }

  const Model& model_;
  const Ir& ir_;
  const LoweredRegexes& lowered_;
  const SourceSet& sources_;
  Reporter& reporter_;
  // By file, line and column.
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>,
           const AstOrigin*>
      entries_;
};

}  // namespace

void CheckRegexes(const Model& model, const Ir& ir,
                  const LoweredRegexes& lowered, bool explain,
                  const SourceSet& sources, Reporter& reporter) {
  RegexChecker checker(model, ir, lowered, sources, reporter);
  checker.CheckCounts();
  if (explain) checker.Explain();
}

}  // namespace corsac
