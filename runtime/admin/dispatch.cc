// Checks a request, hands it to its handler and sends what comes back.
// Tested by tests/e2e/admin_http_test.cc.
#include "runtime/admin/dispatch.h"

#include <Poco/Exception.h>
#include <Poco/String.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <ostream>
#include <random>
#include <utility>

#include "runtime/admin/guard.h"
#include "runtime/admin/limits.h"
#include "runtime/admin/request_body.h"
#include "runtime/admin/router.h"
#include "runtime/log/log.h"
#include "runtime/serve/decision_body.h"

namespace corsac {
namespace {

using Clock = std::chrono::steady_clock;
using Poco::Net::HTTPResponse;
using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

// Every value of the header lines `name`, in order.
std::vector<std::string> LinesOf(const HTTPServerRequest& request,
                                 const std::string& name) {
  std::vector<std::string> values;
  for (auto line = request.find(name);
       line != request.end() && Poco::icompare(line->first, name) == 0;
       ++line) {
    values.push_back(line->second);
  }
  return values;
}

// The client's X-Request-Id if it is fit to be repeated, or a new one.
std::string RequestIdOf(const HTTPServerRequest& request) {
  constexpr std::string_view kSafe =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  const std::vector<std::string> given = LinesOf(request, "X-Request-Id");
  if (given.size() == 1 && !given[0].empty() && given[0].size() <= 64 &&
      given[0].find_first_not_of(kSafe) == std::string::npos) {
    return given[0];
  }
  thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (std::uint64_t bits = random(); id.size() < 16; bits >>= 4) {
    id.push_back(kDigits[bits & 15]);
  }
  return id;
}

// The media type, lower-case, without parameters.
std::string MediaTypeOf(const HTTPServerRequest& request) {
  const std::vector<std::string> lines = LinesOf(request, "Content-Type");
  if (lines.size() != 1) return {};
  std::string type = lines[0].substr(0, lines[0].find(';'));
  type.erase(type.find_last_not_of(" \t") + 1);
  return Poco::toLower(type);
}

std::optional<Problem> CheckMediaType(const Endpoint& endpoint,
                                      const HTTPServerRequest& request) {
  const std::string type = MediaTypeOf(request);
  const bool json = endpoint.body == BodyKind::kJson;
  if (json ? type == "application/json"
           : (type == "application/toml" || type == "text/plain")) {
    return std::nullopt;
  }
  if (json) return NotJson();
  return Problem{.status = 415,
                 .type = "unsupported-media-type",
                 .title = "The body is of a type that is not read here",
                 .detail = "send Content-Type: application/toml"};
}

// What happens to one request, and what is left to do about its connection.
struct Exchange {
  HTTPServerRequest& request;
  std::uint16_t port;
  AdminContext& context;

