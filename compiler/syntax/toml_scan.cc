// A first look over a TOML text. Entry: ScanToml().
// Tested by tests/compiler/toml_scan_test.cc.
#include "compiler/syntax/toml_scan.h"

#include <algorithm>
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
        // See TakeWord().
        if (part_ == Part::kNumber) scan_.fault->unsafe = true;
        break;
      }
      Take(token);
      if (scan_.fault) break;
      // Only once for each place: what follows a line end has been looked at
      // with what was before it.
      if (token.kind == TomlToken::Kind::kPunct && in_plain_ != 0 &&
          in_plain_ == scan_.open.size() && part_ == Part::kValue) {
        TakePlain();
      }
    }
    return std::move(scan_);
  }

 private:
  // Where in a statement the scan is. kNumber is a value that begins like a
  // number or a date, up to its end.
  enum class Part : std::uint8_t { kKey, kValue, kNumber, kAfterValue };

  void Take(const TomlToken& token) {
    const bool after_origins = std::exchange(after_origins_, false);
    if (token.kind == TomlToken::Kind::kNewline) {
      at_start_ = scan_.open.empty();
      if (at_start_) part_ = Part::kKey;
      if (part_ == Part::kNumber) part_ = Part::kAfterValue;
      dots_ = 0;
      return;
    }
    const bool starts = at_start_;
    if (starts) scan_.statement = token.begin;
    at_start_ = false;
    if (token.kind == TomlToken::Kind::kPunct) {
      TakePunct(token, starts);
      if (after_origins && text_[token.begin] == '[' && !scan_.fault) {
        BeginPlain(token.begin);
      }
    } else {
      TakeWord(token);
    }
  }

  // The library reads numbers and dates ahead, without stopping at a quote, and
  // a character outside ASCII is undefined for it there.
  void TakeWord(const TomlToken& token) {
    const std::string_view word =
        text_.substr(token.begin, token.end - token.begin);
    if (token.kind == TomlToken::Kind::kString && part_ == Part::kNumber &&
        std::any_of(word.begin(), word.end(), [](char c) {
          return static_cast<unsigned char>(c) >= 0x80;
        })) {
      TomlFault& fault = Fault(Code::kSyntax, token.begin, token.end);
      fault.message = "something after a value that is complete";
      fault.help = "write one `key = value` a line; text needs quotes";
      return;
    }
    if (part_ == Part::kValue) BeginValue(token);
    if (part_ == Part::kKey) last_key_ = word;
  }

  void BeginValue(const TomlToken& token) {
    const char first = text_[token.begin];
    const bool number = (first >= '0' && first <= '9') || first == '+' ||
                        first == '-' || first == '.';
    part_ = number ? Part::kNumber : Part::kAfterValue;
  }

  void TakePunct(const TomlToken& token, bool starts) {
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
        Close(token);
        return;
      case '.':
        if (part_ == Part::kValue) BeginValue(token);
        if (++dots_ >= limits_.nesting) FaultNesting(token);
        return;
      case '=':
        CountValue(token);
        if (dots_ > 0) CountTable(token);
        if (part_ == Part::kKey) {
          part_ = Part::kValue;
          after_origins_ =
              last_key_ == "origins" || (in_origin_sets_ && scan_.open.empty());
        }
        dots_ = 0;
        return;
      case ',':
        CountValue(token);
        part_ = !scan_.open.empty() && text_[scan_.open.back()] == '['
                    ? Part::kValue
                    : Part::kKey;
        dots_ = 0;
        return;
      default:
        if (part_ == Part::kValue) BeginValue(token);
        return;
    }
  }

  void Open(const TomlToken& token) {
    if (scan_.open.size() >= limits_.nesting) {
      FaultNesting(token);
      return;
    }
    scan_.open.push_back(token.begin);
    if (part_ != Part::kNumber) {
      part_ = text_[token.begin] == '[' ? Part::kValue : Part::kKey;
    }
    dots_ = 0;
  }

  void Close(const TomlToken& token) {
    part_ = Part::kAfterValue;
    dots_ = 0;
    if (scan_.open.empty()) return;
    const char closing = text_[token.begin];
    const char expected = text_[scan_.open.back()] == '[' ? ']' : '}';
    if (closing == expected) {
      if (scan_.open.size() == in_plain_) EndPlain();
      scan_.open.pop_back();
      return;
    }
    TomlFault& fault = Fault(Code::kSyntax, token.begin, token.end);
    fault.message = std::string("`") + closing + "` where `" + expected +
                    "` must come first";
    fault.label =
        std::string("a `") + text_[scan_.open.back()] + "` is still open";
    fault.help = "close brackets in the order in which they were opened";
  }

  // A header: `[name]` or `[[name]]`. The library takes for granted that a name
  // follows the brackets.
  void TakeHeader(std::uint32_t begin) {
    scan_.last_header = begin;
    in_origin_sets_ = false;
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
    if (name.kind == TomlToken::Kind::kFault) {
      scan_.fault = ahead.fault();
      scan_.fault->unsafe = true;
      return;
    }
    if (name.kind == TomlToken::Kind::kString ||
        (name.kind == TomlToken::Kind::kBare &&
         IsBareKeyByte(text_[name.begin]))) {
      in_origin_sets_ =
          !two &&
          text_.substr(name.begin, name.end - name.begin) == "origin_sets";
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

  // The list that was just opened seems to be one of origins.
  void BeginPlain(std::uint32_t begin) {
    if (in_plain_ != 0 || limits_.long_list == TomlLimits::kNone) return;
    in_plain_ = scan_.open.size();
    scan_.plain.arrays.push_back({begin, {}});
    cuts_before_ = scan_.plain.cuts.size();
  }

  void EndPlain() {
    in_plain_ = 0;
    if (scan_.plain.arrays.back().origins.size() >= limits_.long_list) return;
    scan_.plain.arrays.pop_back();
    scan_.plain.cuts.resize(cuts_before_);
  }

  // An entry of the list may begin here: takes those that are plain, each with
  // its comma.
  void TakePlain() {
    std::vector<AstPlainOrigin>& origins = scan_.plain.arrays.back().origins;
    const std::size_t before = origins.size();
    const std::uint32_t at = lexer_.at();
    const std::uint32_t next = ReadPlainOrigins(
        text_, at, limits_.values - values_, origins, scan_.plain.cuts);
    values_ += origins.size() - before;
    if (next != at) lexer_ = TomlLexer(text_, next);
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
  Part part_ = Part::kKey;
  std::size_t dots_ = 0;  // in the key that is being read
  std::size_t values_ = 0;
  std::size_t tables_ = 0;
  std::string_view last_key_;    // the last part of the last key
  bool in_origin_sets_ = false;  // under that header
  bool after_origins_ = false;   // a list that follows is one of origins
  std::size_t in_plain_ = 0;     // brackets open inside such a list, or 0
  std::size_t cuts_before_ = 0;  // it began
};

}  // namespace

TomlScan ScanToml(std::string_view text, const TomlLimits& limits) {
  return Scanner(text, limits).Run();
}

}  // namespace corsac
