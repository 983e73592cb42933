// The steps of an explanation: the checks of Evaluate(), made again one by one
// with words for each, and those that only the asker's question has.
//
// Internal: not installed.
#ifndef CORSAC_RUNTIME_DECISION_EXPLAIN_STEPS_H_
#define CORSAC_RUNTIME_DECISION_EXPLAIN_STEPS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/explain.h"
#include "runtime/decision/request_view.h"

namespace corsac {

// The lines of a request that its explanation is about.
struct RequestFacts {
  explicit RequestFacts(const RequestView& request);

  std::string_view bad_name;  // data() is null when every name is a token
  std::size_t origins = 0;
  std::size_t request_methods = 0;
  std::size_t private_networks = 0;
  std::string_view origin;  // of the first line, without blanks around it
  std::string_view request_method;
  std::string_view private_network;
  std::string_view upgrade;  // the line that asks for a WebSocket
  bool own_site = false;     // Sec-Fetch-Site says so

  bool asks_websocket() const { return upgrade.data() != nullptr; }
};

// Makes the steps of one explanation. Not thread-safe; for one use.
class ExplainSteps {
 public:
  ExplainSteps(const PolicyTable& table, const RequestView& request,
               const Decision& decision, const ExplainQuestion& question);

  std::vector<ExplainStep> Run(bool same_origin);

  // "route `orders` (site.toml:12)"; known after Run(). Empty: no route.
  std::string RouteWords() const;

 private:
  ExplainStep& Add(std::string_view step, std::string_view input,
                   std::string message);
  ExplainStep& AddAtRoute(std::string_view step, std::string_view input,
                          std::string message);
  void Fail(ExplainStep& step, std::string_view code, std::string hint);
  void PutRule(ExplainStep& step, OriginMatch match);

  void Request();
  void Hygiene();
  bool Route();
  bool CorsOn();
  void OriginSteps();
  void WebSocket(bool allowed);
  void Preflight();
  bool RequestMethod();
  void Method();
  void RequestHeaders();
  void Header(std::string_view name);
  void PrivateNetwork();
  void Actual();
  void StrictMethod();
  void Mode();
  void Credentials();
  void ReadHeader(const std::string& name);
  std::string RouteHint(std::string_view host, std::string_view path,
                        std::string_view method) const;

  const PolicyTable& table_;
  const RequestView& request_;
  const Decision& decision_;
  const ExplainQuestion& question_;
  const RequestFacts facts_;
  const bool preflight_;
  const CompiledRoute* route_ = nullptr;
  const CompiledPolicy* policy_ = nullptr;
  bool same_origin_ = false;
  bool origin_allowed_ = false;
  bool failed_ = false;
  std::vector<ExplainStep> steps_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_EXPLAIN_STEPS_H_
