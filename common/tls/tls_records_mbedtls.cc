// common/tls/tls_records_mbedtls.cc - buffers taken out of mbedTLS's connections and put back; see the header.
#include "common/tls/tls_records_mbedtls.h"

#ifdef MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH
#include <mbedtls/platform.h>
#include <mbedtls/platform_util.h>

#include <algorithm>
#include <cstring>

// Internal to mbedTLS: what it does itself when it moves its buffers (handle_buffer_resizing in ssl_tls.c).
extern "C" {
void mbedtls_ssl_reset_in_pointers(mbedtls_ssl_context* ssl);
void mbedtls_ssl_reset_out_pointers(mbedtls_ssl_context* ssl);
void mbedtls_ssl_update_out_pointers(mbedtls_ssl_context* ssl, mbedtls_ssl_transform* transform);
}

namespace picket {
namespace {

constexpr size_t kSpareMax = 2;  // buffers kept for the next call: it needs two. What comes back beyond it is freed

struct Spare {  // one per thread, as connections are; a buffer that goes on to another thread is nobody's in between
  unsigned char* buffers[kSpareMax];
  size_t count = 0, size = 0;  // of each; what mbedTLS takes for a whole record
  ~Spare() {
    while (count > 0) mbedtls_free(buffers[--count]);
  }
};

Spare& spare_of_thread() {
  static thread_local Spare spare;
  return spare;
}

unsigned char* take(size_t size) {
  Spare& spare = spare_of_thread();
  const bool fits = spare.count > 0 && spare.size == size;
  return fits ? spare.buffers[--spare.count] : static_cast<unsigned char*>(mbedtls_calloc(1, size));
}

// A peer that negotiated shorter records has shorter buffers after its handshake: those are not kept.
void give(unsigned char* buffer, size_t size) {
  Spare& spare = spare_of_thread();
  if (spare.count == 0 && size > spare.size) spare.size = size;
  if (size == spare.size && spare.count < kSpareMax) spare.buffers[spare.count++] = buffer;
  else mbedtls_free(buffer);
}

// Neither a part of a record, nor of a message of the handshake over several records, nor plain text that was not read yet.
bool nothing_came(const mbedtls_ssl_context* ssl) {
  return ssl->MBEDTLS_PRIVATE(in_left) == 0 && !ssl->MBEDTLS_PRIVATE(in_offt) && ssl->MBEDTLS_PRIVATE(in_hslen) == 0 &&
      ssl->MBEDTLS_PRIVATE(badmac_seen_or_in_hsfraglen) == 0 && ssl->MBEDTLS_PRIVATE(keep_current_message) == 0 &&
      ssl->MBEDTLS_PRIVATE(in_hdr) == ssl->MBEDTLS_PRIVATE(in_buf) + MBEDTLS_SSL_SEQUENCE_NUMBER_LEN;
}

void return_in(mbedtls_ssl_context* ssl, TlsRecords* records) {
  unsigned char* buffer = ssl->MBEDTLS_PRIVATE(in_buf);
  const size_t size = ssl->MBEDTLS_PRIVATE(in_buf_len);
  memcpy(records->in_counter, buffer, sizeof records->in_counter);
  mbedtls_platform_zeroize(buffer, std::min(size, records->received + MBEDTLS_SSL_SEQUENCE_NUMBER_LEN));
  ssl->MBEDTLS_PRIVATE(in_buf) = ssl->MBEDTLS_PRIVATE(in_ctr) = ssl->MBEDTLS_PRIVATE(in_hdr) = ssl->MBEDTLS_PRIVATE(in_len) = nullptr;
  ssl->MBEDTLS_PRIVATE(in_iv) = ssl->MBEDTLS_PRIVATE(in_msg) = nullptr;
  give(buffer, size);
}

void return_out(mbedtls_ssl_context* ssl) {
  give(ssl->MBEDTLS_PRIVATE(out_buf), ssl->MBEDTLS_PRIVATE(out_buf_len));  // what is in it is cipher text: records are encrypted in place
  ssl->MBEDTLS_PRIVATE(out_buf) = ssl->MBEDTLS_PRIVATE(out_ctr) = ssl->MBEDTLS_PRIVATE(out_hdr) = ssl->MBEDTLS_PRIVATE(out_len) = nullptr;
  ssl->MBEDTLS_PRIVATE(out_iv) = ssl->MBEDTLS_PRIVATE(out_msg) = nullptr;
}

}  // namespace

bool tls_records_borrow(mbedtls_ssl_context* ssl, TlsRecords* records) {
  if (!ssl->MBEDTLS_PRIVATE(in_buf)) {
    ssl->MBEDTLS_PRIVATE(in_buf) = take(ssl->MBEDTLS_PRIVATE(in_buf_len));
    if (!ssl->MBEDTLS_PRIVATE(in_buf)) return false;
    memcpy(ssl->MBEDTLS_PRIVATE(in_buf), records->in_counter, sizeof records->in_counter);
    mbedtls_ssl_reset_in_pointers(ssl);
    records->received = 0;
  }
  if (!ssl->MBEDTLS_PRIVATE(out_buf)) {
    ssl->MBEDTLS_PRIVATE(out_buf) = take(ssl->MBEDTLS_PRIVATE(out_buf_len));
    if (!ssl->MBEDTLS_PRIVATE(out_buf)) return false;
    mbedtls_ssl_reset_out_pointers(ssl);
    mbedtls_ssl_update_out_pointers(ssl, ssl->MBEDTLS_PRIVATE(transform_out));
  }
  return true;
}

void tls_records_return(mbedtls_ssl_context* ssl, TlsRecords* records) {
  if (ssl->MBEDTLS_PRIVATE(in_buf) && nothing_came(ssl)) return_in(ssl, records);
  if (ssl->MBEDTLS_PRIVATE(out_buf) && ssl->MBEDTLS_PRIVATE(out_left) == 0) return_out(ssl);
}

}  // namespace picket
#else
bool picket::tls_records_borrow(mbedtls_ssl_context*, TlsRecords*) { return true; }
void picket::tls_records_return(mbedtls_ssl_context*, TlsRecords*) {}
#endif
