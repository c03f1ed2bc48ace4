// common/tls/tls_openssl.cc - tls.h by OpenSSL 3, which talks to two buffers in memory instead of a socket.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdlib>

#include "common/tls/crypto.h"
#include "common/tls/library_openssl.h"
#include "common/tls/tls.h"
#include "common/tls/tls_problem.h"

namespace picket {
struct TlsAuthorities {
  X509_STORE* store = X509_STORE_new();
  std::vector<CertificatePtr> certificates;
  TlsAuthorities() = default;
  ~TlsAuthorities() { X509_STORE_free(store); }
  TlsAuthorities(const TlsAuthorities&) = delete;
  TlsAuthorities& operator=(const TlsAuthorities&) = delete;
};

struct TlsContext {
  SSL_CTX* ssl = SSL_CTX_new(TLS_method());
  bool server = false;
  TlsContext() = default;
  ~TlsContext() { SSL_CTX_free(ssl); }
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
};

struct Tls {
  std::shared_ptr<TlsContext> context;
  SSL* ssl = nullptr;
  std::string server_name;
  bool ready = false, failed = false;
};

namespace {

// ---- material ----

Status load_authorities(const TlsMaterial& m, TlsContext* c) {
  Result<std::shared_ptr<TlsAuthorities>> a = m.parsed;
  if (!m.parsed && !m.authorities.empty()) a = tls_authorities(m.authorities);
  if (!a.ok() || !a.value) return a.status;
  SSL_CTX_set1_cert_store(c->ssl, a.value->store);
  for (const CertificatePtr& certificate : a.value->certificates)
    if (c->server) SSL_CTX_add_client_CA(c->ssl, certificate.get());
  return {};
}

// The lists count for this context alone, so its authorities are read anew.
Status load_revoked(const TlsMaterial& m, TlsContext* c) {
  if (m.revoked.empty()) return {};
  X509_STORE* store = SSL_CTX_get_cert_store(c->ssl);
  BioPtr bio = bio_of(m.revoked);
  int count = 0;
  while (std::unique_ptr<X509_CRL, FreeBy<X509_CRL_free>> list{PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)})
    count += X509_STORE_add_crl(store, list.get());
  ERR_clear_error();
  if (count == 0) return fail(Err::invalid, kTlsNoList);
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
  return {};
}

Status load_certificate(const std::string& pem, TlsContext* c) {
  const std::vector<CertificatePtr> chain = openssl_certificates(pem);
  if (chain.empty()) return fail(Err::invalid, std::string("certificate: ") + kTlsNoCertificate);
  bool good = SSL_CTX_use_certificate(c->ssl, chain[0].get()) == 1;
  for (size_t i = 1; i < chain.size(); i++) good &= SSL_CTX_add1_chain_cert(c->ssl, chain[i].get()) == 1;
  return good ? Status{} : fail(Err::invalid, "certificate: " + openssl_text());
}

Status load_key(const std::string& pem, TlsContext* c) {
  Result<KeyPtr> key = openssl_load_key(pem);
  if (!key.ok()) return key.status;
  return SSL_CTX_use_PrivateKey(c->ssl, key.value.get()) == 1 ? Status{} : fail(Err::invalid, kTlsNotAPair);
}

Status load_own(const TlsMaterial& m, TlsContext* c) {
  if (m.certificate.empty() && m.key.empty()) return m.server ? fail(Err::invalid, kTlsServerNeedsBoth) : Status{};
  if (m.certificate.empty() || m.key.empty()) return fail(Err::invalid, kTlsHalfAPair);
  if (Status s = load_certificate(m.certificate, c); !s.ok()) return s;
  return load_key(m.key, c);
}

int verification(const TlsMaterial& m) {
  if (m.required) return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  if (m.server) return m.authorities.empty() && !m.parsed ? SSL_VERIFY_NONE : SSL_VERIFY_PEER;  // asked for, not demanded
  return m.insecure || m.look ? SSL_VERIFY_NONE : SSL_VERIFY_PEER;                              // a client's OpenSSL verifies either way
}

// The name to verify is a DNS name or an address.
bool expect_name(SSL* ssl, const std::string& name) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1) return true;
  ERR_clear_error();
  return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 && SSL_set1_host(ssl, name.c_str()) == 1;
}

// ---- errors ----

