# picket_test(NAME name SOURCES files... [LIBS targets...] [LABEL unit] [ARGS ...] [ASAN] [PARALLEL])
#   One doctest program, one CTest; doctest's main is linked in. ./dev test adds up the cases the programs report.
# picket_script_test(NAME name LABEL label COMMAND words... [ASAN] [PARALLEL] [WINDOWS])
#   A script. It finds the program under test in $PICKET and reports its cases by a last line "N passed, N failed".
#   WINDOWS: with picket.exe under wine as well, where it takes its time.
# LABEL unit: run with the sanitizers, side by side; conformance: with the release program too. LABEL system: with the release
#   program (ASAN: with the sanitizers as well), one at a time (PARALLEL allows company). Tests run in the top directory of the tree.
# picket_fuzz(NAME name SOURCES files... [LIBS targets...]): a libFuzzer program, built and run by ./dev fuzz NAME.

if(NOT PICKET_FUZZ)
  add_library(doctest_main STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/doctest_main.cc)
  target_link_libraries(doctest_main PUBLIC deps::doctest)
endif()
if(WIN32)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${CMAKE_SOURCE_DIR}/scripts/wine.sh)
endif()

function(picket_test_properties name label asan parallel)
  set(labels ${label})
  if(asan)
    list(APPEND labels asan)
  endif()
  set(environment PICKET=$<TARGET_FILE:picket> ASAN_OPTIONS=detect_stack_use_after_return=1
    UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=second_deadlock_stack=1:die_after_fork=0:suppressions=${CMAKE_SOURCE_DIR}/cmake/tsan.suppressions)
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT 900 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    ENVIRONMENT "${environment}")
  if(label STREQUAL system AND NOT parallel)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

function(picket_test)
  cmake_parse_arguments(T "ASAN;PARALLEL" "NAME;LABEL" "SOURCES;LIBS;ARGS" ${ARGN})
  if(PICKET_FUZZ)
    return()
  endif()
  if(NOT T_LABEL)
    set(T_LABEL unit)
  endif()
  add_executable(${T_NAME} ${T_SOURCES})
  target_link_libraries(${T_NAME} PRIVATE ${T_LIBS} doctest_main warnings)
  add_test(NAME ${T_NAME} COMMAND ${T_NAME} ${T_ARGS})
  picket_test_properties(${T_NAME} ${T_LABEL} "${T_ASAN}" "${T_PARALLEL}")
endfunction()

function(picket_script_test)
  cmake_parse_arguments(T "ASAN;PARALLEL;WINDOWS" "NAME;LABEL" "COMMAND" ${ARGN})
  if(PICKET_FUZZ OR (WIN32 AND NOT T_WINDOWS))
    return()
  endif()
  add_test(NAME ${T_NAME} COMMAND ${T_COMMAND})
  picket_test_properties(${T_NAME} ${T_LABEL} "${T_ASAN}" "${T_PARALLEL}")
  if(WIN32)
    set_tests_properties(${T_NAME} PROPERTIES TIMEOUT 7200 RUN_SERIAL ON)
  endif()
endfunction()

function(picket_fuzz)
  cmake_parse_arguments(T "" "NAME" "SOURCES;LIBS" ${ARGN})
  if(NOT PICKET_FUZZ)
    return()
  endif()
  add_executable(${T_NAME} ${T_SOURCES})
  target_link_libraries(${T_NAME} PRIVATE ${T_LIBS} warnings)
  target_link_options(${T_NAME} PRIVATE -fsanitize=fuzzer)
endfunction()
