// Hooks against Evaluate(): what a gateway is told is what was decided, for
// random rules and requests, wherever among the other lines the gateway puts
// its own. A failure names the seed of its world.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/fetch/names.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/evaluate.h"
#include "tests/runtime/plane_world.h"
#include "tests/testing/choices.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/ir_generator.h"
#include "tests/testing/request_generator.h"

namespace corsac::testing {
namespace {

constexpr std::uint64_t kWorlds = 80;
constexpr int kRequestsPerWorld = 150;

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7F;
  });
}

// Leaves out of `request` what cannot arrive: lines that the reader refuses,
// and those that are about the connection.
void KeepWhatCanArrive(ReferenceRequest* request) {
  const auto cannot = [](const auto& line) {
    static const std::set<std::string_view> taken = {
        "host", "content-length", "transfer-encoding", "expect", "connection"};
    std::string lower = line.first;
    for (char& c : lower) c = AsciiLower(c);
    return !IsToken(line.first) || HasControl(line.second) ||
           taken.contains(lower);
  };
  FieldLines& lines = request->headers;
  lines.erase(std::remove_if(lines.begin(), lines.end(), cannot), lines.end());
}

std::string InRandomCase(std::string name, Choices& choices) {
  for (char& c : name) {
    if (IsTokenByte(c) && c != '-' && choices.OneIn(4)) {
      c = static_cast<char>(c ^ 0x20);
    }
  }
  return name;
}

// The lines of the request with those of the gateway put in between.
std::string Mixed(const ReferenceRequest& request, const FieldLines& own,
                  Choices& choices) {
  FieldLines lines = request.headers;
  for (const auto& [name, value] : own) {
    const std::size_t place = choices.Below(lines.size() + 1);
    lines.emplace(lines.begin() + static_cast<std::ptrdiff_t>(place),
                  InRandomCase(name, choices), value);
  }
  std::string text;
  for (const auto& [name, value] : lines) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  return text;
}

FieldLines FamilyLines(const ReferenceRequest& request,
                       const std::string& family) {
  return {{"X-" + family + "-Method", request.method},
          {"X-" + family + "-Uri", request.target},
          {"X-" + family + "-Host", request.host}};
}

std::string CodeOf(const Decision& decision) {
  const bool whole = decision.code == DecisionCode::kAllow ||
                     decision.code == DecisionCode::kMalformedOrigin;
  return whole ? CodeText(decision)
               : std::string(DecisionCodeName(decision.code));
}

// The lines of an answer by which the gateway goes on, or refuses.
Lines AuthzLines(const Decision& decision, int status) {
  Lines lines = HeadersToSet(decision);
  const bool none = decision.outcome == Outcome::kNotApplicable;
  lines.emplace_back("X-Cors-Decision",
                     none ? "none" : OutcomeName(decision.outcome));
  lines.emplace_back("X-Cors-Code", CodeOf(decision));
  if (decision.route != nullptr) {
    lines.emplace_back("X-Cors-Rule", decision.route->id);
  }
  lines.emplace_back("X-Cors-Generation", "1");
  if (status != 204) lines.emplace_back("Content-Length", "0");
  return lines;
}

class Hooks {
 public:
  Hooks(const Ir& ir, Choices* choices)
      : table_(BuildTable(ir)), choices_(*choices) {
    world_.Publish(table_);
  }

  // Asks every hook about `request`.
  void Check(const ReferenceRequest& request) {
    const ExactRequest exact(request);
    decision_ = Evaluate(*table_, exact.view());
    if (!HasControl(request.method + request.target + request.host) &&
        !request.method.empty() && !request.target.empty()) {
      CheckPreflight(request);
      CheckAuthz("forward-auth", request, "Forwarded",
                 decision_.status == 0 ? 200 : decision_.status);
      CheckAuthz("auth-request", request, "Original",
                 decision_.status == 0     ? 200
                 : decision_.status == 400 ? 403
                                           : decision_.status);
    }
    CheckExtAuthz(request);
  }

  int compared = 0;
  int compared_ext = 0;

 private:
  // The answer, unless the reader refuses what would be sent.
  std::optional<PlaneAnswer> Send(const std::string& line,
                                  const std::string& host,
                                  const std::string& lines) {
    const std::string bytes =
        line + " HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n";
    if (reader_.Read(bytes) != HeadReader::Status::kComplete) return {};
    return world_.Answer(reader_.head(), "");
  }

  void CheckPreflight(const ReferenceRequest& request) {
    const auto answer =
        Send("GET /v1/preflight", "corsac",
             Mixed(request, FamilyLines(request, "Forwarded"), choices_));
    if (!answer) return;
    ++compared;
    if (decision_.kind != RequestKind::kPreflight) {
      EXPECT_EQ(answer->status, 500) << Describe(request);
    } else if (decision_.forward) {
      EXPECT_EQ(answer->status, 404) << Describe(request);
    } else {
      Lines lines = HeadersToSet(decision_);
      if (decision_.status != 204) lines.emplace_back("Content-Length", "0");
      EXPECT_EQ(answer->status, decision_.status) << Describe(request);
      EXPECT_EQ(answer->lines, lines) << Describe(request);
    }
  }

  void CheckAuthz(const std::string& path, const ReferenceRequest& request,
                  const std::string& family, int status) {
    const auto answer =
        Send("GET /v1/authz/" + path + "?" + request.method, "corsac",
             Mixed(request, FamilyLines(request, family), choices_));
    if (!answer) return;
    ++compared;
    if (decision_.status >= 200 && decision_.status <= 299) {
      EXPECT_EQ(answer->status, 500) << Describe(request);
      EXPECT_EQ(answer->One("X-Cors-Decision"), "none");
      return;
    }
    EXPECT_EQ(answer->status, status) << path << "\n" << Describe(request);
    EXPECT_EQ(answer->lines, AuthzLines(decision_, status))
        << path << "\n"
        << Describe(request);
  }

  void CheckExtAuthz(const ReferenceRequest& request) {
    if (!request.target.starts_with('/')) return;
    const auto answer =
        Send(request.method + " /v1/authz/ext-authz" + request.target,
             request.host, Mixed(request, {}, choices_));
    if (!answer) return;
    ++compared_ext;
    int status = decision_.status == 0 ? 200 : decision_.status;
    if (decision_.status == 200) status = 204;
    EXPECT_EQ(answer->status, status) << Describe(request);
    EXPECT_EQ(answer->lines, AuthzLines(decision_, status))
        << Describe(request);
  }

  const std::shared_ptr<const PolicyTable> table_;
  Choices& choices_;
  PlaneWorld world_;
  HeadReader reader_{HttpLimits{}};
  Decision decision_;
};

TEST(DecisionPlaneRandomTest, HooksTellWhatWasDecided) {
  int compared = 0;
  int compared_ext = 0;
  for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
    Choices choices = Choices::FromSeed(seed);
    const Ir ir = GenerateIr(choices);
    Hooks hooks(ir, &choices);
    for (int i = 0; i < kRequestsPerWorld; ++i) {
      ReferenceRequest request = GenerateRequest(choices, ir);
      KeepWhatCanArrive(&request);
      hooks.Check(request);
      ASSERT_FALSE(HasFailure()) << "seed " << seed << ", request " << i;
    }
    compared += hooks.compared;
    compared_ext += hooks.compared_ext;
  }
  // Most of them can be sent.
  EXPECT_GT(compared, 2 * static_cast<int>(kWorlds) * kRequestsPerWorld);
  EXPECT_GT(compared_ext, static_cast<int>(kWorlds) * kRequestsPerWorld / 2);
}

}  // namespace
}  // namespace corsac::testing
