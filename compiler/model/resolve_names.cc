// Names of origin sets and policies, and what entries of `origins` refer to:
// sets (in an order in which each comes after those that it names) and lists.
// Entry: ResolveNames(). Tested by tests/compiler/resolve_test.cc.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/fetch/names.h"
#include "compiler/limits.h"
#include "compiler/model/resolve_steps.h"
#include "compiler/origins/nearest.h"
#include "compiler/origins/written_text.h"

namespace corsac::internal {
namespace {

bool IsNameByte(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         (!first && (c == '_' || c == '.' || c == '-'));
}

bool IsGoodName(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!IsNameByte(name[i], i == 0)) return false;
  }
  return true;
}

// A name that is well formed, made of `name`; empty if nothing is left of it.
std::string GoodName(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const char lower = c == ' ' ? '-' : AsciiLower(c);
    if (out.size() < kMaxNameBytes && IsNameByte(lower, out.empty())) {
      out += lower;
    }
  }
  return out;
}

// Puts the sets into an order in which each follows those that it names.
// Depth first with an explicit stack: the depth of the input is the author's.
class SetSorter {
 public:
  explicit SetSorter(ResolveState& state) : state_(state) {}

  void SortFrom(const AstOriginSet& root) {
    if (!Enter(root)) return;
    while (!path_.empty()) {
      Visit& top = path_.back();
      if (top.next == top.set->origins.items.size()) {
        Leave();
        continue;
      }
      Follow(*top.set, top.set->origins.items[top.next++]);
    }
  }

 private:
  enum class State : std::uint8_t { kNew, kOpen, kDone };
  struct Visit {
    const AstOriginSet* set = nullptr;
    std::size_t next = 0;  // the entry to look at next
  };

  bool Enter(const AstOriginSet& set) {
    State& state = states_[&set];
    if (state != State::kNew) return false;
    state = State::kOpen;
    path_.push_back({&set, 0});
    return true;
  }

  void Leave() {
    const AstOriginSet& set = *path_.back().set;
    std::size_t depth = 1;
    for (const AstOrigin& entry : set.origins.items) {
      const auto found = state_.model.set_of.find(&entry);
      if (found != state_.model.set_of.end()) {
        depth = std::max(depth, depths_[found->second] + 1);
      }
    }
    // Only the first set that is too deep; those above it are so because of it.
    if (depth == kMaxNesting + 1) {
      state_.reporter.Report(Code::kLimit, set.name.span,
                             "origin sets name each other more than " +
                                 std::to_string(kMaxNesting) + " deep",
                             "name the sets of the lower levels directly");
    }
    depths_[&set] = depth;
    states_[&set] = State::kDone;
    state_.model.sets.push_back(&set);
    path_.pop_back();
  }

  void Follow(const AstOriginSet& from, const AstOrigin& entry) {
    const auto found = state_.model.set_of.find(&entry);
    if (found == state_.model.set_of.end()) return;
    const AstOriginSet& to = *found->second;
    if (states_[&to] == State::kOpen) {
      ReportCircle(from, to, entry);
      state_.model.set_of.erase(found);
      return;
    }
    Enter(to);
  }

  void ReportCircle(const AstOriginSet& from, const AstOriginSet& to,
                    const AstOrigin& entry) {
    std::string circle;
    bool inside = false;
    std::size_t shown = 0;
    for (const Visit& visit : path_) {
      inside |= visit.set == &to;
      if (!inside) continue;
      if (++shown > kMaxNesting) continue;
      circle += "`@" + visit.set->name.value + "` → ";
    }
    if (shown > kMaxNesting) circle += "… → ";
    Finding finding;
    finding.code = Code::kSetCycle;
    finding.span = entry.span;
    finding.message = "origin sets name each other in a circle: " + circle +
                      "`@" + to.name.value + "`";
    finding.help = "remove one of these references";
    if (&from != &to) {
      finding.related.push_back({to.name.span, "the circle begins here"});
    }
    state_.reporter.Report(std::move(finding));
  }

  ResolveState& state_;
  std::vector<Visit> path_;
  std::unordered_map<const AstOriginSet*, State> states_;
  std::unordered_map<const AstOriginSet*, std::size_t> depths_;
};

