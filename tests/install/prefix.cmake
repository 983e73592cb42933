# Installs the build into the scratch prefix, and looks at what is there.
file(REMOVE_RECURSE ${PREFIX})
execute_process(
  COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

foreach(file bin/corsac bin/corsacd share/corsac/haproxy/corsac.lua
    include/corsac/compiler/compile.h
    include/corsac/compiler/diagnostics/codes.def
    ${LIBDIR}/cmake/corsac/corsacConfig.cmake ${LIBDIR}/pkgconfig/corsac.pc
    share/corsac/rules/site.toml share/corsac/rules/examples/tenants.txt
    share/corsac/corsacd.toml share/doc/corsac/operations.md
    lib/systemd/system/corsacd.service lib/sysusers.d/corsac.conf)
  if(NOT EXISTS ${PREFIX}/${file})
    message(FATAL_ERROR "not installed: ${file}")
  endif()
endforeach()

# The installed programs run, and the installed rules compile.
execute_process(
  COMMAND ${PREFIX}/bin/corsac check ${PREFIX}/share/corsac/rules
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${PREFIX}/bin/corsacd --version
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

# The unit starts the program that was installed, whole: a list of CMake would
# have lost semicolons and brackets.
file(READ ${SOURCE}/packaging/systemd/corsacd.service expected)
string(REPLACE "/usr/bin/corsacd" "${PREFIX}/bin/corsacd" expected
  "${expected}")
string(REPLACE "/usr/share/doc" "${PREFIX}/share/doc" expected "${expected}")
file(READ ${PREFIX}/lib/systemd/system/corsacd.service unit)
if(NOT unit STREQUAL expected OR NOT unit MATCHES "ExecStart=${PREFIX}/bin/")
  message(FATAL_ERROR "the installed unit is not that of packaging/")
endif()

# Nothing of the build or the sources shows in what strangers read.
file(GLOB texts ${PREFIX}/${LIBDIR}/cmake/corsac/*.cmake
  ${PREFIX}/${LIBDIR}/pkgconfig/*.pc)
foreach(text ${texts})
  file(READ ${text} contents)
  string(FIND "${contents}" "${BUILD}" place)
  if(NOT place EQUAL -1)
    message(FATAL_ERROR "${text} names the build folder")
  endif()
endforeach()
