// Random rule sources in the form of an Ir: small worlds in which hosts, paths
// and origins nearly collide, since that is where indexes go wrong.
#ifndef CORSAC_TESTS_TESTING_IR_GENERATOR_H_
#define CORSAC_TESTS_TESTING_IR_GENERATOR_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/ir.h"
#include "tests/testing/choices.h"

namespace corsac::testing {

struct IrShape {
  std::size_t routes = 8;
  std::size_t policies = 6;
  std::size_t origin_sets = 5;
  std::size_t rules = 6;  // of each kind in a set
  bool regexes = true;
};

// A valid Ir: what ResolveCheckLower() could return.
Ir GenerateIr(Choices& choices, const IrShape& shape = {});

// Whether no rule decides between two routes that can match one request; a
// valid Ir has no such pair.
bool RoutesTie(const IrRoute& a, const IrRoute& b);

// Hosts that have suffixes of each other, with and without a label boundary.
inline constexpr std::array<std::string_view, 20> kHosts = {"example.com",
                                                            "a.example.com",
                                                            "b.a.example.com",
                                                            "barexample.com",
                                                            "bar.example.com",
                                                            "foo.com",
                                                            "bar.com",
                                                            "barfoo.com",
                                                            "localhost",
                                                            "a.localhost",
                                                            "com",
                                                            "a.com",
                                                            "xn--bcher.test",
                                                            "under_score.com",
                                                            "-dash-.com",
                                                            "example.com.",
                                                            "[::1]",
                                                            "127.0.0.1",
                                                            "[2001:db8::1]",
                                                            "10.0.0.1"};

struct SampleRegex {
  std::string_view pattern;
  std::string_view match;  // an origin that it matches
};
inline constexpr std::array<SampleRegex, 8> kRegexes = {{
    {"https://pr-[0-9]+\\.example\\.com", "https://pr-12.example.com"},
    {"https://[^.]+\\.example\\.com", "https://a.example.com"},
    {"https?://a\\.com(:[0-9]+)?", "http://a.com:3000"},
    {"https://(foo|bar)\\.com", "https://bar.com"},
    {"https://foo\\.com|https://bar\\.com:8443", "https://bar.com:8443"},
    {"^https://a\\.example\\.com$", "https://a.example.com"},
    {"(?i)HTTPS://FOO\\.com", "https://foo.com"},
    {"capacitor://.*", "capacitor://localhost"},
}};

inline constexpr std::array<std::string_view, 12> kMethods = {
    "PUT",     "GET",   "DELETE",   "POST", "HEAD",  "PATCH",
    "OPTIONS", "patch", "PROPFIND", "X!~",  "PURGE", "Put"};
inline constexpr std::array<std::string_view, 14> kHeaderNames = {
    "x-a",
    "content-type",
    "authorization",
    "x-b",
    "x-csrf",
    "accept",
    "range",
    "x-a-b",
    "x",
    "x-total",
    "x_under",
    "cookie",
    "sec-gpc",
    "x-abcdefghijklmnopqrstuvwxyz"};
inline constexpr std::array<std::string_view, 8> kSegments = {
    "a", "b", "api", "A", "a%2Fb", "orders", "~x", "a.b"};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_IR_GENERATOR_H_
