// The browser-like requests of the benchmarks. corpus_test.cc counts their
// lines.
#include "bench/requests.h"

#include <string>
#include <string_view>

namespace corsac::bench {
namespace {

constexpr std::string_view kUserAgent =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36";

}  // namespace

Request::Request(std::string_view method, std::string_view target)
    : method_(Keep(method)), target_(Keep(target)) {}

std::string_view Request::Keep(std::string_view text) {
  return bytes_.emplace_back(text);
}

void Request::Add(std::string_view name, std::string_view value) {
  if (name == "Origin") origin_line_ = fields_.size();
  const std::string_view kept_name = Keep(name);
  fields_.push_back({kept_name, Keep(value)});
}

void AddPreflightLines(std::string_view origin, Request* request) {
  request->Add("Host", "api.example.com");
  request->Add("Connection", "keep-alive");
  request->Add("Pragma", "no-cache");
  request->Add("Cache-Control", "no-cache");
  request->Add("Accept", "*/*");
  request->Add("Access-Control-Request-Method", "PUT");
  request->Add("Access-Control-Request-Headers", "content-type,x-csrf");
  request->Add("Origin", origin);
  request->Add("User-Agent", kUserAgent);
  request->Add("Sec-Fetch-Mode", "cors");
  request->Add("Sec-Fetch-Site", "cross-site");
  request->Add("Sec-Fetch-Dest", "empty");
  request->Add("Referer", "https://app.example.com/");
  request->Add("Accept-Encoding", "gzip, deflate, br, zstd");
  request->Add("Accept-Language", "en-US,en;q=0.9");
}

void AddActualLines(std::string_view origin, Request* request) {
  request->Add("Host", "api.example.com");
  request->Add("Connection", "keep-alive");
  request->Add("sec-ch-ua-platform", "\"Linux\"");
  request->Add("Authorization", "Bearer 0123456789abcdef0123456789abcdef");
  request->Add("User-Agent", kUserAgent);
  request->Add("sec-ch-ua", "\"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"");
  request->Add("sec-ch-ua-mobile", "?0");
  request->Add("Accept", "application/json");
  request->Add("Origin", origin);
  request->Add("Sec-Fetch-Site", "cross-site");
  request->Add("Sec-Fetch-Mode", "cors");
  request->Add("Sec-Fetch-Dest", "empty");
  request->Add("Referer", "https://app.example.com/");
  request->Add("Accept-Encoding", "gzip, deflate, br, zstd");
  request->Add("Accept-Language", "en-US,en;q=0.9");
}

}  // namespace corsac::bench
