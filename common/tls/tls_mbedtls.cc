// common/tls/tls_mbedtls.cc - tls.h by mbedTLS. Everything of one connection lives in Tls; certificates and rules in TlsContext.
#include "common/tls/tls.h"

#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <psa/crypto.h>

#include <algorithm>
#include <cstring>

#include "common/time/timezone.h"
#include "common/tls/crypto.h"
#include "common/tls/library_mbedtls.h"
#include "common/tls/tls_problem.h"
#include "common/tls/tls_records_mbedtls.h"

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
// Internal to mbedTLS: what it does itself at the end of a TLS 1.2 handshake and forgets in 1.3 (3.6: 9 kB a connection).
extern "C" void mbedtls_ssl_handshake_wrapup_free_hs_transform(mbedtls_ssl_context* ssl);
#else  // 2.28, with -DDEPS=system on Debian 12: TLS 1.2 alone, and no names that are addresses
#define MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION
#define MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE MBEDTLS_ERR_SSL_NO_CIPHER_CHOSEN
#define MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET (-1)
static void mbedtls_ssl_handshake_wrapup_free_hs_transform(mbedtls_ssl_context*) {}
#endif

namespace picket {
namespace {

const int kSuites[] = {
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
                       MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
                       MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
                       MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
#endif
                       MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                       MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                       MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                       MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
                       MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                       MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    0};

// P-256 first: mbedTLS has faster arithmetic for it than for X25519, a handshake of two of ours costs the server 1.7 ms instead
// of 2.0. A peer that sends a share of X25519, as Go does, gets that.
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
const uint16_t kGroups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1, MBEDTLS_SSL_IANA_TLS_GROUP_X25519, MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1,
                            MBEDTLS_SSL_IANA_TLS_GROUP_SECP521R1, MBEDTLS_SSL_IANA_TLS_GROUP_NONE};
#endif

}  // namespace

struct TlsAuthorities {
  mbedtls_x509_crt chain;
  TlsAuthorities() { mbedtls_x509_crt_init(&chain); }
  ~TlsAuthorities() { mbedtls_x509_crt_free(&chain); }
  TlsAuthorities(const TlsAuthorities&) = delete;
  TlsAuthorities& operator=(const TlsAuthorities&) = delete;
};

struct TlsContext {
  std::shared_ptr<TlsAuthorities> authorities;
  mbedtls_ssl_config config;
  mbedtls_x509_crt certificate;
  mbedtls_pk_context key;
  mbedtls_x509_crl revoked;
  bool server = false, required = false;
  TlsContext() {
    mbedtls_ssl_config_init(&config);
    mbedtls_x509_crt_init(&certificate);
    mbedtls_pk_init(&key);
    mbedtls_x509_crl_init(&revoked);
  }
  ~TlsContext() {
    mbedtls_ssl_config_free(&config);
    mbedtls_x509_crt_free(&certificate);
    mbedtls_pk_free(&key);
    mbedtls_x509_crl_free(&revoked);
  }
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
};

struct Tls {
  std::shared_ptr<TlsContext> context;
  mbedtls_ssl_context ssl;
  TlsRecords records;
  std::string server_name;
  std::string_view incoming;        // during a call: what mbedTLS has not taken yet
  std::string* outgoing = nullptr;  // during a call
  bool ready = false, failed = false;
};