void CollectNames(ResolveState& state) {
  for (const AstFile& file : state.ast.files) {
    for (const AstOriginSet& set : file.origin_sets) {
      CheckName(set.name, "origin set", state.reporter);
      const auto [first, added] = state.sets.emplace(set.name.value, &set);
      if (added) continue;
      ReportTwice(set.name, first->second->name.span, "origin set",
                  state.reporter);
    }
    for (const AstPolicy& policy : file.policies) {
      CheckName(policy.name, "policy", state.reporter);
      const auto [first, added] =
          state.policies.emplace(policy.name.value, &policy);
      if (added) continue;
      ReportTwice(policy.name, first->second->name.span, "policy",
                  state.reporter);
    }
  }
}

void ResolveEntry(const AstOrigin& entry, ResolveState& state,
                  FindingSink& lists) {
  if (entry.form == AstOrigin::Form::kFile) {
    const std::uint32_t index =
        state.sources.AddOriginList(entry.text.value, entry.text.span, lists);
    if (index == Span::kNoFile) return;
    state.model.list_of.emplace(&entry, index);
    if (state.model.lists.contains(index)) return;
    state.model.lists.emplace(index, state.sources.files()[index]);
    return;
  }
  const std::optional<std::string> name = SetNameOf(entry);
  if (!name) return;
  const auto found = state.sets.find(*name);
  if (found != state.sets.end()) {
    state.model.set_of.emplace(&entry, found->second);
    return;
  }
  if (!state.complete) return;
  std::vector<std::string_view> known;
  if (state.sets.size() <= kMaxSuggestions) {
    for (const auto& [set_name, set] : state.sets) known.push_back(set_name);
  }
  state.reporter.Report(
      Code::kUnknownName, entry.span,
      "there is no origin set " + Quoted("@" + *name),
      HelpForUnknown(*name, known,
                     "define it: `[origin_sets]` with `" + *name + " = […]`"));
}

}  // namespace

void CheckName(const AstString& name, std::string_view what,
               Reporter& reporter) {
  if (IsGoodName(name.value)) return;
  Finding finding;
  finding.code = Code::kBadName;
  finding.span = name.span;
  finding.message = Quoted(name.value) + " cannot be the name of " +
                    (what == "origin set" ? "an " : "a ") + std::string(what);
  finding.help =
      "a name has lower-case letters, digits, `_`, `.` and `-`, begins with a "
      "letter or digit, and is at most " +
      std::to_string(kMaxNameBytes) + " bytes long";
  const std::string good = GoodName(name.value);
  if (!good.empty()) finding.help += ": " + Quoted(good);
  reporter.Report(std::move(finding));
}

void ReportTwice(const AstString& name, Span first, std::string_view what,
                 Reporter& reporter) {
  Finding finding;
  finding.code = Code::kNameTwice;
  finding.span = name.span;
  finding.message =
      std::string(what) + " " + Quoted(name.value) + " is defined twice";
  finding.help = "give one of them another name, or remove it";
  finding.related.push_back({first, "first defined here"});
  reporter.Report(std::move(finding));
}

std::string HelpForUnknown(std::string_view name,
                           const std::vector<std::string_view>& known,
                           std::string_view otherwise) {
  // The order of a hash map must not show.
  std::vector<std::string_view> sorted = known;
  std::sort(sorted.begin(), sorted.end());
  const std::string_view nearest = Nearest(name, sorted);
  if (!nearest.empty()) return "did you mean " + Quoted(nearest) + "?";
  return std::string(otherwise);
}

void ResolveNames(ResolveState& state) {
  CollectNames(state);
  FindingSink lists;
  ForEachOriginList(state.ast, [&](const AstOrigins& list) {
    for (const AstOrigin& entry : list.items) ResolveEntry(entry, state, lists);
  });
  state.reporter.Report(lists.Take());
  SetSorter sorter(state);
  for (const AstFile& file : state.ast.files) {
    for (const AstOriginSet& set : file.origin_sets) sorter.SortFrom(set);
  }
}

}  // namespace corsac::internal
