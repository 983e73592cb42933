// Reads fences, links and headings, line by line. Tested by
// tests/docs/docs_test.cc.
#include "tests/docs/markdown.h"

#include <sstream>
#include <utility>

namespace corsac::testing {
namespace {

std::vector<std::string> Words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

bool IsAsciiAlnum(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

// Lower case, blanks to hyphens, other punctuation gone.
std::string AnchorOf(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 'A' && byte <= 'Z') {
      anchor += static_cast<char>(byte - 'A' + 'a');
    } else if (IsAsciiAlnum(byte) || byte >= 0x80 || c == '-' || c == '_') {
      anchor += c;
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

// `code` in a line hides what looks like a link.
std::string WithoutInlineCode(std::string_view line) {
  std::string out;
  bool code = false;
  for (const char c : line) {
    if (c == '`') {
      code = !code;
    } else if (!code) {
      out += c;
    }
  }
  return out;
}

void AddLinks(std::string_view line, std::size_t number, Document* document) {
  const std::string text = WithoutInlineCode(line);
  for (std::size_t at = text.find("]("); at != std::string::npos;
       at = text.find("](", at + 1)) {
    const std::size_t end = text.find(')', at);
    if (end == std::string::npos) return;
    document->links.push_back({number, text.substr(at + 2, end - at - 2)});
  }
}

}  // namespace

bool CodeBlock::Has(std::string_view option) const {
  for (const std::string& word : options) {
    if (word == option) return true;
  }
  return false;
}

std::string CodeBlock::Value(std::string_view name) const {
  for (const std::string& word : options) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos && word.substr(0, equals) == name) {
      return word.substr(equals + 1);
    }
  }
  return {};
}

std::vector<std::string> SplitLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

Document ReadMarkdown(std::string_view text) {
  Document document;
  bool in_block = false;
  std::size_t number = 0;
  for (const std::string& line : SplitLines(text)) {
    ++number;
    if (line.starts_with("```")) {
      in_block = !in_block;
      if (!in_block) continue;
      std::vector<std::string> words = Words(line.substr(3));
      CodeBlock block;
      block.line = number;
      if (!words.empty()) {
        block.language = words.front();
        words.erase(words.begin());
      }
      block.options = std::move(words);
      document.blocks.push_back(std::move(block));
    } else if (in_block) {
      document.blocks.back().text += line + "\n";
    } else {
      if (line.starts_with("#")) {
        const std::size_t title = line.find_first_not_of("# ");
        if (title != std::string::npos) {
          document.anchors.insert(AnchorOf(line.substr(title)));
        }
      }
      AddLinks(line, number, &document);
    }
  }
  return document;
}

}  // namespace corsac::testing
