// Used by tests/runtime/http_random_test.cc and tests/runtime/
// http_peers_test.cc.
#include "tests/testing/http_generator.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace corsac::testing {
namespace {

using Texts = std::vector<std::string_view>;

// A target that ends in `b` gets its body read, one that ends in `L` a large
// answer (http_comparison.cc).
std::string Target(Choices& choices) {
  static const Texts targets = {
      "/b",
      "/",
      "/a",
      "/v1/preflight",
      "/v1/authz/ext-authz/x?y=1&z=b",
      "/a%20b",
      "/?",
      "*",
      "http://h.example/b",
      "http://h.example",
      "HTTPS://h.example:8443/x?y=/b",
      "http://h.example?q=/b",
      "http:///b",
      "http://u@h.example/b",
      "ftp://h.example/b",
      "h.example:443",
      "//b",
      "/a#b",
      "/\"<>\\^`{|}~b",
      "/\200\377b",
      "b",
  };
  if (choices.OneIn(3)) return std::string(choices.From(targets));
  if (choices.OneIn(60)) return "/L";
  if (choices.OneIn(40)) return "/" + std::string(choices.Below(700), 'l');
  return choices.OneIn(2) ? "/a" : "/b";
}

std::string Method(Choices& choices) {
  static const Texts methods = {"GET",     "POST",  "OPTIONS", "HEAD",
                                "PUT",     "PATCH", "DELETE",  "PROPFIND",
                                "CONNECT", "TRACE", "get",     "M-SEARCH",
                                "",        "G@T",   "PRI"};
  if (choices.OneIn(60)) {
    std::string method(60 + choices.Below(8), 'M');
    return method;
  }
  if (choices.OneIn(8)) return std::string(choices.From(methods));
  return std::string(methods[choices.Below(5)]);
}

std::string Version(Choices& choices) {
  static const Texts versions = {
      "HTTP/1.0", "HTTP/1.2",  "HTTP/2.0",  "HTTP/0.9", "http/1.1", "HTTP/11",
      "HTTP/1.",  "HTTP/1.10", "HTTP/1.1 ", "FOO",      "",         "HTTP/x.1"};
  if (choices.OneIn(6)) return "HTTP/1.0";
  if (choices.OneIn(30)) return std::string(choices.From(versions));
  return "HTTP/1.1";
}

std::string Letters(Choices& choices, std::size_t max) {
  const std::size_t size = choices.Below(max + 1);
  std::string letters(size, static_cast<char>('a' + choices.Below(26)));
  return letters;
}

// A line that says nothing about framing.
std::string OrdinaryLine(Choices& choices) {
  static const Texts lines = {
      "Origin: https://a.example",
      "Origin:https://a.example",
      "Origin: \t https://a.example \t ",
      "Access-Control-Request-Method: PUT",
      "X-Empty:",
      "X-Blank:   ",
      "X!#$%&'*+-.^_`|~9: y",
      "X-High: \x80\xFF",
      "X-Tab: a\tb",
      "Cookie: a=b; c=\"d\"",
      "Connection: close",
      "Connection: keep-alive",
      "Connection: x, Close",
      "Connection: keep-alive, close",
      "Upgrade: websocket",
      "Expect: 100-continue",
      "Expect: 100-Continue",
      "X-Long-Name-Of-More-Than-Sixteen-Bytes: v",
  };
  if (choices.OneIn(4)) {
    return "X-" + Letters(choices, 40) + ": " + Letters(choices, 60);
  }
  return std::string(choices.From(lines));
}

std::string TrickyLine(Choices& choices) {
  static const Texts lines = {
      "Host: h.example",
      "Host: h.example:80",
      "Host:",
      "Host: a b",
      "Host: u@h",
      "Host: h/p",
      "Host: a, b",
      "Content-Length: 5",
      "Content-Length: 0",
      "Content-Length : 5",
      "Content-Length: +5",
      "Content-Length: -5",
      "Content-Length: 5, 5",
      "Content-Length: 1,000",
      "Content-Length: 0x5",
      "Content-Length: 000000000000000005",
      "Content-Length: 0000000000000000005",
      "Content-Length: 999999999999999999",
      "Content-Length: 18446744073709551621",
      "Content-Length:",
      "Transfer-Encoding: chunked",
      "Transfer-Encoding: Chunked",
      "Transfer-Encoding: gzip, chunked",
      "Transfer-Encoding: xchunked",
      "Transfer-Encoding: identity",
      "Transfer-Encoding: chunked, chunked",
      "Transfer-Encoding:",
      "Transfer-Encoding : chunked",
      "Expect: 200-ok",
      "Expect:",
      " folded",
      "\tfolded",
      "no colon",
      ": no name",
      "X y: z",
      "X\x7F: z",
      "\xFFX: z",
      "X: a\rb",
  };
  return std::string(choices.From(lines));
}

std::string Hex(std::size_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (; number > 0; number /= 16) text.insert(0, 1, kDigits[number % 16]);
  return text.empty() ? "0" : text;
}

std::string Chunks(const std::string& data, Choices& choices) {
  std::string out;
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t size =
        std::min(data.size() - at, 1 + choices.Below(data.size()));
    if (choices.OneIn(8)) out += "00";
    out += Hex(size) + "\r\n" + data.substr(at, size) + "\r\n";
    at += size;
  }
  static const Texts ends = {"0\r\n\r\n",         "00000000\r\n\r\n",
                             "000000000\r\n\r\n", "0\r\nT: x\r\n\r\n",
                             "0;x\r\n\r\n",       "0\n\n",
                             "-1\r\n\r\n",        "g\r\n\r\n",
                             "ffffffff\r\nx",     ""};
  return out + std::string(choices.OneIn(6) ? choices.From(ends) : ends[0]);
}

