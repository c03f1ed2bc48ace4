// common/tls/tls_records_mbedtls.h - the buffers of mbedTLS connections, theirs only while there is something in them.
//
// mbedTLS gives each connection one buffer for the record that comes and one for what goes, 16.7 kB each, and keeps them while it is
// idle or waits for the next message of its handshake. Here a connection borrows both for one call and gives back what it left empty.
// One that holds a part of a record keeps that buffer until the rest has come, as long as the peer likes: then it has what it
// would have had in any case.
// The same as SSL_MODE_RELEASE_BUFFERS of OpenSSL. Without MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH (a distribution's mbedTLS) nothing moves.
#pragma once
#include <mbedtls/ssl.h>

#include <cstddef>

namespace picket {

struct TlsRecords {               // of one connection
  unsigned char in_counter[8]{};  // the number of the next record, which mbedTLS keeps in front of the record itself
  size_t received = 0;            // bytes put into the buffer for what comes since it was borrowed; they are wiped before another has it
};

// Before a call into mbedTLS that may read or write, and after it unless the connection failed. False: no memory.
bool tls_records_borrow(mbedtls_ssl_context* ssl, TlsRecords* records);
void tls_records_return(mbedtls_ssl_context* ssl, TlsRecords* records);

}  // namespace picket
