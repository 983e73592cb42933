// Lists of origins → the origin sets of the Ir: references expanded, entries in
// canonical form, duplicates dropped, equal sets shared.
// Entry: OriginSetBuilder::IndexOf(). Tested by tests/compiler/lower_test.cc.
#include "compiler/model/origin_sets.h"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "compiler/model/exact_index.h"
#include "compiler/model/origin_list.h"
#include "compiler/origins/origin_pattern.h"
#include "compiler/origins/regex_check.h"
#include "compiler/origins/written_text.h"
#include "compiler/source/place_cursor.h"
#include "compiler/table/hash.h"

namespace corsac {
namespace {

IrPlace PlaceAt(const SourceSet& sources, Span span) {
  const LineColumn at = sources.files()[span.file].PlaceOf(span.begin);
  return {span.file, at.line, at.column};
}

// Fills one set.
class SetFiller {
 public:
  SetFiller(const Model& model, const SourceSet& sources, std::size_t limit)
      : model_(model), sources_(sources), limit_(limit), exact_(set_.exact) {}

  // False when the limit was passed.
  bool Fill(const AstOrigins& list) {
    const bool fits = AddList(list);
    exact_.Flush();
    return fits && size() <= limit_;
  }

  // Not by value: set_.exact is referred to until now.
  IrOriginSet& set() { return set_; }
  bool lists_file() const { return lists_file_; }

 private:
  // Exact origins that wait are not counted yet.
  std::size_t size() const {
    return set_.exact.size() + set_.any_port.size() + set_.subdomain.size() +
           set_.regex.size();
  }

  // Each returns false when the limit was passed, though not always at once.
  bool AddList(const AstOrigins& list);
  bool AddEntry(const AstOrigin& entry, PlaceCursor& places);
  void AddText(const AstOrigin& entry, const IrPlace& place);
  void AddPattern(const OriginPattern& pattern, IrPlace place);
  void AddExact(const std::string& text, const IrPlace& place);
  void AddRegex(std::string pattern, IrPlace place);
  bool AddFile(std::uint32_t index);

