// cli/nouns/user.cc - users, their groups and passwords; API keys; the opinion on telemetry.
#include "backend/auth/auth.h"
#include "backend/auth/password.h"
#include "cli/show/ctl_resource.h"
#include "common/tls/crypto.h"
#include "common/json/json.h"

namespace picket {
namespace {

std::string user_url(const std::string& name, const std::string& rest = "") { return "/api/core/v2/users/" + path_escape(name) + rest; }

// A new password asked for twice.
Result<std::string> ask_new_password(Ctl& ctl, const char* question, const char* again, const char* mismatch) {
  Result<std::string> first = ask_secret(ctl, question);
  if (!first.ok()) return first;
  Result<std::string> second = ask_secret(ctl, again);
  if (!second.ok()) return second;
  if (first.value != second.value) return fail(Err::invalid, mismatch);
  return first;
}

Status validate_password(const std::string& password) {
  if (password.empty()) return fail(Err::invalid, "password can't be empty");
  if (password.size() < kPasswordMin) return fail(Err::invalid, "password length must be at least 8 characters");
  return {};
}

Status send_and_say(Ctl& ctl, const char* method, const std::string& path, std::string body, const char* done) {
  Status s = client_send(ctl, method, path, std::move(body));
  return s.ok() ? say(ctl, done) : s;
}

// Done, and what it means when it is the password that Sensu's documents print. sensuctl has no word for it.
Status send_password(Ctl& ctl, const char* method, const std::string& path, std::string body, const char* done,
                     const std::string& password) {
  const Status s = send_and_say(ctl, method, path, std::move(body), done);
  if (s.ok() && ctl.program != "sensuctl" && password == kDefaultPassword)
    ctl.write_err(
        "warning: this is Sensu's default password, which everybody knows. A picket backend accepts it from its own machine only: agents "
        "and users elsewhere are refused with it. Choose another one, and write it as `password:` into every agent.yml; "
        "agent-default-login-from and agent-default-login-until let agents in for a while\n");
  return s;
}

}  // namespace

Status run_user_create(Ctl& ctl) {
  if (ctl.args.size() > 1) return usage_error(ctl);
  std::string name = ctl.args.empty() ? "" : ctl.args[0], password = flag_text(ctl, "password"), groups = flag_text(ctl, "groups");
  if (flag_on(ctl, "interactive")) {
    Result<std::string> answer = ask(ctl, "Username:", name, true);
    if (!answer.ok()) return answer.status;
    name = answer.value;
    answer = ask_new_password(ctl, "Password:", "Retype password:", "Password confirmation doesn't match the password");
    if (!answer.ok()) return answer.status;
    password = answer.value;
    answer = ask(ctl, "Groups:", groups);
    if (!answer.ok()) return answer.status;
    groups = answer.value;
  }
  JsonObject o;
  o.add("username", name).add("password", password);
  if (!split_csv(groups).empty()) o.add_raw("groups", json_list(split_csv(groups)));
  o.add("disabled", false);
  std::string user = o.done();
  if (Status s = command_type(ctl).validate(canonical(command_type(ctl), user)); !s.ok()) return s;
  return send_password(ctl, "POST", "/api/core/v2/users", user, "Created", password);
}

Status run_user_disable(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  if (!flag_on(ctl, "skip-confirm") && !confirm_delete(ctl, ctl.args[0], "user", "disable")) return say(ctl, "Canceled");
  return send_and_say(ctl, "DELETE", user_url(ctl.args[0]), "", "Disabled");
}

Status run_user_reinstate(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  return send_and_say(ctl, "PUT", user_url(ctl.args[0], "/reinstate"), "", "Reinstated");
}

Status run_user_add_group(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  return send_and_say(ctl, "PUT", user_url(ctl.args[0], "/groups/" + path_escape(ctl.args[1])), "", "Added");
}

Status run_user_remove_group(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  return send_and_say(ctl, "DELETE", user_url(ctl.args[0], "/groups/" + path_escape(ctl.args[1])), "", "Removed");
}

Status run_user_remove_groups(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  return send_and_say(ctl, "DELETE", user_url(ctl.args[0], "/groups"), "", "Removed");
}

Status run_user_set_groups(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  if (Status s = client_send(ctl, "DELETE", user_url(ctl.args[0], "/groups")); !s.ok()) return s;
  for (const std::string& group : split_csv(ctl.args[1]))
    if (Status s = client_send(ctl, "PUT", user_url(ctl.args[0], "/groups/" + path_escape(group))); !s.ok()) return s;
  return say(ctl, "Updated");
}

Status run_user_test_creds(Ctl& ctl) {
  if (ctl.args.size() > 1) return usage_error(ctl);
  std::string name = ctl.args.empty() ? "" : ctl.args[0], password = flag_text(ctl, "password");
  if (flag_on(ctl, "interactive")) {
    Result<std::string> answer = ask(ctl, "Username:", name, true);
    if (!answer.ok()) return answer.status;
    name = answer.value;
    answer = ask_secret(ctl, "Password:");
    if (!answer.ok()) return answer.status;
    password = answer.value;
  }
  return reply_status(client_call(ctl, "GET", "/auth/test", "", {{"Authorization", "Basic " + base64_encode(name + ":" + password)}}));
}

// A backend of 5.x takes what 6.x calls the present password for the new one, and says that it worked. So it is asked first; one
// that does not say is taken for a newer one.
static Result<bool> backend_is_5(Ctl& ctl) {
  CtlReply reply = client_call(ctl, "GET", "/version");
  if (!reply.transport.ok()) return reply.transport;
  return reply.code == 200 && text_at(reply.body, {"sensu_backend"}).compare(0, 2, "5.") == 0;
}

// There the new password is all that is sent: the present one is tried by a login.
static Status change_password_5(Ctl& ctl, const std::string& name, const std::string& current, const std::string& fresh) {
  CtlReply known = client_call(ctl, "GET", "/auth", "", {{"Authorization", "Basic " + base64_encode(name + ":" + current)}});
  if (known.transport.ok() && known.code == 401)
    return fail(Err::unauthenticated, "the current password is wrong; the password was not changed");
  if (Status s = reply_status(known); !s.ok()) return s;
  JsonObject body;
  body.add("username", name).add("password", fresh);
  return send_password(ctl, "PUT", user_url(name, "/password"), body.done(), "Updated", fresh);
}

Status run_user_change_password(Ctl& ctl) {
  if (ctl.args.size() > 1) return usage_error(ctl);
  std::string name = ctl.args.empty() ? client_user(ctl) : ctl.args[0];
  std::string current = flag_text(ctl, "current-password"), fresh = flag_text(ctl, "new-password");
  if (flag_on(ctl, "interactive")) {
    Result<std::string> answer = ask_secret(ctl, "Current Password:\t");
    if (!answer.ok()) return answer.status;
    current = answer.value;
    answer = ask_new_password(ctl, "New Password:\t\t", "Confirm Password:\t", "given passwords do not match");
    if (!answer.ok()) return answer.status;
    fresh = answer.value;
  } else if (current.empty() || fresh.empty()) {
    return usage_error(ctl, current.empty() ? "current password must be provided" : "new password must be provided");
  }
  if (Status s = validate_password(fresh); !s.ok()) return s;
  Result<bool> is_old = backend_is_5(ctl);
  if (!is_old.ok()) return is_old.status;
  if (is_old.value) return change_password_5(ctl, name, current, fresh);
  Result<std::string> hash = password_hash(fresh);
  if (!hash.ok()) return hash.status;
  JsonObject body;
  body.add("password", current).add("password_hash", hash.value);
  return send_password(ctl, "PUT", user_url(name, "/password"), body.done(), "Updated", fresh);
}

Status run_user_reset_password(Ctl& ctl) {
  if (ctl.args.size() != 1) return usage_error(ctl, "a username is required");
  std::string fresh = flag_text(ctl, "new-password");
  if (flag_on(ctl, "interactive")) {
    Result<std::string> answer = ask_new_password(ctl, "New Password:\t\t", "Confirm Password:\t", "given passwords do not match");
    if (!answer.ok()) return answer.status;
    fresh = answer.value;
  } else if (fresh.empty()) {
    return usage_error(ctl, "new password must be provided");
  }
  if (Status s = validate_password(fresh); !s.ok()) return s;
  Result<bool> is_old = backend_is_5(ctl);
  if (!is_old.ok()) return is_old.status;
  if (is_old.value)
    return fail(Err::invalid, "this backend is Sensu Go 5 and cannot reset passwords; use `user change-password` with the current one");
  Result<std::string> hash = password_hash(fresh);
  if (!hash.ok()) return hash.status;
  JsonObject body;
  body.add("password_hash", hash.value);
  return send_password(ctl, "PUT", user_url(ctl.args[0], "/reset_password"), body.done(), "Updated", fresh);
}

Status run_user_hash_password(Ctl& ctl) {
  if (ctl.args.size() != 1) return usage_error(ctl, "a password is required");
  if (Status s = validate_password(ctl.args[0]); !s.ok()) return s;
  Result<std::string> hash = password_hash(ctl.args[0]);
  return hash.ok() ? say(ctl, hash.value) : hash.status;
}

Status run_api_key_grant(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  JsonObject body;
  body.add_raw("metadata", "{}").add("username", ctl.args[0]);
  CtlReply reply = client_call(ctl, "POST", "/api/core/v2/apikeys", body.done());
  if (Status s = reply_status(reply); !s.ok()) return s;
  return say(ctl, "Created: " + std::string(header_get(reply.headers, "Location")));
}

Status run_tessen_info(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Result<std::string> got = client_get(ctl, "/api/core/v2/tessen");
  if (!got.ok()) return got.status;
  return show_info(ctl, command_view(ctl), canonical(command_type(ctl), got.value));
}

Status run_tessen_opt_in(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  return send_and_say(ctl, "PUT", "/api/core/v2/tessen", "{\"opt_out\":false}", "Thank you so much for opting in!");
}

Status run_tessen_opt_out(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  const char* question = "Are you sure you would like to opt-out of tessen? We'd hate to see you go!";
  if (!flag_on(ctl, "skip-confirm") && !confirm(ctl, question))
    return say(ctl, "Phew! We're glad you decided to stick around for a while!");
  return send_and_say(ctl, "PUT", "/api/core/v2/tessen", "{\"opt_out\":true}",
                      "I thought we were friends :( Remember, you can opt back in at any time!");
}

}  // namespace picket