namespace {

// ---- material ----

Status load_own(const TlsMaterial& m, TlsContext* c) {
  if (m.certificate.empty() && m.key.empty()) return m.server ? fail(Err::invalid, kTlsServerNeedsBoth) : Status{};
  if (m.certificate.empty() || m.key.empty()) return fail(Err::invalid, kTlsHalfAPair);
  if (Status s = mbedtls_load_certificates(m.certificate, "certificate", &c->certificate); !s.ok()) return s;
  if (Status s = mbedtls_load_key(m.key, &c->key); !s.ok()) return s;
  if (!mbedtls_is_pair(c->certificate.pk, c->key)) return fail(Err::invalid, kTlsNotAPair);
  int error = mbedtls_ssl_conf_own_cert(&c->config, &c->certificate, &c->key);
  return error == 0 ? Status{} : fail(Err::invalid, "certificate: " + mbedtls_text(error));
}

// One list after the other: what is no list is an error, because it may be the one that matters.
Status load_revoked(const std::string& lists, TlsContext* c) {
  if (lists.empty()) return {};
  const int bad = mbedtls_x509_crl_parse(&c->revoked, reinterpret_cast<const unsigned char*>(lists.c_str()), lists.size() + 1);
  return bad == 0 && c->revoked.raw.p ? Status{} : fail(Err::invalid, kTlsNoList);
}

int verification(const TlsMaterial& m) {
  if (m.server) return m.authorities.empty() && !m.parsed ? MBEDTLS_SSL_VERIFY_NONE : MBEDTLS_SSL_VERIFY_OPTIONAL;
  if (m.look) return MBEDTLS_SSL_VERIFY_OPTIONAL;
  return m.insecure ? MBEDTLS_SSL_VERIFY_NONE : MBEDTLS_SSL_VERIFY_REQUIRED;
}

// ---- bytes ----

int on_send(void* context, const unsigned char* bytes, size_t count) {
  Tls* tls = static_cast<Tls*>(context);
  if (!tls->outgoing) return MBEDTLS_ERR_SSL_WANT_WRITE;
  tls->outgoing->append(reinterpret_cast<const char*>(bytes), count);
  return static_cast<int>(count);
}

int on_receive(void* context, unsigned char* bytes, size_t count) {
  Tls* tls = static_cast<Tls*>(context);
  if (tls->incoming.empty()) return MBEDTLS_ERR_SSL_WANT_READ;
  count = std::min(count, tls->incoming.size());
  memcpy(bytes, tls->incoming.data(), count);
  tls->incoming.remove_prefix(count);
  tls->records.received += count;
  return static_cast<int>(count);
}

// ---- errors ----

std::string certificate_problem(uint32_t flags, const std::string& name) {
  struct Row { uint32_t flag; TlsProblem problem; };
  const Row rows[] = {
      {MBEDTLS_X509_BADCERT_EXPIRED, TlsProblem::expired},
      {MBEDTLS_X509_BADCERT_FUTURE, TlsProblem::not_yet_valid},
      {MBEDTLS_X509_BADCERT_REVOKED, TlsProblem::revoked},
      {MBEDTLS_X509_BADCRL_EXPIRED, TlsProblem::list_expired},
      {MBEDTLS_X509_BADCERT_CN_MISMATCH, TlsProblem::wrong_name},
      {MBEDTLS_X509_BADCERT_NOT_TRUSTED, TlsProblem::unknown_authority},
  };
  for (const Row& row : rows)
    if (flags & row.flag) return tls_problem_text(row.problem, name);
  char text[300] = {};
  mbedtls_x509_crt_verify_info(text, sizeof text, "", flags);
  for (char& c : text)
    if (c == '\n') c = ' ';
  return "the certificate of " + tls_peer_text(name) + " was rejected: " + text;
}

std::string handshake_problem(Tls* tls, int error) {
  switch (error) {
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
      return certificate_problem(mbedtls_ssl_get_verify_result(&tls->ssl), tls->server_name);
    case MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION: return tls_problem_text(TlsProblem::no_common_version, "");
    case MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE: return tls_problem_text(TlsProblem::no_common_suite, "");
    case MBEDTLS_ERR_SSL_INVALID_RECORD: return tls_problem_text(TlsProblem::not_tls, "");
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE: return tls_alert_text(tls->ssl.MBEDTLS_PRIVATE(in_msg)[1]);
    default: return mbedtls_text(error);
  }
}

bool waits(int error) {
  return error == MBEDTLS_ERR_SSL_WANT_READ || error == MBEDTLS_ERR_SSL_WANT_WRITE ||
      error == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET || error == MBEDTLS_ERR_SSL_ASYNC_IN_PROGRESS ||
      error == MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS;
}

int alert_of(uint32_t flags) {
  if (flags & MBEDTLS_X509_BADCERT_REVOKED) return MBEDTLS_SSL_ALERT_MSG_CERT_REVOKED;
  if (flags & MBEDTLS_X509_BADCERT_EXPIRED) return MBEDTLS_SSL_ALERT_MSG_CERT_EXPIRED;
  return flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED ? MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA : MBEDTLS_SSL_ALERT_MSG_BAD_CERT;
}

// Looked at when the handshake is done, before anything is read: within it the library's alert is one that a client cannot read (in TLS
// 1.3 it comes under a key that the client does not use any more), and nobody learns why he is refused.
Status client_certificate_check(Tls* tls) {
  constexpr int kCertificateRequired = 116;
  const TlsContext& c = *tls->context;
  const bool asked = c.config.MBEDTLS_PRIVATE(authmode) != MBEDTLS_SSL_VERIFY_NONE;
  if (!c.server || (!asked && !c.required)) return {};
  const bool shown = asked && mbedtls_ssl_get_peer_cert(&tls->ssl) != nullptr;
  if (!shown && !c.required) return {};
  const uint32_t flags = shown ? mbedtls_ssl_get_verify_result(&tls->ssl) : 0;
  if (shown && flags == 0) return {};
  mbedtls_ssl_send_alert_message(&tls->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                 static_cast<unsigned char>(shown ? alert_of(flags) : kCertificateRequired));
  return fail(Err::unauthenticated, "TLS: " + (shown ? certificate_problem(flags, "the client") : tls_problem_text(TlsProblem::none_shown, "")));
}

Status handshake(Tls* tls) {
  int error = mbedtls_ssl_handshake(&tls->ssl);
  if (error != 0 && waits(error)) return {};
  if (error != 0) return fail(Err::unavailable, "TLS: " + handshake_problem(tls, error));
  tls->ready = true;
  // A client still needs it for session tickets; to a server nothing of a handshake can come any more.
  if (tls->context->server && tls->ssl.MBEDTLS_PRIVATE(handshake)) mbedtls_ssl_handshake_wrapup_free_hs_transform(&tls->ssl);
  return client_certificate_check(tls);
}

Status read_plain(Tls* tls, TlsOutput* output) {
  unsigned char buffer[16 * 1024];
  for (;;) {
    int n = mbedtls_ssl_read(&tls->ssl, buffer, sizeof buffer);
    if (n > 0) {
      output->plain.append(reinterpret_cast<char*>(buffer), static_cast<size_t>(n));
      continue;
    }
    if (n == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) continue;
    if (n == 0 || n == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
      output->ended = true;
      return {};
    }
    return waits(n) ? Status{} : fail(Err::unavailable, "TLS: " + handshake_problem(tls, n));
  }
}

}  // namespace

