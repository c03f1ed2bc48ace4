/* What we use of mbedTLS 3 by the names of mbedTLS 2.28; included before everything else with -DDEPS=system on Debian 12. */
#pragma once
#include <mbedtls/pkcs5.h>

static inline int mbedtls_pkcs5_pbkdf2_hmac_ext(mbedtls_md_type_t md, const unsigned char* password, size_t password_size,
                                                const unsigned char* salt, size_t salt_size, unsigned rounds, uint32_t key_size,
                                                unsigned char* key) {
  mbedtls_md_context_t context;
  mbedtls_md_init(&context);
  int rc = mbedtls_md_setup(&context, mbedtls_md_info_from_type(md), 1);
  if (rc == 0) rc = mbedtls_pkcs5_pbkdf2_hmac(&context, password, password_size, salt, salt_size, rounds, key_size, key);
  mbedtls_md_free(&context);
  return rc;
}
