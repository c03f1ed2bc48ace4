/* What we change in mbedTLS's default configuration: buffers shrink after the handshake (see common/tls_mbedtls.cc). */
#define MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH
