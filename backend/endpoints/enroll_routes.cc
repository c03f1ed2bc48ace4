// backend/endpoints/enroll_routes.cc - enrolment over the API: grants, the agents that have enrolled, and the enrolment itself, which
// needs a token and nothing else. Decisions: backend/enroll/enroll.h.
#include "common/os/os.h"
#include "common/text/log.h"
#include "common/tls/crypto.h"
#include "backend/agents/agent_credential.h"
#include "backend/agents/agent_sessions.h"
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"

namespace picket {
namespace {

constexpr size_t kPemMax = 4u << 20;

std::string random_hex(size_t digits) {
  std::string bytes(digits / 2, '\0');
  return os_random(bytes.data(), bytes.size()) ? hex_encode(bytes) : "";
}

Result<std::vector<CertificateFacts>> facts_of(const std::string& path) {
  if (path.empty()) return std::vector<CertificateFacts>();
  Result<std::string> pem = os_read_file(path, kPemMax);
  return pem.ok() ? certificates_read(pem.value) : Result<std::vector<CertificateFacts>>(pem.status);
}

// What a client has to trust to trust this listener: PEM; "" = what systems trust anyway, or there is no TLS.
std::string anchor_of(const TlsOptions& listener, const std::string& ca_file) {
  Result<std::vector<CertificateFacts>> chain = facts_of(listener.cert_file), trusted = facts_of(ca_file);
  const CertificateFacts* anchor = certificate_anchor(chain.value, trusted.value);
  return anchor ? certificate_pem(*anchor) : "";
}

std::string pin_of(const Backend& b) {
  const std::string anchor = anchor_of(b.config.tls, b.config.tls.ca_file);
  return anchor.empty() ? "" : certificate_fingerprint(certificates_read(anchor).value.at(0));
}

template <class Shown>
Result<std::string> list_shown(const CallPtr& call, const char* kind, Shown shown) {
  auto listed = store_list(call->backend->store, kind, call->path.ns, call->path.ns, "", 0);
  std::string text = "[";
  for (const StoredObject& o : listed.value) text += (text.size() > 1 ? "," : "") + shown(o);
  return listed.ok() ? Result<std::string>(text + "]") : listed.status;
}

bool namespace_there(const CallPtr& call) {
  if (call->backend->namespaces.count(call->path.ns)) return true;
  answer_error(call, 404, 2, "the namespace " + call->path.ns + " does not exist");
  return false;
}

// Grants that are over leave when new ones are made; how many there are then.
Result<size_t> grants_tidy(const CallPtr& call, std::vector<StoreWrite>& batch) {
  auto listed = store_list(call->backend->store, kGrants, call->path.ns, call->path.ns, "", 0);
  size_t count = 0;
  for (const StoredObject& o : listed.value) {
    const EnrollGrant g = grant_decode(o.ns, o.name, o.body);
    if (g.until_s > call->now_s) count++;
    else batch.push_back(write_drop(kGrants, o.ns, o.name));
  }
  return listed.ok() ? Result<size_t>(count) : listed.status;
}

// ---- an agent enrols ----

struct Enrolling {
  EnrollRequest request;
  EnrollGrant grant;
  int64_t grant_revision = 0;
  Enrolled present;
  int64_t present_revision = 0;  // 0: it is not enrolled
  Enrolled next;
  std::string certificate;
};

void refuse(const CallPtr& call, const EnrollRequest& r, const Status& why) {
  log_audit("enrolment refused",
            {{"peer", call->request.peer},
             {"namespace", std::string_view(r.ns).substr(0, 200)},
             {"agent", std::string_view(r.name).substr(0, 200)},
             {"token", r.token.id},
             {"error", why.message}});
  answer_error(call, why.code == Err::unauthenticated ? 401 : status_http(why.code), status_code(why.code), why.message);
}

bool connected_elsewhere(const CallPtr& call, const EnrollRequest& r) {
  const std::string address = login_address(call->request.peer);
  auto of_name = call->backend->sessions->by_entity.find(r.ns + "\n" + r.name);
  if (of_name == call->backend->sessions->by_entity.end()) return false;
  return std::any_of(of_name->second.begin(), of_name->second.end(), [&](const AgentSession* s) { return s->address != address; });
}

EnrollVerdict judge(const CallPtr& call, Enrolling& e) {
  Store* store = call->backend->store;
  const EnrollRequest& r = e.request;
  auto grant = store_get(store, kGrants, r.ns, r.token.id), present = store_get(store, kEnrolled, r.ns, r.name);
  for (const Status* s : {&grant.status, &present.status})
    if (!s->ok() && s->code != Err::not_found) return {fail(Err::unavailable, "cannot read the store; try again later")};
  EnrollState state;
  state.now_s = call->now_s;
  state.elsewhere = connected_elsewhere(call, r);
  if (grant.ok())
    e.grant = grant_decode(r.ns, r.token.id, grant.value.body), e.grant_revision = grant.value.revision, state.grant = &e.grant;
  if (present.ok())
    e.present = enrolled_decode(r.ns, r.name, present.value.body), e.present_revision = present.value.revision, state.present = &e.present;
  EnrollVerdict verdict = enroll_decide(r, state);
  if (!verdict.status.ok() || call->backend->namespaces.count(r.ns)) return verdict;
  return {fail(Err::not_found, "the namespace " + r.ns + " does not exist")};
}

// The credential; which of both kinds the backend decides.
Status credential_make(const CallPtr& call, Enrolling& e) {
  const EnrollRequest& r = e.request;
  const BackendConfig& config = call->backend->config;
  const bool by_certificate = agent_certificates_are_signed(config);
  if (by_certificate == r.public_key.empty())
    return fail(Err::invalid,
                std::string("this backend enrols agents with ") +
                    (by_certificate ? "certificates: expected public_key" : "passwords: expected secret_hash"));
  if (!by_certificate) return {};
  Result<SignedCredential> made = agent_certificate_sign(config, enrolled_user(r.ns, r.name), r.public_key, call->now_s);
  if (!made.ok()) return made.status;
  e.certificate = made.value.certificate;
  e.next.until_s = made.value.until_s;
  return {};
}

std::string credential_shown(const CallPtr& call, const Enrolling& e) {
  const Backend& b = *call->backend;
  const bool tls = !b.config.agent_tls.cert_file.empty();
  return JsonObject()
      .add("credential", e.certificate.empty() ? "password" : "certificate")
      .add("user", enrolled_user(e.request.ns, e.request.name))
      .add("certificate", e.certificate)
      .add("until", e.next.until_s)
      .add("agent_port", backend_agent_port(&b))
      .add("agent_tls", tls)
      .add("ca", tls ? anchor_of(b.config.agent_tls, b.config.tls.ca_file) : "")
      .done();
}

StoreWrite conditional(StoreWrite write, int64_t revision) {
  write.op = revision == 0 ? StoreWrite::create : StoreWrite::put_if_revision;
  write.object.revision = revision;
  return write;
}

// One transaction: two agents that come with the last use of a token at the same time are one too many.
void enroll_store(const CallPtr& call, std::shared_ptr<Enrolling> e, bool again) {
  const EnrollRequest& r = e->request;
  if (!again) e->grant.used++;
  e->next.ns = r.ns;
  e->next.name = r.name;
  e->next.id = again ? e->present.id : random_hex(32);
  e->next.public_key = r.public_key;
  e->next.secret_hash = r.secret_hash;
  e->next.grant = r.token.id;
  e->next.address = login_from(call->request, false).address;
  e->next.enrolled_s = call->now_s;
  std::vector<StoreWrite> batch = {conditional(write_put(kGrants, r.ns, e->grant.id, grant_encode(e->grant)), e->grant_revision),
                                   conditional(write_put(kEnrolled, r.ns, r.name, enrolled_encode(e->next)), e->present_revision)};
  batch[1].check_namespace = true;
  store_write(call->backend->store, std::move(batch), [call, e, again](Status s) {
    const EnrollRequest& asked = e->request;
    if (s.code == Err::precondition || s.code == Err::exists)
      s = fail(Err::unavailable, "another agent has used this token at the same moment; try again");
    if (!s.ok()) return refuse(call, asked, s);
    log_audit("agent enrolled",
              {{"peer", call->request.peer},
               {"namespace", asked.ns},
               {"agent", asked.name},
               {"token", asked.token.id},
               {"created_by", e->grant.created_by},
               {"credential", e->certificate.empty() ? "password" : "certificate"},
               {"again", again},
               {"uses_left", e->grant.uses - e->grant.used}});
    answer_json(call, 200, credential_shown(call, *e));
  });
}

bool throttled(const CallPtr& call, const std::string& name, const LoginFrom& from) {
  const int64_t wait = auth_login_wait_s(call->backend->auth, name, from);
  if (wait == 0) return false;
  answer(call, 429, "{\"message\":\"too many wrong tokens; try again later\",\"code\":0}",
         {{"Content-Type", "application/json"}, {"Retry-After", std::to_string(wait)}});
  return true;
}

}  // namespace

void enroll_get(CallPtr call) {
  const Backend& b = *call->backend;
  const std::string anchor = call->request.tls ? anchor_of(b.config.tls, b.config.tls.ca_file) : "";
  answer_json(
      call, 200,
      JsonObject().add("credential", agent_certificates_are_signed(b.config) ? "certificate" : "password").add("ca", anchor).done());
}

void enroll_post(CallPtr call) {
  std::string body;
  const LoginFrom from = login_from(call->request, false);
  auto e = std::make_shared<Enrolling>();
  if (throttled(call, "enroll", from) || !call_body(call, 1, &body)) return;
  Result<EnrollRequest> request = enroll_request_read(body);
  if (!request.ok()) return answer_error(call, 400, 1, request.status.message);
  e->request = std::move(request.value);
  const EnrollVerdict verdict = judge(call, *e);
  if (verdict.status.code == Err::unauthenticated)
    auth_failed(call->backend->auth, "enroll", from, auth_mac(call->backend->auth, e->request.token.id + e->request.token.secret));
  if (!verdict.status.ok()) return refuse(call, e->request, verdict.status);
  if (Status s = credential_make(call, *e); !s.ok()) return refuse(call, e->request, s);
  enroll_store(call, std::move(e), verdict.again);
}

void enroll_list(CallPtr call) {
  if (!namespace_there(call)) return;
  auto grants = list_shown(call, kGrants, [](const StoredObject& o) { return grant_shown(grant_decode(o.ns, o.name, o.body)); });
  auto agents = list_shown(call, kEnrolled, [](const StoredObject& o) { return enrolled_shown(enrolled_decode(o.ns, o.name, o.body)); });
  if (!grants.ok() || !agents.ok()) return answer_unread(call, grants.ok() ? agents.status : grants.status);
  answer_json(call, 200, JsonObject().add_raw("tokens", grants.value).add_raw("agents", agents.value).done());
}

void enroll_token_create(CallPtr call) {
  std::string body;
  if (!namespace_there(call) || !call_body(call, 1, &body)) return;
  Result<EnrollGrant> grant = grant_read(body, call->now_s);
  std::vector<StoreWrite> batch;
  Result<size_t> count = grant.ok() ? grants_tidy(call, batch) : Result<size_t>(grant.status);
  if (!count.ok()) return answer_status(call, count.status);
  if (count.value >= kGrantsMax)
    return answer_error(call, 400, 1,
                        "there are " + std::to_string(count.value) + " tokens; delete some with `picket ctl enroll delete-token`");
  EnrollGrant& g = grant.value;
  const EnrollToken token = {random_hex(kEnrollIdSize), random_hex(kEnrollSecretSize), pin_of(*call->backend)};
  if (token.id.empty() || token.secret.empty()) return answer_error(call, 500, 0, "no random numbers from the system");
  g.id = token.id;
  g.ns = call->path.ns;
  g.created_ms = os_unix_ms();
  g.secret_hash = enroll_secret_hash(token.secret);
  g.created_by = call->who.username;
  call_changes(*call, kGrants, g.ns, g.id);
  batch.push_back(write_create(kGrants, g.ns, g.id, grant_encode(g)));
  batch.back().check_namespace = true;
  store_write(call->backend->store, std::move(batch), [call, token, g](Status s) {
    if (!s.ok()) return answer_status(call, s);
    answer_json(call, 201,
                JsonObject()
                    .add("token", enroll_token_write(token))
                    .add("id", g.id)
                    .add("until", g.until_s)
                    .add("uses", g.uses)
                    .add("name", g.names)
                    .done());
  });
}

void enroll_token_delete(CallPtr call) {
  call_changes(*call, kGrants, call->path.ns, call->path.id);
  store_write(call->backend->store, {write_kept(write_del(kGrants, call->path.ns, call->path.id))},
              [call](Status s) { s.ok() ? answer_json(call, 204, "") : answer_status(call, s); });
}

// Whatever the store does now: it counts from here on (write_kept), and its sessions end (identity.h).
void enroll_agent_revoke(CallPtr call) {
  auto found = store_get(call->backend->store, kEnrolled, call->path.ns, call->path.id);
  if (!found.ok()) return answer_unread(call, found.status);
  Enrolled agent = enrolled_decode(call->path.ns, call->path.id, found.value.body);
  if (agent.revoked_s == 0) agent.revoked_s = call->now_s, agent.revoked_ms = os_unix_ms();
  call_changes(*call, kEnrolled, agent.ns, agent.name);
  const bool forget = query_get(call->request.query, "forget") == "true";
  StoreWrite write =
      forget ? write_drop(kEnrolled, agent.ns, agent.name) : write_put(kEnrolled, agent.ns, agent.name, enrolled_encode(agent));
  store_write(call->backend->store, {write_kept(std::move(write))},
              [call](Status s) { s.ok() ? answer_json(call, 204, "") : answer_status(call, s); });
}

}  // namespace picket
