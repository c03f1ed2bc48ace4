# The library build_info: common/basic/build_info.h says what is in it. Only this one file is compiled anew after a commit.

find_package(Git QUIET)
set(depends)
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --path-format=absolute --git-path logs/HEAD
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE head_log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(head_log AND EXISTS ${head_log})
    set(depends ${head_log})  # grows with every commit and checkout
  endif()
endif()

set(out ${CMAKE_BINARY_DIR}/build_info.cc)
if(WIN32)
  set(resources ${CMAKE_BINARY_DIR}/picket.rc)
endif()
add_custom_command(OUTPUT ${out} ${resources}
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUT=${out} -DVERSION=${PROJECT_VERSION} -DGIT=${GIT_EXECUTABLE} -DRESOURCES=${resources}
    -P ${CMAKE_SOURCE_DIR}/cmake/write_build_info.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/common/build_info.cc.in ${CMAKE_SOURCE_DIR}/cli/picket.rc.in ${CMAKE_SOURCE_DIR}/cmake/write_build_info.cmake ${depends}
  COMMENT "build_info.cc" VERBATIM)
add_library(build_info STATIC ${out})
