// Corsac as a program that embeds it uses it: rules as text, compiled once,
// then Evaluate(). tests/bench/compare_test.py compares its answers with those
// of the other peers.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "bench/compare/peer.h"
#include "compiler/check.h"
#include "compiler/compile.h"
#include "compiler/origins/origin.h"
#include "compiler/source/source_set.h"
#include "runtime/decision/evaluate.h"

namespace corsac::bench {
namespace {

std::string Quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string List(const std::vector<std::string>& items) {
  std::string text = "[";
  for (const std::string& item : items) {
    text += (text.size() == 1 ? "" : ", ") + Quoted(item);
  }
  return text + "]";
}

std::string RuleFile(const ScenarioRules& rules) {
  std::string text = "version = 1\n[[route]]\npath = \"/api/{rest...}\"\n";
  text += "credentials = true\nmethods = " + List(rules.methods) +
          "\nheaders = " + List(rules.headers) +
          "\nmax_age = " + std::to_string(rules.max_age_seconds) +
          "\norigins = [\n";
  for (const std::string& origin : rules.exact) text += Quoted(origin) + ",\n";
  for (const std::string& rule : rules.subdomains) text += Quoted(rule) + ",\n";
  for (const std::string& regex : rules.regexes) {
    text += "{ regex = '" + regex + "' },\n";
  }
  return text + "]\n";
}

class CorsacPeer : public Peer {
 public:
  explicit CorsacPeer(const ScenarioRules& rules) {
    FindingSink sink;
    SourceSet sources =
        SourceSet::FromText("scenario.toml", RuleFile(rules), sink);
    CompileResult result = Compile(std::move(sources), std::move(sink));
    CORSAC_CHECK(result.ok());
    table_ = std::move(result.table);
    set_ = table_->PolicyOf(table_->routes()[0]).origins;
  }

  std::uint16_t Decide(const RequestView& request,
                       std::string* lines) override {
    const Decision decision = Evaluate(*table_, request);
    AppendHeaderLines(decision, lines);
    return decision.status;
  }

  bool Finds(std::string_view text) override {
    Origin origin;
    return ParseOrigin(text, &origin) == OriginError::kNone &&
           table_->FindOrigin(set_, origin);
  }

 private:
  std::shared_ptr<const PolicyTable> table_;
  std::uint32_t set_ = 0;
};

}  // namespace

std::unique_ptr<Peer> MakeCorsacPeer(const ScenarioRules& rules) {
  return std::make_unique<CorsacPeer>(rules);
}

}  // namespace corsac::bench
