// tests/common/tls/certificates_test.cc - what is made reads back as it was wished for, and connections are made with it.
#include <doctest/doctest.h>

#include "common/tls/certificates.h"
#include "common/tls/tls.h"

using namespace picket;

namespace {

constexpr int64_t kNow = 1'790'000'000, kDay = 86'400;

struct Made { std::string certificate, key; CertificateFacts facts; };

Made made(const CertificateWish& wish, const Made* by = nullptr) {
  Made m;
  m.key = private_key_make().value;
  Result<std::string> certificate = certificate_make(wish, public_key_of(m.key).value, {by ? by->certificate : "", by ? by->key : m.key});
  REQUIRE_MESSAGE(certificate.ok(), certificate.status.message);
  m.certificate = certificate.value;
  m.facts = certificates_read(m.certificate).value.at(0);
  return m;
}

CertificateWish wish_of(const std::string& name) {
  CertificateWish w;
  w.common_name = name;
  w.not_before = 1'000'000'000;
  w.not_after = 4'000'000'000;
  return w;
}

CertificateWish authority_wish() {
  CertificateWish w = wish_of("test CA");
  w.authority = true;
  return w;
}

CertificateWish member_wish() {
  CertificateWish w = wish_of("backend-0");
  w.server = w.client = true;
  w.names = {"backend-0", "*.example.com"};
  w.addresses = {std::string("\x0a\x00\x00\x01", 4)};
  return w;
}

CertificateWish agent_wish() {
  CertificateWish w = wish_of("agent:default/web,1 \\x");
  w.client = true;
  return w;
}

// Both ends until nothing more is to be said; the server's status.
Status shake(Tls* server, Tls* client) {
  TlsOutput from_client, from_server;
  Status s = tls_receive(client, "", &from_client);
  for (int i = 0; i < 10 && s.ok() && (!from_client.cipher.empty() || !from_server.cipher.empty()); i++) {
    TlsOutput a, b;
    s = tls_receive(server, from_client.cipher, &a);
    Status of_client = tls_receive(client, a.cipher, &b);
    from_client = b;
    from_server.cipher.clear();
  }
  return s;
}

}  // namespace

