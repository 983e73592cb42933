// A decision plane without sockets: raw request bytes in, a parsed answer out.
#ifndef CORSAC_TESTS_RUNTIME_PLANE_WORLD_H_
#define CORSAC_TESTS_RUNTIME_PLANE_WORLD_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/table/policy_table.h"
#include "runtime/http/http_limits.h"
#include "runtime/http/request_head.h"
#include "runtime/http/response_writer.h"
#include "runtime/serve/decision_plane.h"
#include "runtime/serve/decision_record.h"
#include "runtime/serve/serve_stats.h"
#include "runtime/store/policy_store.h"

namespace corsac::testing {

using Lines = std::vector<std::pair<std::string, std::string>>;

struct PlaneAnswer {
  std::string raw;
  int status = 0;
  Lines lines;  // without Date
  std::string body;
  bool keep_alive = false;

  // Values of the lines called `name`.
  std::vector<std::string> All(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : lines) {
      if (key == name) values.push_back(value);
    }
    return values;
  }
  // The one value of `name`, or "none" or "several".
  std::string One(std::string_view name) const {
    const std::vector<std::string> values = All(name);
    if (values.size() == 1) return values[0];
    return values.empty() ? "none" : "several";
  }
};

// Takes an answer apart as strictly as a client could: exactly CR LF at line
// ends, `: ` after names, nothing but printable ASCII in the head.
inline PlaneAnswer ParseAnswer(std::string raw) {
  PlaneAnswer answer;
  answer.raw = std::move(raw);
  std::string_view rest = answer.raw;
  const auto line = [&rest] {
    const std::size_t end = rest.find("\r\n");
    EXPECT_NE(end, std::string_view::npos);
    const std::string_view text = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 2));
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) {
      return c >= 0x20 && c <= 0x7E;
    })) << text;
    return text;
  };
  const std::string_view status = line();
  EXPECT_TRUE(status.starts_with("HTTP/1.1 ")) << status;
  answer.status = std::stoi(std::string(status.substr(9, 3)));
  for (std::string_view text = line(); !text.empty(); text = line()) {
    const std::size_t colon = text.find(": ");
    EXPECT_NE(colon, std::string_view::npos) << text;
    if (colon == std::string_view::npos) break;
    const std::string_view name = text.substr(0, colon);
    if (name == "Date") continue;
    answer.lines.emplace_back(name, text.substr(colon + 2));
  }
  answer.body = rest;
  return answer;
}

class PlaneWorld : private DecisionObserver {
 public:
  PlaneWorld() = default;

  void Publish(std::shared_ptr<const PolicyTable> table) {
    store_.Publish(std::move(table), "hash");
  }

  // Answers one whole request, its body included.
  PlaneAnswer Send(const std::string& bytes) {
    EXPECT_EQ(reader_.Read(bytes), HeadReader::Status::kComplete)
        << HttpErrorName(reader_.error()) << "\n"
        << bytes;
    const RequestHead& head = reader_.head();
    const std::string_view body =
        head.has_body() ? std::string_view(bytes).substr(head.size) : "";
    return Answer(head, plane_.BodyLimit(head) == 0 ? "" : body);
  }

  PlaneAnswer Answer(const RequestHead& head, std::string_view body) {
    std::string out;
    const ResponseWriter::Context context{
        .head_request = head.method == "HEAD",
        .minor_version = head.minor_version,
        .keep_alive = head.keep_alive,
        .date_line = "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\n"};
    ResponseWriter writer(context, &out);
    plane_.Handle(head, body, &writer);
    EXPECT_TRUE(writer.finished());
    PlaneAnswer answer = ParseAnswer(std::move(out));
    EXPECT_EQ(answer.status, writer.status());
    answer.keep_alive = writer.keep_alive();
    return answer;
  }

  DecisionPlane& plane() { return plane_; }
  const PolicyStore& store() const { return store_; }
  std::string_view state = "ready";
  // What the observer was told: endpoint, kind, outcome, code, method, host,
  // target, origin, status, route, generation; "-" for what is empty.
  std::vector<std::string> observed;

  // How many decisions were counted, and how many answers of one kind.
  std::uint64_t decisions() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : stats_.Sum().decisions) sum += n;
    return sum;
  }
  std::uint64_t answers(ServeEndpoint endpoint, std::uint16_t status) const {
    return stats_.Sum().answers[static_cast<std::size_t>(endpoint)]
                               [status - ServeTotals::kFirstStatus];
  }

 private:
  void Observe(const DecisionRecord& record) override {
    std::string text;
    const std::string status = std::to_string(record.status);
    const std::string generation = std::to_string(record.generation);
    for (const std::string_view part :
         {record.endpoint, RequestKindName(record.kind),
          OutcomeName(record.outcome), DecisionCodeName(record.code),
          record.method, record.host, record.target, record.origin,
          std::string_view(status), record.route,
          std::string_view(generation)}) {
      if (!text.empty()) text += ' ';
      text += part.empty() ? "-" : part;
    }
    observed.push_back(std::move(text));
  }

  PolicyStore store_;
  ServeStats stats_;
  HeadReader reader_{HttpLimits{}};
  DecisionPlane plane_{{.store = &store_,
                        .state = [this] { return state; },
                        .counters = stats_.AddLoop(),
                        .observer = this}};
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_RUNTIME_PLANE_WORLD_H_