  const Model& model_;
  const SourceSet& sources_;
  std::size_t limit_;
  IrOriginSet set_;
  bool lists_file_ = false;
  ExactIndex exact_;
  std::unordered_set<std::string> others_;  // texts of the other kinds
  std::unordered_set<const void*> seen_;    // sets and lists that were added
};

void SetFiller::AddPattern(const OriginPattern& pattern, IrPlace place) {
  switch (pattern.kind) {
    case OriginPattern::Kind::kAny:
      if (!set_.any) set_.any_place = place;
      set_.any = true;
      break;
    case OriginPattern::Kind::kNull:
      if (!set_.null) set_.null_place = place;
      set_.null = true;
      break;
    case OriginPattern::Kind::kFile:
      // Listed literally it is an exact origin, whatever `allow_file` says.
      lists_file_ = true;
      AddExact(pattern.text, place);
      break;
    case OriginPattern::Kind::kExact:
      AddExact(pattern.text, place);
      break;
    case OriginPattern::Kind::kSubdomain:
      if (others_.insert(pattern.text).second) {
        set_.subdomain.push_back({pattern.scheme, pattern.host,
                                  pattern.any_port, pattern.port, place});
      }
      break;
    case OriginPattern::Kind::kAnyPort:
      if (others_.insert(pattern.text).second) {
        set_.any_port.push_back({pattern.scheme, pattern.host, place});
      }
      break;
    case OriginPattern::Kind::kInvalid:
    case OriginPattern::Kind::kSet:
      break;
  }
}

// `text` is not in the source and does not last.
void SetFiller::AddExact(const std::string& text, const IrPlace& place) {
  exact_.Add(text, place);
  exact_.Flush();
}

void SetFiller::AddText(const AstOrigin& entry, const IrPlace& place) {
  std::vector<Finding> ignored;  // the lints have reported them
  AddPattern(ParseOriginPattern(WrittenText(entry.text.value, entry.text.span),
                                &ignored),
             place);
}

void SetFiller::AddRegex(std::string pattern, IrPlace place) {
  // A regex is told from the other texts by its first byte.
  if (!others_.insert("~" + pattern).second) return;
  set_.regex.push_back({std::move(pattern), place});
}

bool SetFiller::AddFile(std::uint32_t index) {
  const SourceFile& list = sources_.files()[index];
  if (!seen_.insert(&list).second) return true;
  const OriginList& lines = model_.lists.find(index)->second;
  exact_.Reserve(std::min(lines.size(), limit_), list.text().size());
  bool fits = true;
  std::vector<Finding> ignored;
  lines.ForEach(list, index, [&](const OriginListLine& line) {
    const IrPlace place{index, line.line, line.column};
    if (line.plain) {
      exact_.Add(line.text, place);
    } else {
      ignored.clear();
      AddPattern(
          ParseOriginPattern(WrittenText(line.text, line.span), &ignored),
          place);
    }
    fits = size() <= limit_;
    return fits;
  });
  return fits;
}

std::vector<std::string> ValuesOf(const std::optional<AstStrings>& list) {
  std::vector<std::string> values;
  if (!list) return values;
  for (const AstString& item : list->items) {
    if (std::find(values.begin(), values.end(), item.value) == values.end()) {
      values.push_back(item.value);
    }
  }
  return values;
}

// `places` is of the file of `entry`.
bool SetFiller::AddEntry(const AstOrigin& entry, PlaceCursor& places) {
  const auto place = [&] {
    const LineColumn at = places.PlaceOf(entry.span.begin);
    return IrPlace{entry.span.file, at.line, at.column};
  };
  switch (entry.form) {
    case AstOrigin::Form::kText:
      if (const auto named = model_.set_of.find(&entry);
          named != model_.set_of.end()) {
        // Sets nest no deeper than kMaxNesting.
        return !seen_.insert(named->second).second ||
               AddList(named->second->origins);
      }
      AddText(entry, place());
      break;
    case AstOrigin::Form::kRegex:
      AddRegex(entry.text.value, place());
      break;
    case AstOrigin::Form::kHostRegex: {
      std::vector<std::string> schemes = ValuesOf(entry.schemes);
      if (schemes.empty()) schemes = {"https"};
      AddRegex(
          HostRegexPattern(entry.text.value, schemes, ValuesOf(entry.ports)),
          place());
      break;
    }
    case AstOrigin::Form::kFile:
      if (const auto list = model_.list_of.find(&entry);
          list != model_.list_of.end()) {
        return AddFile(list->second);
      }
      break;
  }
  return size() <= limit_;
}

bool SetFiller::AddList(const AstOrigins& list) {
  const SourceFile& file = sources_.files()[list.span.file];
  PlaceCursor places(file);
  if (!list.plain.empty()) {
    exact_.Reserve(std::min(list.plain.size(), limit_),
                   list.plain.back().end - list.plain.front().begin);
  }
  return ForEachOrigin(
      list, [&](const AstOrigin& entry) { return AddEntry(entry, places); },
      [&](const AstPlainOrigin& origin) {
        // A place is that of the entry, whose first byte is its quote.
        const LineColumn at = places.PlaceOf(origin.begin - 1);
        exact_.Add(file.text().substr(origin.begin, origin.end - origin.begin),
                   {list.span.file, at.line, at.column});
        return size() <= limit_;
      });
}

std::size_t Mix(std::size_t hash, std::size_t value) {
  return (hash ^ value) * 0x9E37'79B9'7F4A'7C15U + (hash >> 29U);
}

std::size_t HashOf(const IrPlace& place) {
  return Mix(Mix(place.file, place.line), place.column);
}

std::size_t HashOf(std::string_view text, const IrPlace& place) {
  return Mix(std::hash<std::string_view>()(text), HashOf(place));
}

std::size_t HashOf(const IrOriginSet& set) {
  std::size_t hash =
      (set.any ? 1U : 0U) + (set.null ? 2U : 0U) + (set.file ? 4U : 0U);
  // Many routes may say nothing but `*`, each at a place of its own.
  for (const IrPlace& place : {set.any_place, set.null_place, set.file_place}) {
    hash = Mix(hash, HashOf(place));
  }
  // Of the exact origins there may be millions.
  for (const std::string_view bytes :
       {set.exact.texts(), set.exact.place_bytes()}) {
    hash = Mix(hash, HashBytes(bytes, 0));
  }
  for (const auto& rule : set.any_port) {
    hash = Mix(hash, HashOf(rule.host, rule.place));
  }
  for (const auto& rule : set.subdomain) {
    hash = Mix(hash, HashOf(rule.base, rule.place));
  }
  for (const auto& rule : set.regex) {
    hash = Mix(hash, HashOf(rule.pattern, rule.place));
  }
  return hash;
}

bool Same(const IrAnyPortRule& a, const IrAnyPortRule& b) {
  return a.place == b.place && a.scheme == b.scheme && a.host == b.host;
}
bool Same(const IrSubdomainRule& a, const IrSubdomainRule& b) {
  return a.place == b.place && a.scheme == b.scheme && a.base == b.base &&
         a.any_port == b.any_port && a.port == b.port;
}
bool Same(const IrRegexRule& a, const IrRegexRule& b) {
  return a.place == b.place && a.pattern == b.pattern;
}

template <class Rule>
bool SameRules(const std::vector<Rule>& a, const std::vector<Rule>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Rule& x, const Rule& y) { return Same(x, y); });
}

