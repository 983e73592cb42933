# What every target of the project is compiled with, and the helper functions
# that the folders use.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(CORSAC_WERROR "Treat warnings as errors" OFF)
set(CORSAC_SANITIZE "" CACHE STRING
  "Sanitizers to build with, as -fsanitize= takes them (address,undefined or thread)")

add_library(corsac_options INTERFACE)
target_compile_features(corsac_options INTERFACE cxx_std_20)
target_compile_options(corsac_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough
  $<$<BOOL:${CORSAC_WERROR}>:-Werror>
  # GCC bug 105329: a false warning about "a" + std::string + "b".
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  # libstdc++ 12's std::stable_sort uses what clang 19 says is deprecated.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
target_compile_definitions(corsac_options INTERFACE
  $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(CORSAC_SANITIZE)
  target_compile_options(corsac_options INTERFACE
    -fsanitize=${CORSAC_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(corsac_options INTERFACE -fsanitize=${CORSAC_SANITIZE})
endif()
if(CORSAC_FUZZERS)
  target_compile_options(corsac_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# corsac_library(NAME): the static library corsac_NAME, also called
# corsac::NAME. Its folders add their files with target_sources().
function(corsac_library name)
  add_library(corsac_${name} STATIC)
  add_library(corsac::${name} ALIAS corsac_${name})
  set_target_properties(corsac_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(corsac_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_compile_features(corsac_${name} PUBLIC cxx_std_20)
  target_link_libraries(corsac_${name} PRIVATE
    $<BUILD_INTERFACE:corsac_options>)
endfunction()

# corsac_program(NAME SOURCE...): a program of this project, built as bin/NAME.
function(corsac_program name)
  add_executable(${name} ${ARGN})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  target_link_libraries(${name} PRIVATE corsac_options)
endfunction()
