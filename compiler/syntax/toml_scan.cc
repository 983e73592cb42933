// A first look over a TOML text. Entry: ScanToml().
// Tested by tests/compiler/toml_scan_test.cc.
#include "compiler/syntax/toml_scan.h"

#include <string>
#include <utility>

namespace corsac {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, const TomlLimits& limits)
      : text_(text), limits_(limits), lexer_(text) {}

  TomlScan Run() {
    while (true) {
      const TomlToken token = lexer_.Next();
      if (token.kind == TomlToken::Kind::kEnd) break;
      if (token.kind == TomlToken::Kind::kFault) {
        // A word begins the statement that it cannot finish.
        if (at_start_ && scan_.open.empty()) scan_.statement = token.begin;
        scan_.fault = lexer_.fault();
        break;
      }
      Take(token);
      if (scan_.fault) break;
    }
    return std::move(scan_);
  }

 private:
  void Take(const TomlToken& token) {
    if (token.kind == TomlToken::Kind::kNewline) {
      if (scan_.open.empty()) at_start_ = true;
      dots_ = 0;
      return;
    }
    const bool starts = at_start_;
    if (starts) {
      scan_.statement = token.begin;
      at_start_ = false;
    }
    if (token.kind != TomlToken::Kind::kPunct) return;
    switch (text_[token.begin]) {
      case '[':
        if (starts) {
          TakeHeader(token.begin);
        } else {
          Open(token);
        }
        return;
      case '{':
        Open(token);
        return;
      case ']':
      case '}':
        if (!scan_.open.empty()) scan_.open.pop_back();
        dots_ = 0;
        return;
      case '.':
        if (++dots_ >= limits_.nesting) FaultNesting(token);
        return;
      case '=':
        CountValue(token);
        if (dots_ > 0) CountTable(token);
        dots_ = 0;
        return;
      case ',':
        CountValue(token);
        dots_ = 0;
        return;
      default:
        return;
    }
  }

  void Open(const TomlToken& token) {
    if (scan_.open.size() >= limits_.nesting) {
      FaultNesting(token);
      return;
    }
    scan_.open.push_back(token.begin);
    dots_ = 0;
  }

  // A header: `[name]` or `[[name]]`. The library takes for granted that a name
  // follows the brackets.
  void TakeHeader(std::uint32_t begin) {
    scan_.last_header = begin;
    const TomlToken token{TomlToken::Kind::kPunct, begin, begin + 1};
    CountTable(token);
    if (scan_.fault) return;
    std::uint32_t at = begin + 1;
    const bool two = at < text_.size() && text_[at] == '[';
    if (two) {
      ++at;
      lexer_ = TomlLexer(text_, at);
    }
    TomlLexer ahead(text_, at);
    const TomlToken name = ahead.Next();
    scan_.open.push_back(begin);
    if (two) scan_.open.push_back(begin + 1);
    if (name.kind == TomlToken::Kind::kFault) return;  // met again
    if (name.kind == TomlToken::Kind::kString ||
        (name.kind == TomlToken::Kind::kBare &&
         IsBareKeyByte(text_[name.begin]))) {
      return;
    }
    TomlFault& fault = Fault(Code::kSyntax, begin, at);
    if (name.kind == TomlToken::Kind::kEnd) {
      fault.code = Code::kTruncated;
      fault.message = "a table header that is not complete";
      fault.help = "the file ends inside the header; was it cut off?";
      return;
    }
    fault.message = "a table header without a name";
    fault.label = "a name must follow";
    fault.help =
        "write `[[route]]`, or `[name]` with the name of a table; the two "
        "brackets of `[[` stand without a blank between";
  }

  void CountValue(const TomlToken& token) {
    if (++values_ <= limits_.values) return;
    TomlFault& fault = Fault(Code::kLimit, token.begin, token.end);
    fault.message = "more than " + std::to_string(limits_.values) +
                    " keys and list entries in one file";
    fault.help =
        "put long lists of origins into files of their own: `{ file = "
        "\"origins.txt\" }`";
  }

  void CountTable(const TomlToken& token) {
    if (++tables_ <= limits_.tables) return;
    TomlFault& fault = Fault(Code::kLimit, token.begin, token.end);
    fault.message = "more than " + std::to_string(limits_.tables) +
                    " table headers and dotted keys in one file";
    fault.help = "spread the routes over several files of a folder";
  }

  void FaultNesting(const TomlToken& token) {
    TomlFault& fault = Fault(Code::kLimit, token.begin, token.end);
    fault.message =
        "nested more than " + std::to_string(limits_.nesting) + " deep";
    fault.help = "nothing in a rule file nests deeper than three";
  }

  TomlFault& Fault(Code code, std::uint32_t begin, std::uint32_t end) {
    TomlFault fault;
    fault.code = code;
    fault.begin = begin;
    fault.end = end;
    fault.unsafe = true;
    return scan_.fault.emplace(std::move(fault));
  }

  std::string_view text_;
  const TomlLimits& limits_;
  TomlLexer lexer_;
  TomlScan scan_;
  bool at_start_ = true;  // of a statement
  std::size_t dots_ = 0;  // in the key that is being read
  std::size_t values_ = 0;
  std::size_t tables_ = 0;
};

}  // namespace

TomlScan ScanToml(std::string_view text, const TomlLimits& limits) {
  return Scanner(text, limits).Run();
}

}  // namespace corsac
