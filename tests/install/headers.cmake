# Every installed header compiles with nothing but what is installed: none of
# them includes one that stayed behind.
file(GLOB_RECURSE headers RELATIVE ${PREFIX}/include/corsac
  ${PREFIX}/include/corsac/*.h)
if(NOT headers)
  message(FATAL_ERROR "no header is installed")
endif()
file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH})
set(source "")
foreach(header ${headers})
  string(APPEND source "#include \"${header}\"\n")
endforeach()
file(WRITE ${SCRATCH}/all.cc "${source}")
execute_process(
  COMMAND ${CXX} -std=c++20 -Wall -Wextra -Werror -fsyntax-only
    -I${PREFIX}/include/corsac ${SCRATCH}/all.cc
  COMMAND_ERROR_IS_FATAL ANY)