std::string certificate_problem(long verdict, const std::string& name) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return tls_problem_text(TlsProblem::expired, name);
    case X509_V_ERR_CERT_NOT_YET_VALID: return tls_problem_text(TlsProblem::not_yet_valid, name);
    case X509_V_ERR_CERT_REVOKED: return tls_problem_text(TlsProblem::revoked, name);
    case X509_V_ERR_CRL_HAS_EXPIRED: return tls_problem_text(TlsProblem::list_expired, name);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return tls_problem_text(TlsProblem::wrong_name, name);
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return tls_problem_text(TlsProblem::unknown_authority, name);
    default: return "the certificate of " + tls_peer_text(name) + " was rejected: " + X509_verify_cert_error_string(verdict);
  }
}

std::string handshake_problem(Tls* tls) {
  int reason = ERR_GET_REASON(ERR_peek_last_error());
  if (reason >= SSL_AD_REASON_OFFSET) return tls_alert_text(reason - SSL_AD_REASON_OFFSET);
  switch (reason) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return certificate_problem(SSL_get_verify_result(tls->ssl), tls->context->server ? "the client" : tls->server_name);
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return tls_problem_text(TlsProblem::none_shown, "");
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_NO_PROTOCOLS_AVAILABLE: return tls_problem_text(TlsProblem::no_common_version, "");
    case SSL_R_NO_SHARED_CIPHER: return tls_problem_text(TlsProblem::no_common_suite, "");
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_UNEXPECTED_MESSAGE: return tls_problem_text(TlsProblem::not_tls, "");
    default: return openssl_text();
  }
}

Status handshake_failed(Tls* tls) {
  bool client = tls->context->server && ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED;
  return fail(client ? Err::unauthenticated : Err::unavailable, "TLS: " + handshake_problem(tls));
}

bool waits(const Tls* tls, int result) {
  int error = SSL_get_error(tls->ssl, result);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

// ---- bytes ----

Status handshake(Tls* tls) {
  int done = SSL_do_handshake(tls->ssl);
  if (done == 1) tls->ready = true;
  return done == 1 || waits(tls, done) ? Status{} : handshake_failed(tls);
}

Status read_plain(Tls* tls, TlsOutput* output) {
  char buffer[16 * 1024];
  for (;;) {
    int n = SSL_read(tls->ssl, buffer, sizeof buffer);
    if (n > 0) {
      output->plain.append(buffer, static_cast<size_t>(n));
      continue;
    }
    if (SSL_get_error(tls->ssl, n) == SSL_ERROR_ZERO_RETURN) {
      output->ended = true;
      return {};
    }
    return waits(tls, n) ? Status{} : handshake_failed(tls);
  }
}

void take_cipher(Tls* tls, std::string* cipher) {
  char* bytes = nullptr;
  BIO* out = SSL_get_wbio(tls->ssl);
  long count = BIO_get_mem_data(out, &bytes);
  if (count > 0) cipher->append(bytes, static_cast<size_t>(count));
  (void)BIO_reset(out);
}

}  // namespace

Result<std::shared_ptr<TlsAuthorities>> tls_authorities(const std::string& pem) {
  auto a = std::make_shared<TlsAuthorities>();
  a->certificates = openssl_certificates(pem);
  if (a->certificates.empty() && !pem.empty()) return fail(Err::invalid, std::string("authorities: ") + kTlsNoCertificate);
  for (const CertificatePtr& certificate : a->certificates) X509_STORE_add_cert(a->store, certificate.get());
  return a;
}