// Changes a byte, takes bytes away, doubles some, or spoils a line end.
void Mutate(std::string* text, Choices& choices) {
  if (text->empty()) return;
  const std::size_t at =
      choices.Below(std::min<std::size_t>(text->size(), 65536));
  const std::size_t count = std::min(text->size() - at, 1 + choices.Below(6));
  switch (choices.Below(7)) {
    case 0:
      (*text)[at] = static_cast<char>(choices.Below(256));
      break;
    case 1:
      text->erase(at, count);
      break;
    case 2:
      text->insert(at, text->substr(at, count));
      break;
    case 3: {
      static const Texts bytes = {"\r\n", "\n", "\r",   " ",    "\t",
                                  ":",    ",",  "\x7F", "\xFF", "#"};
      text->insert(at, choices.OneIn(12) ? std::string(1, '\0')
                                         : std::string(choices.From(bytes)));
      break;
    }
    case 4: {
      const std::size_t end = text->find("\r\n", at);
      if (end != std::string::npos) text->erase(end, 1);
      break;
    }
    case 5: {
      const std::size_t end = text->find("\r\n", at);
      if (end != std::string::npos) text->erase(end + 1, 1);
      break;
    }
    default:
      text->resize(at);
      break;
  }
}

std::string Head(Choices& choices, const std::string& framing) {
  std::string head;
  if (choices.OneIn(20)) head += choices.OneIn(4) ? "\r\n\r\n" : "\r\n";
  head += Method(choices) + " " + Target(choices) + " " + Version(choices);
  std::vector<std::string> lines = {"Host: h.example"};
  if (choices.OneIn(30)) lines.clear();
  if (!framing.empty()) lines.push_back(framing);
  for (std::size_t more = choices.Below(6); more > 0; --more) {
    lines.push_back(OrdinaryLine(choices));
  }
  if (choices.OneIn(50)) lines.resize(7 + choices.Below(5), "X: y");
  if (choices.OneIn(6)) {
    const std::string line = TrickyLine(choices);
    const std::size_t at = choices.Below(lines.size() + 1);
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), line);
  }
  for (const std::string& line : lines) head += "\r\n" + line;
  return head + "\r\n\r\n";
}

std::string Request(Choices& choices) {
  if (choices.OneIn(2)) return Head(choices, "");
  const std::string body = Letters(choices, 72);
  if (choices.OneIn(2)) {
    const std::string chunks = Chunks(body, choices);
    return Head(choices, "Transfer-Encoding: chunked") + chunks;
  }
  std::size_t length = body.size();
  if (choices.OneIn(10)) length += choices.Below(8);
  return Head(choices, "Content-Length: " + std::to_string(length)) + body;
}

}  // namespace

std::string GenerateHttpHead(Choices& choices) {
  std::string head = Head(choices, "");
  if (choices.OneIn(3)) Mutate(&head, choices);
  return head;
}

std::string GenerateHttpStream(Choices& choices) {
  std::string stream;
  for (std::size_t count = 1 + choices.Below(5); count > 0; --count) {
    stream += Request(choices);
  }
  if (choices.OneIn(2)) Mutate(&stream, choices);
  if (choices.OneIn(8)) Mutate(&stream, choices);
  return stream;
}

std::vector<std::size_t> GenerateCuts(Choices& choices, std::size_t size) {
  std::vector<std::size_t> cuts;
  if (size == 0) return cuts;
  if (choices.OneIn(20)) {
    for (std::size_t at = 1; at < size; ++at) cuts.push_back(at);
    return cuts;
  }
  const std::size_t bound = std::min<std::size_t>(size, 65536);
  for (std::size_t count = choices.Below(5); count > 0; --count) {
    cuts.push_back(choices.Below(bound));
  }
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

}  // namespace corsac::testing
