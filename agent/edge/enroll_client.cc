// agent/edge/enroll_client.cc - what agent/enrolment.h promises: the two calls of an enrolment, and the files it leaves.
#include "agent/enrolment.h"

#include <memory>

#include "agent/agent_state.h"
#include "common/json/json_fields.h"
#include "common/os/os.h"
#include "common/rules/enroll_token.h"
#include "common/text/log.h"
#include "common/text/url.h"
#include "common/tls/certificates.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr size_t kAnswerMax = 256u << 10;
constexpr size_t kPemMax = 256u << 10;
constexpr int64_t kTimeoutMs = 15'000;
constexpr size_t kPasswordBytes = 32;
constexpr int kOwnFile = 0600;

struct Enrolment {
  Net* net = nullptr;
  EnrollWish wish;
  EnrollToken token;
  CredentialFiles files, fresh;  // fresh: what is not taken by the backend yet; what was used before stays until then
  TlsOptions tls;                // of what is asked after the backend has proved itself
  AgentCredential credential;
  std::function<void(Status)> done;
};
using EnrolmentPtr = std::shared_ptr<Enrolment>;

// What a server says may go to a terminal: its first line, without control characters.
std::string said_by(const std::string& body) {
  std::string text = json_check(body).ok() ? json_text_at(body, "message") : body.substr(0, body.find('\n'));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text.substr(0, 500);
}

Status answer_judge(const HttpClientResponse& r) {
  if (!r.status.ok()) return fail(Err::unavailable, r.status.message);
  if (r.code == 200 && json_check(r.body).ok()) return {};
  if (r.code == 404 && r.body.find("message") == r.body.npos)
    return fail(Err::denied, "it knows no enrolment: is it the API of a picket backend?");
  const bool later = r.code >= 500 || r.code == 429;
  return fail(later ? Err::unavailable : Err::denied, "it answers " + std::to_string(r.code) + ": " + said_by(r.body));
}

HttpClientRequest request_of(const Enrolment& e, const char* method, const TlsOptions& tls) {
  HttpClientRequest request;
  request.method = method;
  request.url = e.wish.url + "/api/picket/v1/enroll";
  request.tls = tls;
  request.timeout_ms = kTimeoutMs;
  request.body_max = kAnswerMax;
  request.redirects_max = 0;  // a token is for nobody else
  return request;
}

void end(const EnrolmentPtr& e, const Status& s) { e->done(s.ok() ? s : because("enrol at " + url_shown(e->wish.url), s)); }

// ---- the backend proves itself ----

Status authority_take(Enrolment& e, const std::string& pem) {
  Result<std::vector<CertificateFacts>> facts = certificates_read(pem);
  if (!facts.ok() || facts.value.size() != 1 || certificate_fingerprint(facts.value[0]) != e.token.pin)
    return fail(Err::denied,
                "the backend there is not the one whose token this is: its CA is another; make a new token, or look who answers");
  if (Status s = os_write_file(e.fresh.authority, pem, kOwnFile); !s.ok()) return s;
  e.tls.ca_file = e.fresh.authority;
  return {};
}

// ---- key or password ----

std::optional<AgentCredential> credential_load(const std::string& path) {
  if (!os_exists(path)) return std::nullopt;
  Result<std::string> text = os_read_file(path, kPemMax);
  Result<AgentCredential> c = text.ok() ? credential_decode(text.value) : Result<AgentCredential>(text.status);
  if (c.ok()) return c.value;
  log_error("agent", "the credential of enrolment cannot be read", {{"file", path}, {"error", c.status.message}});
  return std::nullopt;
}

Result<std::string> key_make(const Enrolment& e) {
  if (os_exists(e.fresh.key))
    if (Result<std::string> kept = os_read_file(e.fresh.key, kPemMax); kept.ok() && public_key_of(kept.value).ok())
      return public_key_of(kept.value);
  Result<std::string> key = private_key_make();
  if (!key.ok()) return key;
  if (Status s = os_write_file(e.fresh.key, key.value, kOwnFile); !s.ok()) return s;
  return public_key_of(key.value);
}