Result<std::shared_ptr<TlsAuthorities>> tls_authorities(const std::string& pem) {
  auto a = std::make_shared<TlsAuthorities>();
  Status s = mbedtls_load_certificates(pem, "authorities", &a->chain);
  return s.ok() ? Result<std::shared_ptr<TlsAuthorities>>(std::move(a)) : s;
}

Result<std::shared_ptr<TlsContext>> tls_context(const TlsMaterial& m) {
  if (random_source().error != 0) return fail(Err::io, "TLS: no random numbers from the system: " + mbedtls_text(random_source().error));
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
  if (psa_crypto_init() != PSA_SUCCESS) return fail(Err::internal, "TLS: the crypto library failed to initialize");
#endif
  auto c = std::make_shared<TlsContext>();
  c->server = m.server;
  c->required = m.server && m.required;
  int error = mbedtls_ssl_config_defaults(&c->config, m.server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                                          MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  if (error != 0) return fail(Err::internal, "TLS: " + mbedtls_text(error));
  mbedtls_ssl_conf_ciphersuites(&c->config, kSuites);
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
  mbedtls_ssl_conf_groups(&c->config, kGroups);
#endif
  mbedtls_ssl_conf_min_version(&c->config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);  // 3.3 is TLS 1.2
  mbedtls_ssl_conf_rng(&c->config, mbedtls_ctr_drbg_random, &random_source().drbg);
  mbedtls_ssl_conf_authmode(&c->config, verification(m));
  Result<std::shared_ptr<TlsAuthorities>> authorities = m.parsed;
  if (!m.parsed && !m.authorities.empty()) authorities = tls_authorities(m.authorities);
  if (!authorities.ok()) return authorities.status;
  c->authorities = std::move(authorities.value);
  if (Status s = load_revoked(m.revoked, c.get()); !s.ok()) return s;
  if (c->authorities) mbedtls_ssl_conf_ca_chain(&c->config, &c->authorities->chain, m.revoked.empty() ? nullptr : &c->revoked);
  if (Status s = load_own(m, c.get()); !s.ok()) return s;
  return c;
}

void TlsDelete::operator()(Tls* tls) const {
  mbedtls_ssl_free(&tls->ssl);
  delete tls;
}

TlsPtr tls_open(std::shared_ptr<TlsContext> context, const std::string& server_name) {
  TlsPtr tls(new Tls);
  mbedtls_ssl_init(&tls->ssl);
  tls->context = std::move(context);
  tls->server_name = server_name;
  tls->failed = mbedtls_ssl_setup(&tls->ssl, &tls->context->config) != 0;
  if (!tls->context->server && !server_name.empty()) tls->failed |= mbedtls_ssl_set_hostname(&tls->ssl, server_name.c_str()) != 0;
  if (!tls->context->server && server_name.empty()) mbedtls_ssl_set_hostname(&tls->ssl, nullptr);
  mbedtls_ssl_set_bio(&tls->ssl, tls.get(), on_send, on_receive, nullptr);
  return tls;
}

// Every call into mbedTLS that may read or write is between these two.
static bool begin(Tls* tls, std::string* cipher) {
  tls->outgoing = cipher;
  return tls_records_borrow(&tls->ssl, &tls->records);
}
static void end(Tls* tls) {
  tls->outgoing = nullptr;
  if (!tls->failed) tls_records_return(&tls->ssl, &tls->records);
}

Status tls_receive(Tls* tls, std::string_view cipher, TlsOutput* output) {
  if (tls->failed || !begin(tls, &output->cipher)) return fail(Err::internal, "TLS: cannot set up the connection");
  tls->incoming = cipher;
  Status s;
  if (!tls->ready) s = handshake(tls);
  if (s.ok() && tls->ready) s = read_plain(tls, output);
  tls->failed = !s.ok();
  tls->incoming = {};
  end(tls);
  return s;
}

Status tls_send(Tls* tls, std::string_view plain, std::string* cipher) {
  if (tls->failed || !tls->ready || !begin(tls, cipher)) return fail(Err::unavailable, "TLS: the connection is not open");
  Status s;
  while (!plain.empty() && s.ok()) {
    int n = mbedtls_ssl_write(&tls->ssl, reinterpret_cast<const unsigned char*>(plain.data()), plain.size());
    if (n > 0) plain.remove_prefix(static_cast<size_t>(n));
    else if (!waits(n)) s = fail(Err::unavailable, "TLS: " + mbedtls_text(n));
  }
  end(tls);
  return s;
}

void tls_end(Tls* tls, std::string* cipher) {
  if (tls->failed || !tls->ready || !begin(tls, cipher)) return;
  mbedtls_ssl_close_notify(&tls->ssl);
  end(tls);
}

bool tls_ready(const Tls* tls) { return tls->ready; }
const char* tls_version(const Tls* tls) { return mbedtls_ssl_get_version(&tls->ssl); }

const char* tls_suite(const Tls* tls) { return mbedtls_ssl_get_ciphersuite(&tls->ssl); }

// ---- the peer's certificates ----

std::vector<TlsCertificate> tls_peer_chain(const Tls* tls) {
  std::vector<TlsCertificate> chain;
  for (const mbedtls_x509_crt* c = mbedtls_ssl_get_peer_cert(&tls->ssl); c && c->raw.p; c = c->next)
    chain.push_back(mbedtls_certificate_of(*c));
  return chain;
}

std::string tls_peer_problem(const Tls* tls) {
  uint32_t flags = mbedtls_ssl_get_verify_result(&tls->ssl);
  return flags == 0 || flags == UINT32_MAX ? "" : certificate_problem(flags, tls->server_name);  // UINT32_MAX: none was looked at
}

std::string tls_peer_subject(const Tls* tls) {
  const mbedtls_x509_crt* peer = mbedtls_ssl_get_peer_cert(&tls->ssl);
  if (!peer || !tls->ready || mbedtls_ssl_get_verify_result(&tls->ssl) != 0) return {};
  return mbedtls_common_name(*peer);
}

std::string tls_peer_key(const Tls* tls) {
  const mbedtls_x509_crt* peer = mbedtls_ssl_get_peer_cert(&tls->ssl);
  if (!peer || !tls->ready || mbedtls_ssl_get_verify_result(&tls->ssl) != 0) return {};
  return hex_encode(sha256({reinterpret_cast<const char*>(peer->pk_raw.p), peer->pk_raw.len}));
}

Result<int64_t> certificates_valid_until(const std::string& pem) {
  mbedtls_x509_crt chain;
  mbedtls_x509_crt_init(&chain);
  int bad = mbedtls_x509_crt_parse(&chain, reinterpret_cast<const unsigned char*>(pem.c_str()), pem.size() + 1);
  int64_t first = INT64_MAX;
  for (const mbedtls_x509_crt* c = &chain; bad == 0 && c; c = c->next) {
    const mbedtls_x509_time& t = c->valid_to;
    first = std::min(first, wall_time_unix(t.year, t.mon, t.day, t.hour, t.min, t.sec));
  }
  mbedtls_x509_crt_free(&chain);
  if (bad != 0) return fail(Err::invalid, kTlsNoCertificate);
  return first;
}

}  // namespace picket
