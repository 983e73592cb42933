// Keys and tables that are given twice. Entry: ExplainDuplicate().
// Tested by tests/compiler/toml_errors_test.cc.
//
// The library names neither the key nor the first place. What stands before
// the statement at fault is a document without errors, so it is read once more
// and asked where the key was.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/origins/written_text.h"
#include "compiler/syntax/toml_errors.h"
#include "compiler/syntax/toml_scan.h"

namespace corsac {
namespace {

struct Segment {
  std::string name;  // without quotes; escapes stay as written
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

using Path = std::vector<Segment>;

// The dotted key that begins at `at`.
Path ReadPath(std::string_view text, std::uint32_t at) {
  Path path;
  TomlLexer lexer(text, at);
  while (true) {
    const TomlToken token = lexer.Next();
    if (token.kind != TomlToken::Kind::kBare &&
        token.kind != TomlToken::Kind::kString) {
      return path;
    }
    std::string_view name = text.substr(token.begin, token.end - token.begin);
    if (token.kind == TomlToken::Kind::kString && name.size() >= 2) {
      name = name.substr(1, name.size() - 2);
    }
    path.push_back({std::string(name), token.begin, token.end});
    const TomlToken dot = lexer.Next();
    if (dot.kind != TomlToken::Kind::kPunct || text[dot.begin] != '.') {
      return path;
    }
  }
}

bool IsHeader(std::string_view text, std::uint32_t at) {
  return at < text.size() && text[at] == '[';
}

// The name in the header that begins at `at`.
Path ReadHeader(std::string_view text, std::uint32_t at) {
  const bool two = at + 1 < text.size() && text[at + 1] == '[';
  return ReadPath(text, at + (two ? 2 : 1));
}

// The entry of `table` (or of the last table of a list) called `name`.
const TomlEntry* Find(const TomlValue& value, std::string_view name) {
  const TomlValue* table = &value;
  if (table->type == TomlValue::Type::kArray && !table->items.empty()) {
    table = &table->items.back();
  }
  for (const TomlEntry& entry : table->entries) {
    if (entry.key == name) return &entry;
  }
  return nullptr;
}

struct Collision {
  Segment second;
  Span first;
};

// Follows `path` from `from`; the last entry met is what it collides with.
// `first` has no file when there is none.
Collision Follow(const TomlValue& from, const Path& path) {
  Collision collision;
  const TomlValue* at = &from;
  for (const Segment& segment : path) {
    const TomlEntry* entry = Find(*at, segment.name);
    if (entry == nullptr) break;
    collision.second = segment;
    collision.first = entry->key_span;
    at = &entry->value;
  }
  return collision;
}

// The table that the header of `path` opened.
const TomlValue* TableOf(const TomlValue& root, const Path& path) {
  const TomlValue* at = &root;
  for (const Segment& segment : path) {
    const TomlEntry* entry = Find(*at, segment.name);
    if (entry == nullptr) return at;
    at = &entry->value;
  }
  return at;
}

// Whether the shorter of two paths begins the longer.
bool Overlap(const Path& a, const Path& b) {
  const std::size_t size = std::min(a.size(), b.size());
  return size > 0 &&
         std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(size),
                    b.begin(), [](const Segment& x, const Segment& y) {
                      return x.name == y.name;
                    });
}

class DuplicateFinder {
 public:
  DuplicateFinder(const SourceSet& sources, std::uint32_t file,
                  const TomlError& error)
      : sources_(sources),
        file_(file),
        text_(sources.files()[file].text()),
        at_(error.offset) {}

  Finding Explain() {
    finding_.code = Code::kSyntax;
    finding_.severity = InfoOf(Code::kSyntax).severity;
    finding_.span = Span{file_, at_, at_};
    finding_.message = "something is defined twice";
    finding_.help = "keep one of the two, or merge them";
    const TomlScan before = ScanToml(text_.substr(0, at_));
    const bool in_braces =
        !before.open.empty() && text_[before.open.back()] == '{';
    if (in_braces) {
      ExplainInBraces(before.open.back());
    } else if (!BeginsLine(at_) || !ExplainStatement(at_)) {
      // The library stops at the statement, at its value, or after it.
      ExplainStatement(before.statement);
    }
    return std::move(finding_);
  }

