# What `cmake --install` lays down: the three libraries with their public
# headers, the two programs, example rules, and what find_package(corsac) and
# pkg-config read. tests/install/ builds a consumer of each kind.

include(CMakePackageConfigHelpers)

# In-tree includes start at the root, and so do a consumer's:
# #include "compiler/compile.h" works below include/corsac/.
set(CORSAC_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR}/corsac)

# corsac_public_headers(NAME HEADER...): public headers of library NAME, as
# paths from the root. Each compiles alone (all_verify_interface_header_sets).
function(corsac_public_headers name)
  target_sources(corsac_${name} PUBLIC FILE_SET HEADERS
    BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARGN})
endfunction()

corsac_public_headers(table
  ${PROJECT_SOURCE_DIR}/compiler/check.h
  ${PROJECT_SOURCE_DIR}/compiler/diagnostics/codes.h
  ${PROJECT_SOURCE_DIR}/compiler/diagnostics/finding.h
  ${PROJECT_SOURCE_DIR}/compiler/limits.h
  ${PROJECT_SOURCE_DIR}/compiler/origins/origin.h
  ${PROJECT_SOURCE_DIR}/compiler/result.h
  ${PROJECT_SOURCE_DIR}/compiler/table/policy_table.h)
corsac_public_headers(compiler
  ${PROJECT_SOURCE_DIR}/compiler/compile.h
  ${PROJECT_SOURCE_DIR}/compiler/diagnostics/render.h
  ${PROJECT_SOURCE_DIR}/compiler/source/source_set.h)
corsac_public_headers(runtime
  ${PROJECT_SOURCE_DIR}/runtime/decision/console_text.h
  ${PROJECT_SOURCE_DIR}/runtime/decision/decision.h
  ${PROJECT_SOURCE_DIR}/runtime/decision/decision_json.h
  ${PROJECT_SOURCE_DIR}/runtime/decision/decision_request.h
  ${PROJECT_SOURCE_DIR}/runtime/decision/evaluate.h
  ${PROJECT_SOURCE_DIR}/runtime/decision/explain.h
  ${PROJECT_SOURCE_DIR}/runtime/decision/near_miss.h
  ${PROJECT_SOURCE_DIR}/runtime/decision/request_view.h
  ${PROJECT_SOURCE_DIR}/runtime/store/policy_store.h)

# The catalogue is included by codes.h and does not stand alone.
target_sources(corsac_table PUBLIC FILE_SET catalogue TYPE HEADERS
  BASE_DIRS ${PROJECT_SOURCE_DIR}
  FILES ${PROJECT_SOURCE_DIR}/compiler/diagnostics/codes.def)
set_target_properties(corsac_table PROPERTIES
  INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)

install(TARGETS corsac_table EXPORT corsacTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CORSAC_INCLUDEDIR}
  FILE_SET catalogue DESTINATION ${CORSAC_INCLUDEDIR})
install(TARGETS corsac_compiler corsac_runtime EXPORT corsacTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CORSAC_INCLUDEDIR})
foreach(program corsac corsacd)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

set(CORSAC_CMAKEDIR ${CMAKE_INSTALL_LIBDIR}/cmake/corsac)
install(EXPORT corsacTargets NAMESPACE corsac::
  DESTINATION ${CORSAC_CMAKEDIR})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/corsacConfig.cmake.in
  ${PROJECT_BINARY_DIR}/corsacConfig.cmake
  INSTALL_DESTINATION ${CORSAC_CMAKEDIR})
# Until 1.0 a minor version may break what an earlier one had.
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/corsacConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/corsacConfig.cmake
  ${PROJECT_BINARY_DIR}/corsacConfigVersion.cmake
  DESTINATION ${CORSAC_CMAKEDIR})

# Relative, so that the prefix may be chosen when installing.
file(RELATIVE_PATH CORSAC_PC_TO_PREFIX
  /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/corsac.pc.in
  ${PROJECT_BINARY_DIR}/corsac.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/corsac.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/rules
  DESTINATION ${CMAKE_INSTALL_DATADIR}/corsac)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/haproxy/corsac.lua
  DESTINATION ${CMAKE_INSTALL_DATADIR}/corsac/haproxy)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/
  DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")

# The service. Its settings are those of the machine, in /etc, whatever the
# prefix: an example lies beside the example rules, for the administrator to
# copy. Units and users are looked for below /usr/lib and /usr/local/lib. The
# unit speaks of /usr, and gets the prefix that is chosen when installing.
install(FILES ${PROJECT_SOURCE_DIR}/packaging/corsacd.toml
  DESTINATION ${CMAKE_INSTALL_DATADIR}/corsac)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/systemd/corsac.sysusers
  DESTINATION lib/sysusers.d RENAME corsac.conf)
install(CODE "
  file(READ \"${PROJECT_SOURCE_DIR}/packaging/systemd/corsacd.service\" unit)
  foreach(place ${CMAKE_INSTALL_BINDIR}/corsacd ${CMAKE_INSTALL_DOCDIR}/)
    string(REPLACE \"/usr/\${place}\" \"\${CMAKE_INSTALL_PREFIX}/\${place}\"
      unit \"\${unit}\")
  endforeach()
  set(folder \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/systemd/system\")
  message(STATUS \"Installing: \${folder}/corsacd.service\")
  file(WRITE \"\${folder}/corsacd.service\" \"\${unit}\")")
