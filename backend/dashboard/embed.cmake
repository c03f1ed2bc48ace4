# Embeds backend/dashboard/dist: each file gzip'd, as a row of a table. -DOUTPUT: the source that is made; its header is made beside it.
#
#   struct DashboardFile { name, type, data (gzip'd), data_size, size (inflated), etag };
#   kDashboardFiles, kDashboardFilesCount, kDashboardHash: the digits in the addresses /_/HASH/NAME.
#
# dist/ is committed; who changes it by hand, or without `./dev dashboard`, is told so here: the page names the digits of its assets.
cmake_minimum_required(VERSION 3.25)
set(dist ${CMAKE_CURRENT_LIST_DIR}/dist)
set(TYPE_js "text/javascript; charset=utf-8")
set(TYPE_css "text/css; charset=utf-8")
set(TYPE_svg "image/svg+xml")
set(TYPE_html "text/html; charset=utf-8")
set(TYPE_txt "text/plain; charset=utf-8")

file(GLOB names RELATIVE ${dist} ${dist}/*)
list(REMOVE_ITEM names sources.sha256)
list(SORT names)

# The digits, as build.mjs makes them: of lines as sha256sum prints them, of all assets.
foreach(name ${names})
  file(SHA256 ${dist}/${name} digest)
  if(NOT name STREQUAL index.html)
    string(APPEND lines "${digest}  ${name}\n")
  endif()
endforeach()
string(SHA256 hash "${lines}")
string(SUBSTRING ${hash} 0 12 hash)
file(READ ${dist}/index.html page)
if(NOT page MATCHES "/_/${hash}/app.js")
  message(FATAL_ERROR "backend/dashboard/dist is not as it was built (${hash}): run ./dev dashboard, and do not edit it")
endif()

find_program(GZIP gzip REQUIRED)
foreach(name ${names})
  get_filename_component(ending ${name} LAST_EXT)
  string(SUBSTRING ${ending} 1 -1 ending)
  execute_process(COMMAND ${GZIP} -9nc ${dist}/${name} OUTPUT_FILE ${OUTPUT}.gz COMMAND_ERROR_IS_FATAL ANY)
  file(READ ${OUTPUT}.gz hex HEX)
  file(SIZE ${OUTPUT}.gz gzip_size)
  file(SIZE ${dist}/${name} size)
  file(SHA256 ${dist}/${name} etag)
  string(SUBSTRING ${etag} 0 16 etag)
  string(REGEX REPLACE "(................................................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(MAKE_C_IDENTIFIER "k_${name}" identifier)
  string(APPEND arrays "const unsigned char ${identifier}[] = {\n${bytes}};\n")
  string(APPEND rows "    {\"${name}\", \"${TYPE_${ending}}\", ${identifier}, ${gzip_size}, ${size}, \"\\\"${etag}\\\"\"},\n")
endforeach()
file(REMOVE ${OUTPUT}.gz)
list(LENGTH names count)

get_filename_component(folder ${OUTPUT} DIRECTORY)
file(WRITE ${folder}/dashboard_files.h "// Made from backend/dashboard/dist.
#pragma once
#include <cstddef>
namespace picket {
// `data`: gzip'd, data_size bytes; `size`: of what comes out of it.
struct DashboardFile { const char *name, *type; const unsigned char* data; size_t data_size, size; const char* etag; };
constexpr size_t kDashboardFilesCount = ${count};
extern const DashboardFile kDashboardFiles[kDashboardFilesCount];
constexpr const char* kDashboardHash = \"${hash}\";
}  // namespace picket
")
file(WRITE ${OUTPUT} "// Made from backend/dashboard/dist.
#include \"dashboard_files.h\"
namespace picket {
namespace {
${arrays}}  // namespace
extern const DashboardFile kDashboardFiles[kDashboardFilesCount] = {
${rows}};
}  // namespace picket
")
