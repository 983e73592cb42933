// What README.md and docs/ show is true: rule files compile (or fail with the
// code that is named), commands print what is shown, JSON is JSON, links lead
// somewhere. docs/contributing.md tells authors the conventions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/compile.h"
#include "compiler/diagnostics/codes.h"
#include "tests/docs/expected_output.h"
#include "tests/docs/markdown.h"
#include "tests/docs/scratch_site.h"
#include "tests/testing/temp_folder.h"

namespace corsac::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::filesystem::path Root() { return CORSAC_SOURCE_DIR; }

// The documents, relative to the root.
std::vector<std::string> Documents() {
  std::vector<std::string> names;
  for (const char* folder :
       {"", "docs", "bench", "bench/compare", "bench/http"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(Root() / folder)) {
      if (entry.path().extension() != ".md") continue;
      names.push_back(entry.path().lexically_relative(Root()));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

class DocumentTest : public ::testing::TestWithParam<std::string> {
 protected:
  std::filesystem::path path() const { return Root() / GetParam(); }
  Document Read() const { return ReadMarkdown(ReadFile(path())); }
  std::string Place(std::size_t line) const {
    return GetParam() + ":" + std::to_string(line);
  }
};

INSTANTIATE_TEST_SUITE_P(
    Documents, DocumentTest, ::testing::ValuesIn(Documents()),
    [](const ::testing::TestParamInfo<std::string>& document) {
      std::string name = document.param;
      std::replace_if(
          name.begin(), name.end(),
          [](char c) { return c == '/' || c == '.' || c == '-'; }, '_');
      return name;
    });

// --- Rule files --------------------------------------------------------------

bool HasLine(std::string_view text, std::string_view beginning) {
  return text.starts_with(beginning) ||
         text.find("\n" + std::string(beginning)) != std::string_view::npos;
}

// A whole rule file from a block that shows the keys of one route (`route`) or
// some tables only (`part`).
std::string WholeFile(const CodeBlock& block) {
  const std::string& text = block.text;
  if (block.Has("route")) {
    std::string whole = "version = 1\n[[route]]\n";
    // One that has a path is a whole route, and may lack origins on purpose.
    if (!HasLine(text, "path")) {
      whole += "path = \"/{rest...}\"\n";
      if (!HasLine(text, "origins") && !HasLine(text, "cors")) {
        whole += "origins = [\"https://app.example.com\"]\n";
      }
    }
    return whole + text;
  }
  if (block.Has("part")) {
    std::string whole = HasLine(text, "version") ? "" : "version = 1\n";
    whole += text;
    if (!HasLine(text, "[[route]]")) {
      whole += "[[route]]\npath = \"/{rest...}\"\n";
      whole += "origins = [\"https://app.example.com\"]\n";
    }
    return whole;
  }
  return text;
}

// Checks a ```toml block: it compiles without errors and warnings, unless it
// names the code that it shows.
void CheckRules(const CodeBlock& block) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText("shown.toml", WholeFile(block), sink,
                                          Root() / "rules" / "examples");
  const CompileResult result = Compile(std::move(sources), std::move(sink));
  const std::string error = block.Value("error");
  const std::string code = error.empty() ? block.Value("finding") : error;
  bool found = false;
  for (const Finding& finding : result.findings) {
    const std::string_view id = InfoOf(finding.code).id;
    found |=
        id == code && (error.empty() || finding.severity == Severity::kError);
    EXPECT_TRUE(id == code || finding.severity == Severity::kNote)
        << result.sources.Describe(finding.span) << ": " << finding.message
        << " [" << id << "]";
  }
  EXPECT_TRUE(code.empty() || found) << "the block does not yield " << code;
}

TEST_P(DocumentTest, RuleFilesCompileOrFailAsNamed) {
  for (const CodeBlock& block : Read().blocks) {
    if (block.language != "toml") continue;
    SCOPED_TRACE(Place(block.line));
    CheckRules(block);
  }
}

// --- Commands ----------------------------------------------------------------

struct ShownCommand {
  std::string command;
  std::string output;
};

// The `$ ` lines of a ```console block, each with what is shown after it. A
// command that ends in a backslash goes on in the next line.
std::vector<ShownCommand> CommandsOf(const CodeBlock& block) {
  std::vector<ShownCommand> commands;
  bool goes_on = false;
  for (const std::string& line : SplitLines(block.text)) {
    if (goes_on) {
      commands.back().command += "\n" + line;
    } else if (line.starts_with("$ ")) {
      commands.push_back({line.substr(2), ""});
    } else if (commands.empty()) {
      ADD_FAILURE() << "a ```console block begins with `$ ` and a command";
      return {};
    } else {
      commands.back().output += line + "\n";
      continue;
    }
    goes_on = line.ends_with("\\");
  }
  return commands;
}

void CheckCommands(const CodeBlock& block, ScratchSite* site) {
  const std::vector<ShownCommand> commands = CommandsOf(block);
  EXPECT_FALSE(commands.empty());
  for (const ShownCommand& shown : commands) {
    const CommandResult result = site->Run(shown.command);
    EXPECT_TRUE(OutputMatches(shown.output, result.output))
        << "$ " << shown.command << "\nprints\n"
        << result.output << "and not\n"
        << shown.output;
    const bool last = &shown == &commands.back();
    const std::string exit = last ? block.Value("exit") : "";
    EXPECT_EQ(std::to_string(result.exit_code), exit.empty() ? "0" : exit)
        << "$ " << shown.command << "\n"
        << result.output;
  }
}

TEST_P(DocumentTest, CommandsPrintWhatIsShown) {
  ScratchSite site;
  for (const CodeBlock& block : Read().blocks) {
    SCOPED_TRACE(Place(block.line));
    if (block.language == "console") CheckCommands(block, &site);
    const std::string file = block.Value("file");
    if (!file.empty()) site.Write(file, block.text);
  }
}

// --- The other blocks --------------------------------------------------------

TEST_P(DocumentTest, EveryBlockSaysWhatItIs) {
  constexpr std::array kKnown = {"toml",  "console", "sh",       "json", "text",
                                 "cpp",   "cmake",   "diff",     "http", "yaml",
                                 "nginx", "haproxy", "caddyfile"};
  for (const CodeBlock& block : Read().blocks) {
    EXPECT_TRUE(std::find(kKnown.begin(), kKnown.end(), block.language) !=
                kKnown.end())
        << Place(block.line) << ": a block of `" << block.language << "`";
    EXPECT_FALSE(block.text.empty()) << Place(block.line);
  }
}

// A ```sh block is for what cannot be run here (./dev, apt). What can be run
// belongs into a ```console block, which is.
TEST_P(DocumentTest, ShellBlocksAreShellAndNothingThatCouldBeRun) {
  ScratchSite site;
  for (const CodeBlock& block : Read().blocks) {
    if (block.language != "sh") continue;
    SCOPED_TRACE(Place(block.line));
    site.Write("block.sh", block.text);
    const CommandResult syntax = site.Run("sh -n block.sh");
    EXPECT_EQ(syntax.exit_code, 0) << syntax.output;
    for (const std::string& line : SplitLines(block.text)) {
      EXPECT_FALSE(line.starts_with("corsac ") || line.starts_with("curl "))
          << line << ": show it as a ```console block with its output";
    }
  }
}

TEST_P(DocumentTest, JsonBlocksAreJson) {
  for (const CodeBlock& block : Read().blocks) {
    if (block.language != "json") continue;
    EXPECT_TRUE(nlohmann::json::accept(block.text)) << Place(block.line);
  }
}

TEST_P(DocumentTest, CppBlocksCompile) {
  ScratchSite site;
  for (const CodeBlock& block : Read().blocks) {
    if (block.language != "cpp") continue;
    SCOPED_TRACE(Place(block.line));
    site.Write("block.cc", block.text);
    const CommandResult compiled =
        site.Run(CORSAC_CXX " -std=c++20 -fsyntax-only -I" CORSAC_SOURCE_DIR
                            " block.cc");
    EXPECT_EQ(compiled.exit_code, 0) << compiled.output;
  }
}

// --- Links -------------------------------------------------------------------

TEST_P(DocumentTest, LinksLeadSomewhere) {
  for (const Link& link : Read().links) {
    if (link.target.find("://") != std::string::npos) continue;
    SCOPED_TRACE(Place(link.line));
    const std::size_t hash = link.target.find('#');
    const std::string file = link.target.substr(0, hash);
    const std::filesystem::path target =
        file.empty() ? path() : path().parent_path() / file;
    ASSERT_TRUE(std::filesystem::exists(target)) << link.target;
    if (hash == std::string::npos) continue;
    EXPECT_EQ(ReadMarkdown(ReadFile(target))
                  .anchors.count(link.target.substr(hash + 1)),
              1U)
        << link.target;
  }
}

// --- The test's own parts ----------------------------------------------------

TEST(Markdown, FindsBlocksLinksAndAnchors) {
  const Document document = ReadMarkdown(
      "# A `small` Title\n[x](a.md#b) `[no](link)`\n"
      "```toml error=CORS301 route\na = 1\n```\n[y](z)\n");
  ASSERT_EQ(document.blocks.size(), 1U);
  EXPECT_EQ(document.blocks[0].line, 3U);
  EXPECT_EQ(document.blocks[0].language, "toml");
  EXPECT_EQ(document.blocks[0].Value("error"), "CORS301");
  EXPECT_TRUE(document.blocks[0].Has("route"));
  EXPECT_FALSE(document.blocks[0].Has("part"));
  EXPECT_EQ(document.blocks[0].text, "a = 1\n");
  ASSERT_EQ(document.links.size(), 2U);
  EXPECT_EQ(document.links[0].target, "a.md#b");
  EXPECT_EQ(document.links[1].line, 6U);
  EXPECT_THAT(document.anchors, UnorderedElementsAre("a-small-title"));
  EXPECT_THAT(ReadMarkdown("").blocks, IsEmpty());
}

TEST(OutputMatches, ComparesLinesWithHoles) {
  EXPECT_TRUE(OutputMatches("a\nb\n", "a  \nb\n\n"));
  EXPECT_FALSE(OutputMatches("a\n", "a\nb\n"));
  EXPECT_FALSE(OutputMatches("a\nb\n", "a\n"));
  EXPECT_TRUE(OutputMatches("a\n…\nd\n", "a\nb\nc\nd\n"));
  EXPECT_TRUE(OutputMatches("a\n…\n", "a\n"));
  EXPECT_FALSE(OutputMatches("a\n…\nd\n", "a\nb\nc\n"));
  EXPECT_TRUE(OutputMatches("took … ms\n", "took 12 ms\n"));
  EXPECT_FALSE(OutputMatches("took … ms\n", "took 12 s\n"));
  EXPECT_TRUE(OutputMatches("", ""));
  EXPECT_FALSE(OutputMatches("", "x\n"));
}

TEST(OutputMatches, ComparesJsonAsValues) {
  EXPECT_TRUE(OutputMatches("{\"a\": 1,\n \"b\": [2]}", "{\"b\":[2],\"a\":1}"));
  EXPECT_TRUE(OutputMatches(R"({"a": "…"})", R"({"a": {"b": 1}})"));
  EXPECT_FALSE(OutputMatches(R"({"a": 1})", R"({"a": 2})"));
  EXPECT_FALSE(OutputMatches(R"({"a": 1})", R"({"a": 1, "b": 2})"));
  EXPECT_FALSE(OutputMatches(R"({"a": [1, 2]})", R"({"a": [2, 1]})"));
  EXPECT_FALSE(OutputMatches(R"({"a": 1})", R"({"b": 1})"));
}

}  // namespace
}  // namespace corsac::testing