  AdminRequest message = {};
  std::string_view endpoint = "none";  // for the metrics
  bool body_unread = false;
  bool close = false;
};

// Refuses what must not reach a handler. Returns the answer, or nothing.
std::optional<AdminResponse> Refuse(Exchange& exchange,
                                    const AdminBodyFraming& framing) {
  const HTTPServerRequest& request = exchange.request;
  const auto refuse = [&exchange](const Problem& problem) {
    exchange.close = true;
    return ProblemResponse(problem, exchange.message.id);
  };
  if (request.getVersion() != "HTTP/1.1" &&
      request.getVersion() != "HTTP/1.0") {
    return refuse({.status = 505,
                   .type = "http-version",
                   .title = "Only HTTP/1.1 is spoken here",
                   .detail = "the request line does not end in HTTP/1.1"});
  }
  if (const auto reason =
          CheckGuard(LinesOf(request, "Host"), LinesOf(request, "Origin"),
                     exchange.port)) {
    Log(LogLevel::kWarning, "admin.refused", *reason,
        {{"request_id", exchange.message.id},
         {"method", request.getMethod()},
         {"host", request.get("Host", "")},
         {"origin", request.get("Origin", "")}});
    return refuse({.status = 403,
                   .type = "not-from-here",
                   .title = "The request does not come from this server's own "
                            "pages or programs",
                   .detail = *reason});
  }
  if (framing.kind == AdminBodyFraming::Kind::kBad) {
    return refuse({.status = 400,
                   .type = "bad-framing",
                   .title = "The end of the request cannot be told",
                   .detail = "send one Content-Length of digits alone, or "
                             "Transfer-Encoding: chunked"});
  }
  return std::nullopt;
}

AdminResponse NotFound(const AdminRequest& message) {
  std::string known;
  for (const Endpoint& endpoint : Endpoints()) {
    if (known.find(endpoint.path) != std::string::npos) continue;
    known += known.empty() ? "" : ", ";
    known += endpoint.path;
  }
  return ProblemResponse({.status = 404,
                          .type = "not-found",
                          .title = "There is nothing here",
                          .detail = "there is " + known},
                         message.id);
}

AdminResponse NotAllowed(const AdminRequest& message,
                         const std::string& allow) {
  AdminResponse response =
      ProblemResponse({.status = 405,
                       .type = "method-not-allowed",
                       .title = "The method is of no use here",
                       .detail = "use " + allow},
                      message.id);
  response.headers.emplace_back("Allow", allow);
  return response;
}

// Finds the endpoint, reads what it wants to be read and lets it answer.
AdminResponse Answer(Exchange& exchange, const AdminBodyFraming& framing) {
  AdminRequest& message = exchange.message;
  exchange.body_unread = framing.has_body();
  if (auto refusal = Refuse(exchange, framing)) return *std::move(refusal);

  const std::string& uri = exchange.request.getURI();
  const std::size_t mark = std::min(uri.find('?'), uri.size());
  message.path = uri.substr(0, mark);
  message.method = exchange.request.getMethod();
  const auto found = FindEndpoint(message.path, message.method);
  if (std::holds_alternative<NoSuchPath>(found)) return NotFound(message);
  if (const auto* other = std::get_if<NoSuchMethod>(&found)) {
    return NotAllowed(message, other->allow);
  }
  const Endpoint& endpoint = *std::get<const Endpoint*>(found);
  exchange.endpoint = endpoint.name;
  if (message.method == "HEAD") message.method = "GET";
  Result<Query> query = Query::Parse(
      std::string_view(uri).substr(std::min(mark + 1, uri.size())));
  if (!query) return BadQuery(message, query.error().message);
  message.query = *std::move(query);

  if (endpoint.body != BodyKind::kNone) {
    std::optional<Problem> problem = CheckMediaType(endpoint, exchange.request);
    if (!problem) {
      problem =
          ReadBody(exchange.request, framing, endpoint.body_max, &message.body);
    }
    if (problem) return ProblemResponse(*problem, message.id);
    exchange.body_unread = false;
  }
  return endpoint.handle(message, exchange.context);
}

AdminResponse AnswerSafely(Exchange& exchange,
                           const AdminBodyFraming& framing) {
  std::string what;
  try {
    return Answer(exchange, framing);
  } catch (const Poco::Exception& error) {
    what = error.displayText();
  } catch (const std::exception& error) {
    what = error.what();
  }
  exchange.close = true;
  Log(LogLevel::kError, "admin.error", "a request could not be answered",
      {{"request_id", exchange.message.id}, {"error", what}});
  return ProblemResponse({.status = 500,
                          .type = "internal",
                          .title = "The request could not be answered",
                          .detail = "the log says more"},
                         exchange.message.id);
}

void Send(const AdminResponse& answer, const Exchange& exchange,
          HTTPServerResponse& response) {
  response.setVersion(Poco::Net::HTTPMessage::HTTP_1_1);
  response.setStatusAndReason(
      static_cast<HTTPResponse::HTTPStatus>(answer.status));
  response.setContentType(answer.content_type);
  response.set("Cache-Control", "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Request-Id", exchange.message.id);
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  if (exchange.close) response.setKeepAlive(false);
  response.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
  std::ostream& out = response.send();
  if (exchange.request.getMethod() != "HEAD") out << answer.body;
  // Or Poco keeps the answer back until the handler is done, and a client whose
  // body is being thrown away would wait for it.
  out.flush();
  if (!out) response.setKeepAlive(false);
}

}  // namespace

void ServeAdminRequest(HTTPServerRequest& request, HTTPServerResponse& response,
                       std::uint16_t port, AdminContext& context) noexcept {
  const Clock::time_point start = Clock::now();
  try {
    Exchange exchange{.request = request, .port = port, .context = context};
    exchange.message.id = RequestIdOf(request);
    const AdminBodyFraming framing = FramingOf(request);
    const AdminResponse answer = AnswerSafely(exchange, framing);
    // What was not read would be taken for the next request; a body without a
    // length may still come; and what follows a chunked body (trailers) is not
    // understood by Poco.
    const bool may_send_body =
        request.getMethod() != "GET" && request.getMethod() != "HEAD";
    exchange.close |=
        exchange.body_unread || context.draining.load() ||
        framing.kind == AdminBodyFraming::Kind::kChunked ||
        (framing.kind == AdminBodyFraming::Kind::kNone && may_send_body);
    Send(answer, exchange, response);
    if (exchange.body_unread) DrainBody(request, framing);
    context.metrics.CountHttpRequest(exchange.endpoint, answer.status,
                                     Clock::now() - start);
  } catch (const std::exception&) {
    // The client went away, or does not take its answer. Not even worth a line:
    // anybody could fill the log so. Poco closes the connection.
    response.setKeepAlive(false);
  }
}

}  // namespace corsac
