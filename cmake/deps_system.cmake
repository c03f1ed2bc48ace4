# -DDEPS=system: the distribution's libraries, for packagers; best with -DPICKET_TLS=openssl, as Debian 12's mbedTLS is 2.28
# (TLS 1.2 alone, no names that are addresses). Packages: libuv1-dev libwebsockets-dev libwebsockets-evlib-uv libmbedtls-dev or libssl-dev, libcjson-dev
# libinih-dev libyaml-dev libsqlite3-dev duktape-dev zlib1g-dev libarchive-dev libhttp-parser-dev
# pkg-config

find_package(PkgConfig REQUIRED)
function(deps_from_pkg_config name module)  # NAME MODULE [what deps_library takes]
  pkg_check_modules(${name}_pc REQUIRED IMPORTED_TARGET ${module})
  deps_library(${name} LIBS PkgConfig::${name}_pc ${ARGN})
endfunction()

deps_from_pkg_config(uv libuv)
deps_from_pkg_config(zlib zlib)
deps_from_pkg_config(cjson libcjson)
deps_from_pkg_config(inih inih DEFINE INI_HANDLER_LINENO=1)  # Debian's is built so and does not say it
deps_from_pkg_config(yaml yaml-0.1)
deps_from_pkg_config(sqlite sqlite3)
deps_from_pkg_config(archive libarchive)

find_library(http_parser_library http_parser REQUIRED)
deps_library(httpparser LIBS ${http_parser_library})

if(PICKET_TLS STREQUAL mbedtls)
  find_library(mbedtls_library mbedtls REQUIRED)
  find_library(mbedx509_library mbedx509 REQUIRED)
  find_library(mbedcrypto_library mbedcrypto REQUIRED)
  deps_library(tls LIBS ${mbedtls_library} ${mbedx509_library} ${mbedcrypto_library})
  if(NOT EXISTS /usr/include/mbedtls/build_info.h)  # mbedTLS 2.28
    target_compile_options(deps::tls INTERFACE -include ${CMAKE_SOURCE_DIR}/cmake/mbedtls_2.h)
  endif()
endif()

deps_from_pkg_config(lws libwebsockets)
# lws 4.1 unloads its plugin for libuv while libuv still has callbacks into it; linked, it stays.
find_library(lws_uv_plugin NAMES libwebsockets-evlib_uv.so PATH_SUFFIXES libwebsockets)
target_link_libraries(deps::lws INTERFACE deps::uv $<$<BOOL:${lws_uv_plugin}>:-Wl,--push-state,--no-as-needed,${lws_uv_plugin},--pop-state>)

# libxcrypt's crypt_r, which does bcrypt; without it passwords are kept as PBKDF2.
find_library(crypt_library crypt)
if(crypt_library)
  deps_library(bcrypt LIBS ${crypt_library} DEFINE HAVE_CRYPT=1)
else()
  deps_library(bcrypt)
endif()

# Debian's libduktape cannot stop a script that runs for too long; its package has the source.
find_path(duktape_source duktape.c PATHS /usr/share/duktape REQUIRED)
file(READ ${duktape_source}/duk_config.h duk_config)
string(REPLACE "#undef DUK_USE_INTERRUPT_COUNTER" "#define DUK_USE_INTERRUPT_COUNTER" duk_config "${duk_config}")
string(REPLACE "#undef DUK_USE_EXEC_TIMEOUT_CHECK" "#define DUK_USE_EXEC_TIMEOUT_CHECK(udata) picket_duk_timeout(udata)
#ifdef __cplusplus
extern \"C\"
#else
extern
#endif
unsigned int picket_duk_timeout(void *udata);" duk_config "${duk_config}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/duktape/duk_config.h CONTENT "${duk_config}" @ONLY)
# The same bound on regular expressions as scripts/deps.sh sets. Not with file(READ): CMake's lists would eat brackets and semicolons.
execute_process(OUTPUT_FILE ${CMAKE_BINARY_DIR}/duktape/duktape.c COMMAND_ERROR_IS_FATAL ANY
  COMMAND sed "s/^#define DUK_RE_EXECUTE_STEPS_LIMIT .*/#define DUK_RE_EXECUTE_STEPS_LIMIT 10000000L/" ${duktape_source}/duktape.c)
configure_file(${duktape_source}/duktape.h ${CMAKE_BINARY_DIR}/duktape/duktape.h COPYONLY)
add_library(duktape_system STATIC ${CMAKE_BINARY_DIR}/duktape/duktape.c)
target_compile_options(duktape_system PRIVATE -O2 -w)
deps_library(duktape LIBS duktape_system INCLUDE ${CMAKE_BINARY_DIR}/duktape)
