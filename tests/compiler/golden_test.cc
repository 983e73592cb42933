// What authors get to read. Each case of tests/golden is a rule file
// NAME.toml, a folder NAME, or NAME.source with the path to be read, and
// NAME.expect what Corsac says of it: short, and as a person sees it.
//
// CORSAC_UPDATE_GOLDEN=1 rewrites the expectations; read the difference before
// it is committed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/codes.h"
#include "compiler/diagnostics/render.h"
#include "tests/compiler/checked_rules.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGoldenFolder = CORSAC_SOURCE_DIR "/tests/golden";

struct Case {
  std::string name;
  fs::path source;  // relative to the golden folder
};

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const fs::directory_entry& entry : fs::directory_iterator(".")) {
    const fs::path path = entry.path().filename();
    if (entry.is_directory()) {
      cases.push_back({path.string(), path});
    } else if (path.extension() == ".toml") {
      cases.push_back({path.stem().string(), path});
    } else if (path.extension() == ".source") {
      const std::string line = testing::ReadFile(path);
      cases.push_back({path.stem().string(), line.substr(0, line.find('\n'))});
    }
  }
  return cases;
}

// Notes about regexes are only there when they are asked for.
testing::CheckedRules CheckCase(const Case& golden) {
  return testing::CheckPath(golden.source, golden.name.starts_with("cors219"));
}

std::string Render(const testing::CheckedRules& checked) {
  std::string out = RenderShort(checked.findings, checked.sources);
  out += "\n" + RenderHuman(checked.findings, checked.sources);
  out += "\n" + Summary(checked.findings, checked.dropped);
  out += checked.ir ? "; compiles\n" : "; does not compile\n";
  return out;
}

// Names in findings are as the source was named, so the tests run where the
// sources are.
class GoldenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(kGoldenFolder);
  }
  void TearDown() override { fs::current_path(before_); }

 private:
  fs::path before_;
};

TEST_F(GoldenTest, EveryCaseSaysWhatIsExpected) {
  // Nothing changes the environment. NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* const update = std::getenv("CORSAC_UPDATE_GOLDEN");
  const bool rewrite = update != nullptr && std::string_view(update) == "1";
  for (const Case& golden : AllCases()) {
    SCOPED_TRACE(golden.name);
    const std::string rendered = Render(CheckCase(golden));
    const fs::path expect = golden.name + ".expect";
    if (rewrite) {
      testing::WriteFile(expect, rendered);
    } else {
      EXPECT_EQ(rendered, testing::ReadFile(expect));
    }
  }
}

// A file that is called after a code shows that code, and every code has one.
TEST_F(GoldenTest, EveryCodeHasACase) {
  std::set<std::string> named;
  for (const Case& golden : AllCases()) {
    if (!golden.name.starts_with("cors")) continue;
    SCOPED_TRACE(golden.name);
    std::string id = golden.name.substr(0, golden.name.find('_'));
    id.replace(0, 4, "CORS");
    const testing::CheckedRules checked = CheckCase(golden);
    bool shown = false;
    for (const Finding& finding : checked.findings) {
      shown |= InfoOf(finding.code).id == id;
    }
    EXPECT_TRUE(shown);
    named.insert(id);
  }
  for (const CodeInfo& info : AllCodes()) {
    if (info.code == Code::kShrunk) continue;  // of two sources, at a reload
    EXPECT_TRUE(named.contains(std::string(info.id))) << info.id;
  }
}

TEST(DiagnosticsPageTest, HasEveryCodeWithItsTitle) {
  const std::string page =
      testing::ReadFile(CORSAC_SOURCE_DIR "/docs/diagnostics.md");
  for (const CodeInfo& info : AllCodes()) {
    const std::string heading =
        "\n## " + std::string(info.id) + ": " + std::string(info.title) + "\n";
    EXPECT_NE(page.find(heading), std::string::npos) << heading;
  }
}

// An edit that is offered must not leave the mistake where it was.
TEST_F(GoldenTest, EveryFixMendsWhatItIsFor) {
  std::size_t tried = 0;
  for (const Case& golden : AllCases()) {
    if (golden.source.extension() != ".toml") continue;
    const testing::CheckedRules checked = CheckCase(golden);
    for (const Finding& finding : checked.findings) {
      if (!finding.fix || fs::is_directory(golden.source)) continue;
      SCOPED_TRACE(golden.name + ": " + finding.message);
      std::string text = testing::ReadFile(golden.source);
      text.replace(finding.fix->span.begin,
                   finding.fix->span.end - finding.fix->span.begin,
                   finding.fix->text);
      const testing::CheckedRules mended = testing::CheckText(text);
      const auto count = [](const testing::CheckedRules& rules, Code code) {
        std::size_t found = 0;
        for (const Finding& f : rules.findings) found += f.code == code ? 1 : 0;
        return found;
      };
      EXPECT_LT(count(mended, finding.code), count(checked, finding.code));
      ++tried;
    }
  }
  EXPECT_GT(tried, 30U);
}

// Every finding says what to do, and none shows the words of C++.
TEST_F(GoldenTest, EveryFindingIsWellWorded) {
  for (const Case& golden : AllCases()) {
    const testing::CheckedRules checked = CheckCase(golden);
    for (const Finding& finding : checked.findings) {
      SCOPED_TRACE(golden.name + ": " + finding.message);
      ASSERT_FALSE(finding.message.empty());
      EXPECT_NE(finding.message.back(), '.');
      EXPECT_EQ(finding.message.find('\n'), std::string::npos);
      const auto first = static_cast<unsigned char>(finding.message.front());
      const bool acronym = finding.message.starts_with("IP") ||
                           finding.message.starts_with("CORS") ||
                           finding.message.starts_with("TOML");
      EXPECT_TRUE(std::isupper(first) == 0 || acronym);
      if (finding.severity != Severity::kNote) {
        EXPECT_FALSE(finding.help.empty() && finding.label.empty());
      }
    }
  }
}

}  // namespace
}  // namespace corsac