Status password_make(Enrolment& e) {
  std::optional<AgentCredential> kept = credential_load(e.fresh.credential);
  if (kept && !kept->password.empty()) return e.credential.password = kept->password, Status{};
  std::string bytes(kPasswordBytes, '\0');
  if (!os_random(bytes.data(), bytes.size())) return fail(Err::io, "no random numbers from the system");
  e.credential.password = hex_encode(bytes);
  return os_write_file(e.fresh.credential, credential_encode(e.credential), kOwnFile);
}

Result<std::string> body_make(Enrolment& e) {
  JsonObject body;
  body.add("token", enroll_token_write(e.token)).add("namespace", e.wish.config.ns).add("name", e.wish.config.name);
  if (e.credential.is_certificate) {
    Result<std::string> key = key_make(e);
    if (!key.ok()) return key;
    return body.add("public_key", key.value).done();
  }
  if (Status s = password_make(e); !s.ok()) return s;
  return body.add("secret_hash", hex_encode(sha256(e.credential.password))).done();
}

// ---- the answer ----

Status certificate_check(const std::string& key_file, const std::string& certificate) {
  Result<std::vector<CertificateFacts>> facts = certificates_read(certificate);
  Result<std::string> key = os_read_file(key_file, kPemMax), own = key.ok() ? public_key_of(key.value) : key;
  if (!facts.ok()) return because("the certificate that came", facts.status);
  if (!own.ok()) return own.status;
  if (public_key_fingerprint(facts.value[0].public_key) != public_key_fingerprint(own.value))
    return fail(Err::invalid, "the certificate that came is not for this agent's key");
  return {};
}

// Key and certificate first, what says that they count last.
Status certificate_keep(const Enrolment& e, const std::string& certificate) {
  Status s = certificate_check(e.fresh.key, certificate);
  if (s.ok()) s = os_rename(e.fresh.key, e.files.key);
  return s.ok() ? os_write_file(e.files.certificate, certificate, kOwnFile) : s;
}

Status answer_keep(Enrolment& e, const std::string& body) {
  AgentCredential& c = e.credential;
  const std::string authority = json_text_at(body, "ca");
  if (c.is_certificate)
    if (Status s = certificate_keep(e, json_text_at(body, "certificate")); !s.ok()) return s;
  if (!authority.empty())
    if (Status s = os_write_file(e.files.authority, authority, kOwnFile); !s.ok()) return s;
  c.user = json_text_at(body, "user");
  c.has_authority = !authority.empty();
  c.begun_s = os_unix_ms() / 1000;
  c.until_s = json_integer_at(body, "until");
  c.backend_url = agent_url_of(e.wish.url, static_cast<int>(json_integer_at(body, "agent_port")), json_at(body, {"agent_tls"}) == "true");
  c.complete = true;
  Status s = os_write_file(e.files.credential, credential_encode(c), kOwnFile);
  for (const std::string& path : {e.fresh.credential, e.fresh.authority})
    if (s.ok() && os_exists(path)) s = os_remove_file(path);
  return s;
}

void enroll(const EnrolmentPtr& e) {
  HttpClientRequest request = request_of(*e, "POST", e->tls);
  Result<std::string> body = body_make(*e);
  if (!body.ok()) return end(e, body.status);
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body.value;
  http_call(e->net, request, [e](const HttpClientResponse& response) {
    Status s = answer_judge(response);
    end(e, s.ok() ? answer_keep(*e, response.body) : s);
  });
}

