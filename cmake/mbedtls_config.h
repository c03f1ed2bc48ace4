/* What we change in mbedTLS's default configuration: memory of a TLS connection, 42 kB -> 19 kB. */
#define MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH
#define MBEDTLS_SSL_OUT_CONTENT_LEN 4096
