// What the documentation test reads of a Markdown file: its code blocks, its
// links and the anchors of its headings. Not a Markdown parser: it knows the
// forms that the project's documents use.
#ifndef CORSAC_TESTS_DOCS_MARKDOWN_H_
#define CORSAC_TESTS_DOCS_MARKDOWN_H_

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace corsac::testing {

struct CodeBlock {
  std::size_t line = 0;              // of the opening fence, from 1
  std::string language;              // first word after the fence; may be empty
  std::vector<std::string> options;  // the words after it
  std::string text;                  // with a line end after every line

  bool Has(std::string_view option) const;
  // The value of `NAME=value` among the options, or the empty string.
  std::string Value(std::string_view name) const;
};

struct Link {
  std::size_t line = 0;
  std::string target;
};

struct Document {
  std::vector<CodeBlock> blocks;
  std::vector<Link> links;        // outside code
  std::set<std::string> anchors;  // of the headings, as GitHub derives them
};

Document ReadMarkdown(std::string_view text);

std::vector<std::string> SplitLines(std::string_view text);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_DOCS_MARKDOWN_H_