 private:
  bool BeginsLine(std::uint32_t at) const {
    while (at > 0 && (text_[at - 1] == ' ' || text_[at - 1] == '\t')) --at;
    return at == 0 || text_[at - 1] == '\n';
  }

  // The statement at `begin`: a header, or a key with its value. Returns
  // whether it defines anything twice.
  bool ExplainStatement(std::uint32_t begin) {
    const auto parsed = ParseToml(sources_, file_, begin);
    const auto* root = std::get_if<TomlValue>(&parsed);
    if (root == nullptr) return false;
    if (IsHeader(text_, begin)) {
      const Path path = ReadHeader(text_, begin);
      const Collision collision = Follow(*root, path);
      if (!collision.first.has_file()) return false;
      const bool list = text_.substr(begin, 2) == "[[";
      Report(collision,
             (list ? "[[" : "[") + NameOf(path) + (list ? "]]" : "]"));
      if (path.size() == 1 && path[0].name == "route") {
        finding_.help = "every route is headed `[[route]]`, with two brackets";
      }
      return true;
    }
    const std::uint32_t header = ScanToml(text_.substr(0, begin)).last_header;
    const TomlValue* table = header == TomlScan::kNone
                                 ? root
                                 : TableOf(*root, ReadHeader(text_, header));
    const Path path = ReadPath(text_, begin);
    const Collision collision = Follow(*table, path);
    if (!collision.first.has_file()) return false;
    Report(collision, NameOf(path));
    return true;
  }

  // Two keys of the inline table that opens at `open`.
  void ExplainInBraces(std::uint32_t open) {
    std::vector<Path> keys;
    TomlLexer lexer(text_.substr(0, at_), open + 1);
    std::size_t depth = 0;
    bool key_follows = true;
    while (true) {
      const TomlToken token = lexer.Next();
      if (token.kind == TomlToken::Kind::kEnd ||
          token.kind == TomlToken::Kind::kFault) {
        break;
      }
      if (key_follows && depth == 0) {
        keys.push_back(ReadPath(text_, token.begin));
        key_follows = false;
      }
      if (token.kind != TomlToken::Kind::kPunct) continue;
      const char c = text_[token.begin];
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && depth > 0) --depth;
      if (c == ',' && depth == 0) key_follows = true;
    }
    if (key_follows) keys.push_back(ReadPath(text_, at_));
    if (keys.empty() || keys.back().empty()) return;
    const Path& last = keys.back();
    for (const Path& key : keys) {
      if (&key == &last || !Overlap(key, last)) continue;
      // The last part that both have.
      const std::size_t part = std::min(key.size(), last.size()) - 1;
      Report({last[part], Span{file_, key[part].begin, key[part].end}},
             NameOf(last));
      return;
    }
  }

  static std::string NameOf(const Path& path) {
    std::string name;
    for (const Segment& segment : path) {
      if (!name.empty()) name += '.';
      name += segment.name;
    }
    return name;
  }

  void Report(const Collision& collision, const std::string& what) {
    finding_.span = Span{file_, collision.second.begin, collision.second.end};
    finding_.message = Quoted(what) + " is defined twice";
    finding_.label = "defined again here";
    finding_.related.push_back({collision.first, "first defined here"});
  }

  const SourceSet& sources_;
  std::uint32_t file_;
  std::string_view text_;
  std::uint32_t at_;
  Finding finding_;
};

}  // namespace

Finding ExplainDuplicate(const SourceSet& sources, std::uint32_t file,
                         const TomlError& error) {
  return DuplicateFinder(sources, file, error).Explain();
}

}  // namespace corsac
