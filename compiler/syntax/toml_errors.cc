// Explanations of TOML errors. Entry: ExplainTomlError().
// Tested by tests/compiler/toml_errors_test.cc.
#include "compiler/syntax/toml_errors.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/origins/nearest.h"
#include "compiler/origins/written_text.h"
#include "compiler/syntax/toml_scan.h"

namespace corsac {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

bool IsOneOf(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Explains one error, with the text around it at hand.
class Explainer {
 public:
  Explainer(const SourceSet& sources, std::uint32_t file,
            const TomlError& error)
      : file_(file),
        text_(sources.files()[file].text()),
        at_(error.offset),
        said_(error.description),
        before_(ScanToml(text_.substr(0, at_))) {}

  Finding Explain() {
    finding_.code = Code::kSyntax;
    finding_.severity = InfoOf(Code::kSyntax).severity;
    finding_.span = SpanOf(at_, std::min(at_ + 1, Size()));
    if (Said("end-of-file") || Said("EOF")) {
      ExplainTruncation();
    } else if (ListIsOpen()) {
      ExplainOpenList();
    } else if (!ExplainKeyValue() && !ExplainBrackets() && !ExplainLine() &&
               !ExplainWord()) {
      ExplainOther();
    }
    return std::move(finding_);
  }

 private:
  std::uint32_t Size() const {
    return static_cast<std::uint32_t>(text_.size());
  }
  bool Said(std::string_view words) const {
    return said_.find(words) != std::string_view::npos;
  }
  char Char(std::uint32_t at) const {
    return at < text_.size() ? text_[at] : '\0';
  }
  bool AtLineEnd() const {
    return at_ >= Size() || Char(at_) == '\n' || Char(at_) == '\r';
  }
  Span SpanOf(std::uint32_t begin, std::uint32_t end) const {
    return Span{file_, begin, end};
  }

  // The end of the last word before the error, comments skipped.
  std::uint32_t EndOfLastWord() const {
    TomlLexer lexer(text_.substr(0, at_), before_.statement);
    std::uint32_t end = before_.statement;
    while (true) {
      const TomlToken token = lexer.Next();
      if (token.kind == TomlToken::Kind::kEnd ||
          token.kind == TomlToken::Kind::kFault) {
        return end;
      }
      if (token.kind != TomlToken::Kind::kNewline) end = token.end;
    }
  }

  std::uint32_t LineStart(std::uint32_t at) const {
    const std::size_t before =
        at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    return before == std::string_view::npos
               ? 0
               : static_cast<std::uint32_t>(before + 1);
  }

  void SetFix(std::uint32_t begin, std::uint32_t end, std::string text) {
    finding_.fix = FixIt{SpanOf(begin, end), std::move(text)};
  }

  // The file ends inside something.
  void ExplainTruncation() {
    finding_.code = Code::kTruncated;
    finding_.severity = InfoOf(Code::kTruncated).severity;
    finding_.span = SpanOf(Size(), Size());
    finding_.help = "was the file cut off while it was written or copied?";
    if (before_.open.empty()) {
      finding_.span.begin = before_.statement;
      finding_.message = "the file ends before this is complete";
      return;
    }
    const std::uint32_t open = before_.open.back();
    const bool header = open >= before_.statement && OpensHeader(open);
    const std::string_view what = header              ? "a table header"
                                  : Char(open) == '{' ? "an inline table"
                                                      : "a list";
    finding_.message = "the file ends inside " + std::string(what);
    finding_.related.push_back(
        {SpanOf(open, open + 1), std::string(what) + " begins here"});
    if (!header) {
      finding_.help = "was the file cut off, or is a `" +
                      std::string(Char(open) == '{' ? "}" : "]") + "` missing?";
    }
  }

  bool OpensHeader(std::uint32_t open) const {
    return Char(before_.statement) == '[' && open <= before_.statement + 1;
  }

  // A list that goes on into a line that was meant as the next key or header:
  // `]` is missing before it.
  bool ListIsOpen() const {
    if (before_.open.empty() || OpensHeader(before_.open.front()) ||
        Char(before_.open.front()) != '[') {
      return false;
    }
    const std::uint32_t line = LineStart(at_);
    if (line <= before_.open.front()) return false;
    TomlLexer lexer(text_, line);
    const TomlToken first = lexer.Next();
    const TomlToken second = lexer.Next();
    const TomlToken third = lexer.Next();
    const auto is = [&](const TomlToken& token, char c) {
      return token.kind == TomlToken::Kind::kPunct && Char(token.begin) == c;
    };
    if (first.kind == TomlToken::Kind::kBare) {
      return is(second, '=') || is(second, '.');
    }
    if (!is(first, '[')) return false;
    return second.kind == TomlToken::Kind::kBare ||
           (is(second, '[') && third.kind == TomlToken::Kind::kBare);
  }

  void ExplainOpenList() {
    const std::uint32_t open = before_.open.front();
    finding_.span = SpanOf(open, open + 1);
    finding_.message = "a list that is not closed";
    finding_.label = "the closing `]` is missing";
    finding_.help = "close the list before the next key or table begins";
    const std::uint32_t line = LineStart(at_);
    const auto first = static_cast<std::uint32_t>(
        std::min(text_.find_first_not_of(kBlanks, line), text_.size()));
    finding_.related.push_back({SpanOf(first, std::max(first, WordEnd(first))),
                                "this was read as a part of it"});
  }

  // `key = value`: something about the key, `=`, or an absent value.
  bool ExplainKeyValue() {
    if (Said("expected '='")) {
      finding_.message =
          AtLineEnd() ? "a key without a value" : "`=` is missing after a key";
      finding_.help = "write `key = value`";
      if (Char(at_) == ':') {
        finding_.label = "TOML has `=` here";
        SetFix(at_, at_ + 1, " =");
      } else if (AtLineEnd()) {
        finding_.span = SpanOf(before_.statement, EndOfLastWord());
      }
      return true;
    }
    if (Said("expected value, saw")) {
      finding_.message = "a value is missing after `=`";
      if (AtLineEnd()) finding_.span = SpanOf(at_, at_);
      finding_.help =
          "write the value on the line of its key, or leave the key out";
      return true;
    }
    if (Said("multi-line strings are prohibited in keys")) {
      finding_.message = "a multi-line string as a key";
      finding_.help = "write the key without quotes";
      return true;
    }
    return false;
  }

  // Lists, inline tables and headers.
  bool ExplainBrackets() {
    const std::uint32_t open =
        before_.open.empty() ? TomlScan::kNone : before_.open.back();
    if (Said("closing ']', saw comma") || Said("closing '}', saw comma")) {
      finding_.message = "a comma with nothing before it";
      finding_.help = "remove it";
      SetFix(at_, at_ + 1, "");
      return true;
    }
    if (Said("dangling comma")) {
      finding_.message = "a comma before the `}` of an inline table";
      finding_.help = "remove it; only lists may end in a comma";
      const std::size_t comma =
          at_ == 0 ? std::string_view::npos : text_.rfind(',', at_ - 1);
      if (comma != std::string_view::npos && comma >= before_.statement) {
        const auto begin = static_cast<std::uint32_t>(comma);
        finding_.span = SpanOf(begin, begin + 1);
        SetFix(begin, begin + 1, "");
      }
      return true;
    }
    if (Said("closing '}'") && AtLineEnd()) {
      finding_.message = "an inline table over more than one line";
      finding_.help =
          "an inline table `{ … }` ends on the line that it begins on";
      if (open != TomlScan::kNone) {
        finding_.span = SpanOf(open, std::max(open + 1, EndOfLastWord()));
      }
      return true;
    }
    if (Said("expected comma or closing")) {
      finding_.message = "`,` is missing between two entries";
      finding_.label = "`,` must stand before this";
      const std::uint32_t end = EndOfLastWord();
      SetFix(end, end, ",");
      finding_.span = SpanOf(at_, WordEnd(at_));
      return true;
    }
    if (Said("table header: expected ']'")) {
      const bool two = Char(before_.statement + 1) == '[';
      finding_.span = SpanOf(before_.statement,
                             std::max(before_.statement + 1, EndOfLastWord()));
      finding_.message = "a table header that is not closed";
      finding_.label = two ? "`]]` is missing" : "`]` is missing";
      finding_.help = two ? "write `[[name]]`" : "write `[name]`";
      return true;
    }
    return false;
  }

  // The comma or semicolon at at_.
  void ExplainEndMark() {
    finding_.span = SpanOf(at_, at_ + 1);
    finding_.message = std::string("`") + Char(at_) +
                       "` after a value; a line has no end mark";
    finding_.help = "remove it";
    SetFix(at_, at_ + 1, "");
  }

  // Something that cannot stand where it does in a line.
  bool ExplainLine() {
    const char c = Char(at_);
    if (Said("expected a comment or whitespace")) {
      if (c == ',' || c == ';') {
        ExplainEndMark();
      } else {
        finding_.message = "something after a value that is complete";
        finding_.span = SpanOf(at_, WordEnd(at_));
        finding_.help = "write one `key = value` a line; text needs quotes";
      }
      return true;
    }
    if (!Said("expected keys, tables")) return false;
    finding_.message = "this begins neither a key nor a table";
    finding_.help = "write `key = value`, `[table]` or `[[route]]`";
    if (c == '/') finding_.help = "a comment begins with `#`";
    if (c == '=') finding_.help = "a key is missing before `=`";
    if (c == '{') {
      finding_.help =
          "rule files are TOML, not JSON: write `key = value` lines without "
          "braces around them";
    }
    return true;
  }

  // The end of the word at `at`: a string, or what stands up to a blank or
  // bracket.
  std::uint32_t WordEnd(std::uint32_t at) const {
    if (Char(at) == '"' || Char(at) == '\'') {
      const TomlToken token = TomlLexer(text_, at).Next();
      return std::max(at, token.end);
    }
    const std::size_t end =
        std::min(text_.find_first_of(" \t\r\n,]}#\"'", at), text_.size());
    return std::max(static_cast<std::uint32_t>(end), std::min(at + 1, Size()));
  }

  // A word that is no value: most often text without quotes.
  bool ExplainWord() {
    if (!Said("value type") && !Said("parsing boolean") &&
        !Said("parsing floating") && !Said("integer:") &&
        !Said("parsing date") && !Said("parsing time") &&
        !Said("parsing string: ") && !Said("values may not begin")) {
      return false;
    }
    constexpr std::string_view kBefore = "=,[{ \t\r\n";
    std::uint32_t begin = at_;
    while (begin > 0 && kBefore.find(text_[begin - 1]) == std::string::npos) {
      --begin;
    }
    const std::uint32_t end = WordEnd(begin);
    if (end > begin + 1 && Char(end - 1) == ';') {
      at_ = end - 1;
      ExplainEndMark();
      return true;
    }
    const std::string word(text_.substr(begin, end - begin));
    finding_.span = SpanOf(begin, end);
    finding_.message = Quoted(word) + " is not a value of TOML";
    ExplainWordAt(begin, end, word);
    return true;
  }

  void ExplainWordAt(std::uint32_t begin, std::uint32_t end,
                     const std::string& word) {
    constexpr std::array<std::string_view, 2> kBooleans{"true", "false"};
    constexpr std::array<std::string_view, 3> kTrue{"true", "yes", "on"};
    constexpr std::array<std::string_view, 3> kFalse{"false", "no", "off"};
    constexpr std::array<std::string_view, 4> kNull{"null", "none", "nil",
                                                    "undefined"};
    const std::string lowered = Lowered(word);
    if (IsOneOf(lowered, kTrue) || IsOneOf(lowered, kFalse)) {
      const char* boolean = IsOneOf(lowered, kTrue) ? "true" : "false";
      finding_.help = std::string("write `") + boolean + "`";
      SetFix(begin, end, boolean);
    } else if (IsOneOf(lowered, kNull)) {
      finding_.help = "TOML has no word for nothing: leave the key out";
    } else if (const std::string_view near = Nearest(word, kBooleans, 1);
               !near.empty()) {
      finding_.help = "did you mean `" + std::string(near) + "`?";
      SetFix(begin, end, std::string(near));
    } else if (Said("parsing date") || Said("parsing time")) {
      finding_.help = "a date is written `2027-03-31`";
    } else if (Said("representable")) {
      finding_.help = "the number is too large";
    } else if (Said("leading zero")) {
      finding_.help = "write the number without leading zeros";
    } else if (std::isdigit(static_cast<unsigned char>(word.front())) != 0) {
      finding_.help =
          "a number has digits only, and no unit; text needs quotes: " +
          Quoted(TomlString(word));
    } else {
      finding_.help = "text needs quotes: " + Quoted(TomlString(word));
      // One of the quotes may be there.
      const bool quote = Char(end) == '"' || Char(end) == '\'';
      SetFix(begin, quote ? end + 1 : end, TomlString(word));
    }
  }

  void ExplainOther() {
    constexpr std::string_view kPrefix = "Error while parsing ";
    std::string_view said = said_;
    if (said.starts_with(kPrefix)) said.remove_prefix(kPrefix.size());
    finding_.message = "not valid TOML: " + std::string(said);
    finding_.help = "docs/rules.md shows how rule files are written";
  }

  std::uint32_t file_;
  std::string_view text_;
  std::uint32_t at_;
  std::string_view said_;
  TomlScan before_;  // of the text before the error
  Finding finding_;
};

}  // namespace

Finding ExplainTomlError(const SourceSet& sources, std::uint32_t file,
                         const TomlError& error) {
  const std::string_view said = error.description;
  if (said.find("cannot redefine") != std::string_view::npos ||
      said.find("cannot insert") != std::string_view::npos) {
    return ExplainDuplicate(sources, file, error);
  }
  return Explainer(sources, file, error).Explain();
}

Finding ExplainFault(const TomlFault& fault, std::uint32_t file) {
  Finding finding;
  finding.code = fault.code;
  finding.severity = InfoOf(fault.code).severity;
  finding.span = Span{file, fault.begin, fault.end};
  finding.message = fault.message;
  finding.label = fault.label;
  finding.help = fault.help;
  if (fault.fix) {
    finding.fix = FixIt{Span{file, fault.fix_begin, fault.fix_end}, *fault.fix};
  }
  return finding;
}

}  // namespace corsac
