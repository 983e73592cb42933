#!/bin/sh
# .ci/check_layers and .ci/check_text find what they are for: each rule is
# broken on purpose in a small tree of its own.
#
# checks_test.sh ROOT
set -eu

root=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# A tree with nothing wrong in it.
fresh() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/compiler/cli" "$tree/compiler/table" "$tree/compiler/syntax" \
    "$tree/runtime/decision" "$tree/runtime/admin" "$tree/bench" \
    "$tree/tests/testing"
  printf '// What it is.\n#include <string>\n\n#include "compiler/table/t.h"\n' \
    >"$tree/compiler/compile.cc"
  printf '%s\n' '// A table.' '#ifndef CORSAC_COMPILER_TABLE_T_H_' \
    '#define CORSAC_COMPILER_TABLE_T_H_' '#endif' >"$tree/compiler/table/t.h"
}

# expect CHECK WHAT: the check fails and says WHAT.
expect() {
  if output=$("$root/.ci/$1" "$tree" 2>&1); then
    echo "$1 did not notice: $2"
    failed=1
  elif ! printf '%s\n' "$output" | grep -qF -- "$2"; then
    echo "$1 did not say '$2' but:"
    printf '%s\n' "$output"
    failed=1
  fi
}

# include FILE HEADER WHAT: an include that must be refused.
include() {
  fresh
  printf '// What it is.\n#include %s\n' "$2" >"$tree/$1"
  expect check_layers "$3"
}

# text FILE LINE WHAT: a line that must be refused.
text() {
  fresh
  printf '// What it is.\n# What it is.\n%b\n' "$2" >"$tree/$1"
  expect check_text "$3"
}

fresh
for check in check_layers check_text; do
  if ! output=$("$root/.ci/$check" "$tree" 2>&1); then
    echo "$check complains about a clean tree:"
    printf '%s\n' "$output"
    failed=1
  fi
done

include compiler/a.cc '"runtime/decision/decision.h"' \
  'compiler/a.cc:2: error: includes "runtime/decision/decision.h"'
include compiler/a.cc '"compiler/cli/a.h"' 'for the program alone'
include compiler/cli/a.cc '"runtime/admin/a.h"' 'compiler/cli/ may use'
include compiler/table/a.cc '"compiler/syntax/ast.h"' 'the table may not use'
include runtime/decision/a.cc '"compiler/compile.h"' 'evaluation may use'
include runtime/decision/a.cc '"runtime/admin/a.h"' 'evaluation may use'
include runtime/admin/a.cc '"tests/testing/a.h"' 'runtime/ may use'
include runtime/admin/a.cc '"compiler/cli/a.h"' 'for the program alone'
include tests/testing/reference_a.cc '"compiler/table/policy_table.h"' \
  'must not share code'
include tests/testing/reference_a.cc '"runtime/decision/evaluate.h"' \
  'must not share code'
include bench/a.cc '"tests/testing/a.h"' 'bench/ may not use tests/'
include compiler/a.cc '<toml++/toml.h>' 'toml++ stays'
include compiler/syntax/a.h '<toml++/toml.h>' 'toml++ stays'
include compiler/syntax/a.cc '<re2/re2.h>' 'RE2 stays'
include compiler/syntax/a.cc '<idn2.h>' 'libidn2 stays'
include runtime/admin/a.cc '<xxhash.h>' 'xxhash stays'
include runtime/decision/a.cc '<Poco/Net/HTTPServer.h>' 'Poco and prometheus'
include bench/a.cc '<Poco/Net/HTTPServer.h>' 'Poco and prometheus'
include compiler/a.cc '<prometheus/counter.h>' 'Poco and prometheus'
include compiler/a.h '<nlohmann/json.hpp>' 'not in a header'
include runtime/admin/a.cc '<gtest/gtest.h>' 'GoogleTest stays'
include tests/testing/a.cc '<benchmark/benchmark.h>' 'Google Benchmark stays'
include compiler/a.cc '<boost/optional.hpp>' 'a library that has no door'
include compiler/a.cc '"compiler/table/table_impl.h"' 'private to'
include compiler/a.cc '"compile.h"' 'from the top of the tree'
include compiler/a.cc '<compiler/compile.h>' 'write "…"'

text compiler/a.cc '// TO''DO: later' 'do something later'
text compiler/a.cc 'TEST(A, DISABLED_B)' 'switched off'
text compiler/a.cc '// Not implemented.' 'unfinished'
text compiler/a.cc '// see /work/main' 'a path of one machine'
text compiler/a.cc '// see ../shared/x' 'outside the tree'
text compiler/a.cc '// blank ' 'a blank at the end'
text bench/run '# carriage\r' 'a carriage return'
text compiler/a.h '#ifndef WRONG_' 'the include guard is not CORSAC_COMPILER_A_H_'

fresh
echo 'int x;' >"$tree/compiler/a.cc"
expect check_text 'compiler/a.cc:1: error: the file does not open with'
fresh
echo 'add_library(x)' >"$tree/CMakeLists.txt"
expect check_text 'CMakeLists.txt:1: error: the file does not open'
fresh
{ echo '// What it is.'; seq 1 700 | sed 's|^|// |'; } >"$tree/compiler/a.cc"
expect check_text 'over 600 lines'

exit "$failed"