// What it says of itself is believed for its CA alone, which the token knows.
void on_introduced(const EnrolmentPtr& e, const HttpClientResponse& response) {
  Status s = answer_judge(response);
  if (!s.ok()) return end(e, s);
  if (e->tls.insecure) {
    e->tls.insecure = false;
    if (s = authority_take(*e, json_text_at(response.body, "ca")); !s.ok()) return end(e, s);
  }
  e->credential.is_certificate = json_text_at(response.body, "credential") == "certificate";
  enroll(e);
}

Status prepare(Enrolment& e) {
  const AgentConfig& c = e.wish.config;
  Result<EnrollToken> token = enroll_token_read(e.wish.token);
  if (!token.ok()) return token.status;
  e.token = token.value;
  if (e.wish.url.empty()) e.wish.url = enroll_url_of(c);
  while (!e.wish.url.empty() && e.wish.url.back() == '/') e.wish.url.pop_back();
  Result<Url> url = url_parse(e.wish.url);
  if (!url.ok() || (url.value.scheme != "https" && url.value.scheme != "http"))
    return fail(Err::invalid, "url \"" + url_shown(e.wish.url) + "\": expected the backend's API, like https://backend.example.org:8080");
  if (url.value.scheme == "http" && !e.token.pin.empty())
    return fail(Err::invalid, "the backend of this token uses TLS; expected a URL with https://");
  if (url.value.scheme == "http")
    log_warn("agent", "enrolling without TLS: whoever is on the way may take the token", {{"url", url_shown(e.wish.url)}});
  e.tls.ca_file = c.trusted_ca_file;
  e.tls.insecure = url.value.scheme == "https" && c.trusted_ca_file.empty() && !e.token.pin.empty();
  e.files = credential_files(c);
  e.fresh = {e.files.credential + ".new", e.files.certificate + ".new", e.files.key + ".new", e.files.authority + ".new"};
  e.credential.ns = c.ns;
  e.credential.name = c.name;
  return os_make_dirs(c.state_dir, 0700);
}

}  // namespace

CredentialFiles credential_files(const AgentConfig& c) {
  return {agent_state_path(c, "credential"), agent_state_path(c, "cert.pem"), agent_state_path(c, "key.pem"),
          agent_state_path(c, "ca.pem")};
}

std::optional<AgentCredential> credential_read(const AgentConfig& config) { return credential_load(credential_files(config).credential); }

std::optional<AgentCredential> credential_use(AgentConfig& config) {
  std::optional<AgentCredential> c = credential_read(config);
  if (!c) return c;
  if (const std::string why = credential_unused(config, *c); !why.empty()) {
    log_warn("agent", "the credential of enrolment is not used", {{"why", why}});
    return std::nullopt;
  }
  credential_apply(config, *c, credential_files(config));
  return c;
}

void enroll_begin(Net* net, EnrollWish wish, std::function<void(Status)> done) {
  auto e = std::make_shared<Enrolment>();
  e->net = net;
  e->wish = std::move(wish);
  e->done = std::move(done);
  const Status s = prepare(*e);
  TlsOptions first = e->tls;
  if (first.insecure) first.ca_file.clear();
  HttpClientRequest request = request_of(*e, "GET", first);
  if (!s.ok()) request.url.clear();  // it fails, later: `done` never runs inside this call
  http_call(net, request, [e, s](const HttpClientResponse& response) { s.ok() ? on_introduced(e, response) : end(e, s); });
}

Status credential_renewed(const AgentConfig& config, AgentCredential* credential, std::string_view payload, int64_t now_s) {
  if (Status s = json_check(payload); !s.ok()) return s;
  const CredentialFiles files = credential_files(config);
  const std::string certificate = json_text_at(payload, "certificate");
  Status s = certificate_check(files.key, certificate);
  if (s.ok()) s = os_write_file(files.certificate, certificate, kOwnFile);
  if (!s.ok()) return s;
  credential->begun_s = now_s;
  credential->until_s = json_integer_at(payload, "until");
  return os_write_file(files.credential, credential_encode(*credential), kOwnFile);
}

}  // namespace picket