Result<std::shared_ptr<TlsContext>> tls_context(const TlsMaterial& m) {
  ERR_clear_error();
  auto c = std::make_shared<TlsContext>();
  if (!c->ssl) return fail(Err::internal, "TLS: the crypto library failed to initialize: " + openssl_text());
  c->server = m.server;
  SSL_CTX_set_min_proto_version(c->ssl, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(c->ssl, "ECDHE+AESGCM:ECDHE+CHACHA20");  // of 1.2; those of 1.3 are all like that
  SSL_CTX_set_mode(c->ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(c->ssl, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(c->ssl, verification(m), nullptr);
  if (Status s = load_authorities(m, c.get()); !s.ok()) return s;
  if (Status s = load_revoked(m, c.get()); !s.ok()) return s;
  if (Status s = load_own(m, c.get()); !s.ok()) return s;
  return c;
}

void TlsDelete::operator()(Tls* tls) const {
  SSL_free(tls->ssl);
  delete tls;
}

TlsPtr tls_open(std::shared_ptr<TlsContext> context, const std::string& server_name) {
  ERR_clear_error();
  TlsPtr tls(new Tls);
  tls->context = std::move(context);
  tls->server_name = server_name;
  tls->ssl = SSL_new(tls->context->ssl);
  tls->failed = !tls->ssl;
  if (tls->failed) return tls;
  SSL_set_bio(tls->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  if (tls->context->server) SSL_set_accept_state(tls->ssl);
  else SSL_set_connect_state(tls->ssl);
  if (!tls->context->server && !server_name.empty()) tls->failed = !expect_name(tls->ssl, server_name);
  return tls;
}

Status tls_receive(Tls* tls, std::string_view cipher, TlsOutput* output) {
  if (tls->failed) return fail(Err::internal, "TLS: cannot set up the connection");
  ERR_clear_error();
  BIO_write(SSL_get_rbio(tls->ssl), cipher.data(), static_cast<int>(cipher.size()));
  Status s;
  if (!tls->ready) s = handshake(tls);
  if (s.ok() && tls->ready) s = read_plain(tls, output);
  tls->failed = !s.ok();
  take_cipher(tls, &output->cipher);
  return s;
}

Status tls_send(Tls* tls, std::string_view plain, std::string* cipher) {
  if (tls->failed || !tls->ready) return fail(Err::unavailable, "TLS: the connection is not open");
  ERR_clear_error();
  Status s;
  while (!plain.empty() && s.ok()) {
    int n = SSL_write(tls->ssl, plain.data(), static_cast<int>(std::min<size_t>(plain.size(), 1u << 30)));
    if (n > 0) plain.remove_prefix(static_cast<size_t>(n));
    else s = fail(Err::unavailable, "TLS: " + openssl_text());
  }
  take_cipher(tls, cipher);
  return s;
}

void tls_end(Tls* tls, std::string* cipher) {
  if (tls->failed || !tls->ready) return;
  ERR_clear_error();
  SSL_shutdown(tls->ssl);
  take_cipher(tls, cipher);
}

bool tls_ready(const Tls* tls) { return tls->ready; }
const char* tls_version(const Tls* tls) { return SSL_get_version(tls->ssl); }

const char* tls_suite(const Tls* tls) { return SSL_get_cipher_name(tls->ssl); }

// ---- the peer's certificates ----

std::vector<TlsCertificate> tls_peer_chain(const Tls* tls) {
  std::vector<TlsCertificate> chain;
  STACK_OF(X509)* all = SSL_get_peer_cert_chain(tls->ssl);
  for (int i = 0; all && i < sk_X509_num(all); i++) chain.push_back(openssl_certificate_of(sk_X509_value(all, i)));
  return chain;
}

std::string tls_peer_problem(const Tls* tls) {
  long verdict = SSL_get_verify_result(tls->ssl);
  return verdict == X509_V_OK ? "" : certificate_problem(verdict, tls->server_name);
}

std::string tls_peer_subject(const Tls* tls) {
  if (!tls->ready || SSL_get_verify_mode(tls->ssl) == SSL_VERIFY_NONE || SSL_get_verify_result(tls->ssl) != X509_V_OK) return {};
  CertificatePtr peer(SSL_get1_peer_certificate(tls->ssl));
  return peer ? openssl_common_name(peer.get()) : std::string();
}

std::string tls_peer_key(const Tls* tls) {
  if (!tls->ready || SSL_get_verify_mode(tls->ssl) == SSL_VERIFY_NONE || SSL_get_verify_result(tls->ssl) != X509_V_OK) return {};
  CertificatePtr peer(SSL_get1_peer_certificate(tls->ssl));
  unsigned char* der = nullptr;
  const int size = peer ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(peer.get()), &der) : 0;
  if (size <= 0) return {};
  const std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return hex_encode(sha256(bytes));
}

Result<int64_t> certificates_valid_until(const std::string& pem) {
  int64_t first = INT64_MAX;
  const std::vector<CertificatePtr> chain = openssl_certificates(pem);
  for (const CertificatePtr& certificate : chain) first = std::min(first, openssl_certificate_of(certificate.get()).not_after);
  if (chain.empty()) return fail(Err::invalid, kTlsNoCertificate);
  return first;
}

}  // namespace picket
