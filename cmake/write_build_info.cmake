# cmake -DSOURCE= -DOUT= -DVERSION= -DGIT= [-DRESOURCES=] -P this: fills in common/build_info.cc.in, and cli/picket.rc.in. The version is that of git's tags
# (scripts/version.sh), VERSION where there is no git.
# The date is SOURCE_DATE_EPOCH's, else the commit's, so that the same commit builds the same binary.
set(SHA unknown)
set(DATE unknown)
if(GIT)
  set(ENV{TZ} UTC)
  execute_process(COMMAND ${GIT} log -1 --format=%h,%cd --abbrev=12 --date=format-local:%Y-%m-%dT%H:%M:%SZ
    WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE log OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed AND log MATCHES "^([^,]+),(.+)$")
    set(SHA ${CMAKE_MATCH_1})
    set(DATE ${CMAKE_MATCH_2})
  endif()
endif()
execute_process(COMMAND sh ${SOURCE}/scripts/version.sh ${VERSION} OUTPUT_VARIABLE tagged OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
  RESULT_VARIABLE failed)
if(NOT failed AND tagged)
  set(VERSION ${tagged})
endif()
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  string(TIMESTAMP DATE "%Y-%m-%dT%H:%M:%SZ" UTC)
endif()
configure_file(${SOURCE}/common/build_info.cc.in ${OUT} @ONLY)
if(RESOURCES)  # of Windows, which counts in four numbers
  set(NUMBERS 0,0,0,0)
  if(VERSION MATCHES "^([0-9]+)\\.([0-9]+)\\.([0-9]+)")
    set(NUMBERS ${CMAKE_MATCH_1},${CMAKE_MATCH_2},${CMAKE_MATCH_3},0)
  endif()
  configure_file(${SOURCE}/cli/picket.rc.in ${RESOURCES} @ONLY)
endif()
