// Texts that a regex may match, for `corsac bench` to ask about.
#ifndef CORSAC_COMPILER_CLI_REGEX_SAMPLE_H_
#define CORSAC_COMPILER_CLI_REGEX_SAMPLE_H_

#include <string>
#include <string_view>
#include <vector>

namespace corsac::cli {

// A few texts made by walking along `pattern`: the first alternative of each
// group, optional parts once left out and once taken, the first likely byte of
// each class. A guess: the caller asks the regex. Never fails; O(pattern) and a
// bounded number of repeats.
std::vector<std::string> RegexSamples(std::string_view pattern);

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_REGEX_SAMPLE_H_
