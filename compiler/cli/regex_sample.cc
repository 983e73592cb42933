// Tested by tests/cli/regex_sample_test.cc.
#include "compiler/cli/regex_sample.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace corsac::cli {
namespace {

// Bytes that hosts are made of, the likeliest first.
constexpr std::string_view kLikely = "a1bcdefghijklmnopqrstuvwxyz023456789-._";
constexpr std::size_t kMaxSampleBytes = 512;
constexpr std::size_t kMaxDepth = 32;

// Walks along one pattern.
class Sampler {
 public:
  Sampler(std::string_view pattern, bool take_optional)
      : pattern_(pattern), take_optional_(take_optional) {}

  std::string Sample() {
    std::string text = Alternatives(0);
    return at_ == pattern_.size() ? text : std::string();
  }

 private:
  bool done() const { return at_ >= pattern_.size(); }
  char peek() const { return pattern_[at_]; }

  // The first alternative up to the end or an unmatched `)`; the others are
  // walked over.
  std::string Alternatives(std::size_t depth) {
    std::string first = Sequence(depth);
    while (!done() && peek() == '|') {
      ++at_;
      Sequence(depth);
    }
    return first;
  }

  std::string Sequence(std::size_t depth) {
    std::string text;
    while (!done() && peek() != '|' && peek() != ')') {
      const std::string atom = Atom(depth);
      const std::size_t repeats = Repeats();
      for (std::size_t i = 0; i < repeats; ++i) {
        if (text.size() + atom.size() <= kMaxSampleBytes) text += atom;
      }
    }
    return text;
  }

  std::string Atom(std::size_t depth) {
    const char c = pattern_[at_++];
    switch (c) {
      case '(':
        return Group(depth);
      case '[':
        return Class();
      case '\\':
        return Escape();
      case '.':
        return "a";
      case '^':
      case '$':
        return "";
      default:
        return {c};
    }
  }

  std::string Group(std::size_t depth) {
    if (depth == kMaxDepth) {
      at_ = pattern_.size() + 1;  // gives up
      return "";
    }
    if (!done() && peek() == '?') {
      // (?:…), (?i), (?i:…), (?P<name>…)
      while (!done() && peek() != ':' && peek() != ')' && peek() != '>') ++at_;
      if (done()) return "";
      const bool flags_only = peek() == ')';
      ++at_;
      if (flags_only) return "";
    }
    std::string text = Alternatives(depth + 1);
    if (!done()) ++at_;  // the `)`
    return text;
  }

  // What a `\` and a letter stand for.
  std::string Escape() {
    if (done()) return "";
    const char c = pattern_[at_++];
    switch (c) {
      case 'd':
        return "1";
      case 'w':
      case 'D':
      case 'S':
        return "a";
      case 'W':
        return "-";
      case 'A':
      case 'z':
      case 'b':
      case 'B':
      case 'Q':
      case 'E':
        return "";
      default:
        return {c};
    }
  }

  // Adds the bytes of the class item at at_ to `members`.
  void ClassItem(std::string* members) {
    char low = pattern_[at_++];
    if (low == '[' && !done() && peek() == ':') {
      const std::size_t end = pattern_.find(":]", at_);
      if (end != std::string_view::npos) {
        const std::string_view name = pattern_.substr(at_ + 1, end - at_ - 1);
        *members += name == "digit" ? "1" : "a";
        at_ = end + 2;
        return;
      }
    }
    if (low == '\\') {
      const std::string escaped = Escape();
      *members += escaped;
      if (escaped.empty()) return;
      low = escaped.front();
    } else {
      *members += low;
    }
    if (at_ + 1 >= pattern_.size() || peek() != '-' ||
        pattern_[at_ + 1] == ']') {
      return;
    }
    const char high = pattern_[at_ + 1];
    at_ += 2;
    for (const char c : kLikely) {
      if (c >= low && c <= high) *members += c;
    }
  }

  std::string Class() {
    const bool negated = !done() && peek() == '^';
    if (negated) ++at_;
    std::string members;
    bool first = true;
    while (!done() && (first || peek() != ']')) {
      ClassItem(&members);
      first = false;
    }
    if (!done()) ++at_;
    for (const char c : kLikely) {
      const bool member = members.find(c) != std::string::npos;
      if (member != negated) return {c};
    }
    return members.substr(0, 1);
  }

  // How often to repeat what was before; steps over the quantifier.
  std::size_t Repeats() {
    if (done()) return 1;
    std::size_t repeats = 1;
    switch (peek()) {
      case '*':
      case '?':
        repeats = take_optional_ ? 1 : 0;
        break;
      case '+':
        break;
      case '{': {
        const std::size_t end = pattern_.find('}', at_);
        if (end == std::string_view::npos) return 1;
        std::from_chars(pattern_.data() + at_ + 1, pattern_.data() + end,
                        repeats);
        repeats = std::min<std::size_t>(repeats, 64);
        at_ = end;
        break;
      }
      default:
        return 1;
    }
    ++at_;
    if (!done() && peek() == '?') ++at_;  // lazy: the same texts
    return repeats;
  }

  std::string_view pattern_;
  bool take_optional_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> RegexSamples(std::string_view pattern) {
  std::vector<std::string> samples;
  for (const bool take_optional : {false, true}) {
    std::string text = Sampler(pattern, take_optional).Sample();
    if (!text.empty() && std::ranges::find(samples, text) == samples.end()) {
      samples.push_back(std::move(text));
    }
  }
  return samples;
}

}  // namespace corsac::cli
