// Requests and answers of the reference evaluator as text, for the messages of
// failing tests.
// Tested by tests/reference_test.cc.
#include <string>
#include <string_view>

#include "tests/testing/reference_evaluator.h"
#include "tests/testing/reference_text.h"

namespace corsac::testing {
namespace {

// "\x0D" for what is not visible ASCII, so that a message shows every byte.
std::string Visible(std::string_view text) {
  std::string visible;
  for (const char c : text) {
    if (' ' <= c && c <= '~' && c != '\\') {
      visible += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    visible += "\\x";
    visible += "0123456789ABCDEF"[byte / 16];
    visible += "0123456789ABCDEF"[byte % 16];
  }
  return visible;
}

}  // namespace

std::string Describe(const ReferenceRequest& request) {
  std::string text = Visible(request.method) + " " + Visible(request.target) +
                     "\nhost " + Visible(request.host) + "\n";
  for (const auto& [name, value] : request.headers) {
    text += "  " + Visible(name) + ": " + Visible(value) + "\n";
  }
  return text;
}

std::string Describe(const ReferenceAnswer& answer) {
  std::string text = answer.kind + ", " + answer.outcome + ", " +
                     Visible(answer.code) + ", route '" + answer.route +
                     "', status " + std::to_string(answer.status) +
                     (answer.forward ? ", forward" : "") +
                     (answer.close ? ", close" : "") +
                     (answer.keep_upstream ? ", keep upstream" : "") +
                     (answer.expose_expand ? ", expand" : "") + "\n";
  for (const auto& [name, value] : answer.set) {
    text += "  set " + Visible(name) + ": " + Visible(value) + "\n";
  }
  text += "  remove " + Join(answer.remove, " ") + "\n";
  return text;
}

}  // namespace corsac::testing