TEST_CASE("a certificate says what was wished for, and who signed it") {
  const Made ca = made(authority_wish()), other = made(authority_wish()), member = made(member_wish(), &ca),
             agent = made(agent_wish(), &ca);
  CHECK(ca.facts.authority);
  CHECK(ca.facts.issuer == ca.facts.subject);
  CHECK(member.facts.issuer == ca.facts.subject);
  CHECK(member.facts.common_name == "backend-0");
  CHECK(member.facts.names == std::vector<std::string>{"backend-0", "*.example.com", "10.0.0.1"});
  CHECK(member.facts.addresses == member_wish().addresses);
  CHECK(!member.facts.authority);
  CHECK((member.facts.server && member.facts.client));
  CHECK((!agent.facts.server && agent.facts.client));
  CHECK(agent.facts.common_name == agent_wish().common_name);
  CHECK(member.facts.not_after == 4'000'000'000);
  CHECK(member.facts.serial != agent.facts.serial);
  CHECK(certificate_is_signed_by(member.facts, ca.facts));
  CHECK_FALSE(certificate_is_signed_by(member.facts, other.facts));
  CHECK_FALSE(certificate_is_signed_by(agent.facts, member.facts));
  CHECK(public_key_fingerprint(public_key_of(member.key).value) == public_key_fingerprint(member.facts.public_key));
  CHECK(public_key_fingerprint(ca.facts.public_key) != public_key_fingerprint(other.facts.public_key));
}

TEST_CASE("a key that is not the authority's signs nothing, and what is no key is refused") {
  const Made ca = made(authority_wish()), other = made(authority_wish());
  const std::string key = public_key_of(other.key).value;
  CHECK_FALSE(certificate_make(agent_wish(), key, {ca.certificate, other.key}).ok());
  CHECK_FALSE(certificate_make(agent_wish(), "nothing", {ca.certificate, ca.key}).ok());
  CHECK_FALSE(certificate_make(agent_wish(), key, {ca.certificate, "nothing"}).ok());
  CHECK(public_key_check(key).value == key);
  for (const char* bad :
       {"", "x", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"})
    CHECK_FALSE(public_key_check(bad).ok());
  CHECK(public_key_fingerprint("x").empty());
  CHECK_FALSE(certificates_read("").ok());
  CHECK_FALSE(certificates_read("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").ok());
}

TEST_CASE("a server that requires a client certificate knows its name and key, and takes nobody without one") {
  const Made ca = made(authority_wish()), other = made(authority_wish()), member = made(member_wish(), &ca),
             agent = made(agent_wish(), &ca),
             stranger = made(agent_wish(), &other);
  TlsMaterial at_server, at_client;
  at_server.server = at_server.required = true;
  at_server.authorities = at_client.authorities = ca.certificate;
  at_server.certificate = member.certificate;
  at_server.key = member.key;
  struct Row { const Made* client; bool good; const char* said; };
  const Row rows[] = {{&agent, true, ""}, {&stranger, false, "unknown CA"}, {nullptr, false, "shows no certificate"}};
  for (const Row& r : rows) {
    at_client.certificate = r.client ? r.client->certificate : "";
    at_client.key = r.client ? r.client->key : "";
    TlsPtr server = tls_open(tls_context(at_server).value, ""), client = tls_open(tls_context(at_client).value, "a.example.com");
    const Status s = shake(server.get(), client.get());
    CHECK_MESSAGE(s.ok() == r.good, s.message);
    CHECK_MESSAGE(s.message.find(r.said) != std::string::npos, s.message);
    CHECK(tls_peer_subject(server.get()) == (r.good ? agent_wish().common_name : ""));
    CHECK(tls_peer_key(server.get()) == (r.good ? public_key_fingerprint(agent.facts.public_key) : ""));
  }
  at_server.authorities.clear();  // a file that was emptied lets nobody in
  at_client.certificate = agent.certificate;
  at_client.key = agent.key;
  if (Result<std::shared_ptr<TlsContext>> nobody = tls_context(at_server); nobody.ok()) {
    TlsPtr server = tls_open(nobody.value, ""), client = tls_open(tls_context(at_client).value, "a.example.com");
    CHECK_FALSE(shake(server.get(), client.get()).ok());
  }
  at_server.authorities = ca.certificate;
  at_server.revoked = "no list";
  CHECK_FALSE(tls_context(at_server).ok());
}

TEST_CASE("more names than fit a length of one byte") {
  CertificateWish w = member_wish();
  for (int i = 0; i < 300; i++) w.names.push_back("a-long-name-of-a-host-" + std::to_string(i) + ".example.com");
  const Made ca = made(authority_wish()), m = made(w, &ca);
  CHECK(m.facts.names.size() == w.names.size() + 1);
  CHECK(m.facts.names[301] == w.names[301]);
  CHECK(kNow + kDay < m.facts.not_after);
}

TEST_CASE("what a client has to trust for a server: its issuer, or itself") {
  const Made ca = made(authority_wish()), other = made(authority_wish()), member = made(member_wish(), &ca);
  CHECK(certificate_anchor({member.facts}, {other.facts, ca.facts})->der == ca.facts.der);
  CHECK(certificate_anchor({ca.facts}, {})->der == ca.facts.der);
  CHECK(certificate_anchor({member.facts}, {other.facts}) == nullptr);
  CHECK(certificate_anchor({}, {ca.facts}) == nullptr);
  CHECK(certificates_read(certificate_pem(member.facts)).value.at(0).serial == member.facts.serial);
  for (const char* bad : {"", "x", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"}) CHECK_FALSE(revocation_list_pem(bad).ok());
}