bool SameSet(const IrOriginSet& a, const IrOriginSet& b) {
  return a.any == b.any && a.any_place == b.any_place && a.null == b.null &&
         a.null_place == b.null_place && a.file == b.file &&
         a.file_place == b.file_place && a.exact == b.exact &&
         SameRules(a.any_port, b.any_port) &&
         SameRules(a.subdomain, b.subdomain) && SameRules(a.regex, b.regex);
}

}  // namespace

OriginSetBuilder::Key OriginSetBuilder::KeyOf(const ModelFields& fields) const {
  Key key;
  for (const AstBool* flag : {fields.allow_null, fields.allow_file}) {
    key.push_back(IsTrue(flag) ? flag : nullptr);
  }
  const auto own_entries = [&] {
    // No other list has the same ones.
    key.resize(2);
    key.push_back(fields.origins);
    return key;
  };
  if (!fields.origins->plain.empty()) return own_entries();
  for (const AstOrigin& entry : fields.origins->items) {
    const void* part = nullptr;
    if (const auto set = model_.set_of.find(&entry);
        set != model_.set_of.end()) {
      part = set->second;
    } else if (const auto list = model_.list_of.find(&entry);
               list != model_.list_of.end()) {
      part = &sources_.files()[list->second];
    } else {
      return own_entries();
    }
    key.push_back(part);
  }
  return key;
}

std::uint32_t OriginSetBuilder::Share(IrOriginSet set) {
  const std::size_t hash = HashOf(set);
  const auto [begin, end] = by_hash_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    if (SameSet(sets_[it->second], set)) return it->second;
  }
  const auto index = static_cast<std::uint32_t>(sets_.size());
  by_hash_.emplace(hash, index);
  origins_ += set.exact.size() + set.any_port.size() + set.subdomain.size() +
              set.regex.size();
  sets_.push_back(std::move(set));
  return index;
}

std::uint32_t OriginSetBuilder::IndexOf(const ModelFields& fields) {
  const auto [known, added] = by_key_.try_emplace(KeyOf(fields), 0);
  if (!added || too_many_) return known->second;
  SetFiller filler(model_, sources_, limit_ - origins_);
  if (!filler.Fill(*fields.origins)) {
    too_many_ = true;
    reporter_.Report(
        Code::kLimit, fields.origins->span,
        "with this list the rules have more than " + std::to_string(limit_) +
            " origins in all",
        "name shared origins once, in `[origin_sets]` or a file, and give the "
        "routes lists that consist of such names alone");
    return known->second;
  }
  IrOriginSet set = std::move(filler.set());
  if (set.any) {
    IrOriginSet star;
    star.any = true;
    star.any_place = set.any_place;
    set = std::move(star);
  } else {
    if (IsTrue(fields.allow_null) && !set.null) {
      set.null = true;
      set.null_place = PlaceAt(sources_, fields.allow_null->span);
    }
    if (IsTrue(fields.allow_file) && !filler.lists_file()) {
      set.file = true;
      set.file_place = PlaceAt(sources_, fields.allow_file->span);
    }
  }
  known->second = Share(std::move(set));
  return known->second;
}

}  // namespace corsac
