// common/rules/validate_pipeline.cc - assets, filters, handlers, hooks, mutators, pipelines, silences.
#include <algorithm>

#include "common/options/options.h"
#include "common/rules/rota_rules.h"
#include "common/json/json.h"
#include "common/template/template.h"
#include "common/text/url.h"
#include "common/rules/asset_rules.h"
#include "common/rules/validate.h"
#include "common/rules/webhook_forms.h"
#include "common/time/time_window.h"

namespace picket {

static Status wrong(std::string message) { return fail(Err::invalid, std::move(message)); }

static bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
static bool is_one_word(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == ' ' || is_control(c); });
}
static bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

static Status need_namespace(const ObjectMeta& metadata) { return metadata.ns.empty() ? wrong("namespace must be set") : Status{}; }

// As they are rendered: a text that is JSON has a template in each of its strings.
static Status validate_template(const char* what, const std::string& text) {
  std::string_view t = text;
  while (!t.empty() && (t.front() == ' ' || t.front() == '\n' || t.front() == '\t' || t.front() == '\r')) t.remove_prefix(1);
  const bool json = !t.empty() && (t[0] == '{' || t[0] == '[') && json_check(t).ok();
  Status s = json ? template_check_json(t) : template_check(what, text);
  return s.ok() ? s : because(what, s);
}

static Status validate_headers(const std::string& what, const StringMap& headers) {
  for (const auto& [name, value] : headers) {
    if (name.empty() ||
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~") != name.npos)
      return wrong(what + " headers: \"" + name + "\" is not a valid header name");
    if (value.find_first_of("\r\n") != value.npos) return wrong(what + " headers: the value of " + name + " must be one line");
  }
  return {};
}

// Ours to write: with a second one, or another length, a server reads something else, or nothing.
static Status validate_webhook_headers(const StringMap& headers) {
  static constexpr const char* kOwn[] = {
      "content-length", "transfer-encoding", "host", "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "expect"};
  for (const auto& header : headers) {
    std::string name = header.first;
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = char(c + ('a' - 'A'));
    for (const char* own : kOwn)
      if (name == own) return wrong("webhook headers: \"" + header.first + "\" is set by picket for each request; remove it");
  }
  return validate_headers("webhook", headers);
}

static Status validate_download(const std::string& url, const std::string& sha512) {
  if (sha512.empty()) return wrong("SHA-512 checksum cannot be empty");
  if (sha512.size() < 128) return wrong("SHA-512 checksum must be at least 128 characters");
  return url.empty() ? wrong("URL cannot be empty") : Status{};
}

Status validate_asset(const Asset& asset) {
  if (Status s = validate_asset_name(asset.metadata.name); !s.ok()) return s;
  if (asset.metadata.ns.empty()) return wrong("namespace cannot be empty");
  if (asset.builds.empty()) return validate_download(asset.url, asset.sha512);
  for (const AssetBuild& build : asset.builds)
    if (Status s = validate_download(build.url, build.sha512); !s.ok()) return s;
  return {};
}

// With a template in it, only an entity decides what it is.
static Status validate_source(const std::string& url) {
  if (Status s = template_check("URL", url); !s.ok()) return because("URL", s);
  if (url.find("{{") != url.npos) return {};
  Result<Url> parsed = url_parse(url);
  if (!parsed.ok()) return because("URL", parsed.status);
  if (parsed.value.scheme == "http" || parsed.value.scheme == "https") return {};
  return wrong("URL must begin with http:// or https://, not " + parsed.value.scheme + "://");
}

static Status validate_fetch(const std::string& url, const std::string& sha512, const StringMap& headers) {
  if (Status s = asset_sum_check(sha512); !s.ok()) return s;
  if (Status s = validate_source(url); !s.ok()) return s;
  for (const auto& [name, value] : headers)
    if (Status s = template_check("asset headers", value); !s.ok()) return because("asset headers: " + name, s);
  return validate_headers("asset", headers);
}

Status validate_asset_definition(const Asset& asset) {
  if (Status s = validate_asset(asset); !s.ok()) return s;
  if (asset.builds.empty()) return validate_fetch(asset.url, asset.sha512, asset.headers);
  for (size_t i = 0; i < asset.builds.size(); i++)
    if (Status s = validate_fetch(asset.builds[i].url, asset.builds[i].sha512, asset.builds[i].headers); !s.ok())
      return because("build " + std::to_string(i), s);
  return {};
}

Status validate_filter(const EventFilter& filter) {
  if (Status s = validate_name(filter.metadata.name, "filter name"); !s.ok()) return s;
  if (filter.action != "allow" && filter.action != "deny") return wrong("action '" + filter.action + "' is not valid");
  if (filter.expressions.empty()) return wrong("filter must have one or more expressions");
  if (filter.when)
    for (Status s : {window_validate(*filter.when), window_days_validate(*filter.when)})
      if (!s.ok()) return because("when", s);
  if (Status s = validate_asset_references(filter.runtime_assets); !s.ok()) return s;
  return need_namespace(filter.metadata);
}

static Status validate_socket(const std::optional<HandlerSocket>& socket) {
  if (!socket) return wrong("tcp and udp handlers need a valid socket");
  if (socket->host.empty()) return wrong("socket host undefined");
  if (!is_one_word(socket->host)) return wrong("socket host must be one name or address, without blanks");
  if (socket->port > 65535) return wrong("socket port must be below 65536");
  return socket->port == 0 ? wrong("socket port undefined") : Status{};
}

// ---- handlers of ours ----

static Status validate_webhook(const std::optional<HandlerWebhook>& w) {
  if (!w) return wrong("webhook handlers need \"webhook\": {\"url\": ...}");
  if (w->url.compare(0, 7, "http://") != 0 && w->url.compare(0, 8, "https://") != 0)
    return wrong("webhook url must begin with http:// or https://");
  if (Result<Url> url = url_parse(w->url); !url.ok()) return because("webhook url", url.status);
  if (Status s = validate_webhook_headers(w->headers); !s.ok()) return s;
  if (Status s = validate_template("webhook body", w->body); !s.ok()) return s;
  return validate_webhook_form(*w);
}

static Status validate_oauth2(const HandlerEmail& e) {
  if (!e.oauth2) return {};
  const HandlerOauth2& o = *e.oauth2;
  if (!e.password.empty()) return wrong("email password and oauth2; use only one of them");
  if (e.username.empty()) return wrong("email oauth2 needs a username: the mailbox that the token is for");
  if (e.security != "starttls" && e.security != "tls") return wrong("email oauth2 needs security starttls or tls");
  if (o.token_url.compare(0, 8, "https://") != 0 && o.token_url.compare(0, 7, "http://") != 0)
    return wrong("email oauth2.token_url must begin with https://");
  if (Result<Url> url = url_parse(o.token_url); !url.ok()) return because("email oauth2.token_url", url.status);
  if (o.client_id.empty()) return wrong("email oauth2 needs a client_id");
  return o.refresh_token.empty() && o.client_secret.empty() ? wrong("email oauth2 needs a refresh_token or a client_secret") : Status{};
}

static Status validate_email(const std::optional<HandlerEmail>& e) {
  if (!e) return wrong("email handlers need \"email\": {\"host\": ..., \"from\": ..., \"to\": [...]}");
  if (e->host.empty()) return wrong("email host undefined");
  if (!is_one_word(e->host)) return wrong("email host must be one name or address, without blanks");
  if (e->port > 65535) return wrong("email port must be below 65536");
  if (e->from.find('@') == std::string::npos) return wrong("email from must be an address");
  if (e->from.find_first_of("\r\n") != std::string::npos) return wrong("email from must be one line");
  if (e->to.empty()) return wrong("email to must have at least one address");
  if (Status s = validate_template("email subject", e->subject); !s.ok()) return s;
  if (Status s = validate_template("email body", e->body); !s.ok()) return s;
  if (Status s = validate_oauth2(*e); !s.ok()) return s;
  for (const std::string& to : e->to) {
    if (to.find_first_of("\r\n") != std::string::npos) return wrong("email to: an address must be one line");
    if (to.find('@') == std::string::npos) return wrong("email to: \"" + to + "\" is not an address");
    if (to.find(',') != std::string::npos) return wrong("email to: \"" + to + "\" is several addresses; write each as an item of its own");
  }
  for (const char* security : {"", "none", "starttls", "tls"})
    if (e->security == security) return {};
  return wrong("email security \"" + e->security + "\" is unknown; expected none, starttls or tls");
}

static Status validate_file(const std::optional<HandlerFile>& f) {
  if (f && std::any_of(f->path.begin(), f->path.end(), is_control)) return wrong("file path must not hold control characters");
  return f && !f->path.empty() && f->path[0] == '/' ? Status{} : wrong("file handlers need \"file\": {\"path\": \"/absolute/path\"}");
}

static Status validate_handler_type(const Handler& handler) {
  const std::string& type = handler.type;
  if (type.empty()) return wrong("empty handler type");
  if (type == "tcp" || type == "udp") return validate_socket(handler.socket);
  if (type == "webhook") return validate_webhook(handler.webhook);
  if (type == "email") return validate_email(handler.email);
  if (type == "file") return validate_file(handler.file);
  if (type == "rota") return validate_rota(handler.rota);
  if (type == "pipe") return is_blank(handler.command) ? wrong("missing command") : Status{};
  return type == "set" ? Status{} : wrong("unknown handler type: " + type);
}

static Status validate_escalation(const Handler& handler) {
  constexpr size_t kEscalationsMax = 16;
  if (handler.escalate.size() > kEscalationsMax) return wrong("escalate: at most " + std::to_string(kEscalationsMax) + " steps");
  for (const HandlerEscalation& e : handler.escalate) {
    const Result<int64_t> after = duration_parse_ms(e.after);
    if (!after.ok() || after.value < 1000) return wrong("escalate: after: \"" + e.after + "\": expected a duration like 15m");
    if (Status s = validate_name(e.handler, "handler"); !s.ok()) return wrong("escalate: " + s.message);
  }
  return {};
}

// It would call itself again and again.
static Status validate_not_itself(const Handler& handler) {
  const std::string& own = handler.metadata.name;
  const std::string itself = "\"" + own + "\" is this handler itself; name another one";
  for (const HandlerEscalation& e : handler.escalate)
    if (e.handler == own) return wrong("escalate: handler: " + itself);
  if (handler.type != "rota" || !handler.rota) return {};
  const StringList& members = handler.rota->handlers;
  return std::find(members.begin(), members.end(), own) == members.end() ? Status{} : wrong("rota: handlers: " + itself);
}

Status validate_handler(const Handler& handler) {
  if (Status s = validate_name(handler.metadata.name, "handler name"); !s.ok()) return s;
  if (Status s = validate_no_nul("command", handler.command); !s.ok()) return s;
  if (Status s = validate_handler_type(handler); !s.ok()) return s;
  if (Status s = validate_env_vars(handler.env_vars); !s.ok()) return s;
  if (Status s = validate_escalation(handler); !s.ok()) return s;
  if (Status s = validate_not_itself(handler); !s.ok()) return s;
  if (Status s = validate_handler_references(handler); !s.ok()) return s;
  return need_namespace(handler.metadata);
}

Status validate_hook(const HookConfig& hook) {
  if (Status s = validate_name(hook.metadata.name, "hook name"); !s.ok()) return s;
  if (hook.command.empty()) return wrong("command cannot be empty");
  if (hook.timeout < 1) return wrong("hook timeout must be greater than 0");
  return need_namespace(hook.metadata);
}

Status validate_hook_definition(const HookConfig& hook) {
  if (Status s = validate_hook(hook); !s.ok()) return s;
  if (Status s = validate_no_nul("command", hook.command); !s.ok()) return s;
  return validate_asset_references(hook.runtime_assets);
}

Status validate_mutator(const Mutator& mutator) {
  if (Status s = validate_name(mutator.metadata.name, "mutator name"); !s.ok()) return s;
  if (Status s = validate_no_nul("command", mutator.command); !s.ok()) return s;
  if (is_blank(mutator.command) && mutator.eval.empty()) return wrong("mutator command or eval must be set");
  if (mutator.type == "javascript" && !mutator.command.empty())
    return wrong("\"command\" used with javascript mutator, should be \"eval\"");
  if (Status s = validate_env_vars(mutator.env_vars); !s.ok()) return s;
  if (Status s = need_namespace(mutator.metadata); !s.ok()) return s;
  if (Status s = validate_asset_references(mutator.runtime_assets); !s.ok()) return s;
  if (mutator.type.empty() || mutator.type == "pipe" || mutator.type == "javascript") return {};
  return wrong("invalid mutator type \"" + mutator.type + "\", valid types are \"javascript, pipe\"");
}

// One reference of a workflow: `what` is its key, `type` what it must be, `doing` what it is for.
static Status validate_reference(const ResourceReference& r, const char* what, const char* type, const char* doing) {
  if (Status s = validate_name(r.name, "name"); !s.ok()) return wrong(std::string(what) + " " + s.message);
  if (r.type.empty()) return wrong(std::string(what) + " type must be set");
  if (r.api_version.empty()) return wrong(std::string(what) + " api_version must be set");
  if (r.api_version == "core/v2" && r.type == type) return {};
  return wrong(std::string(what) + " resource type not capable of " + doing + " events: " + r.api_version + "." + r.type);
}

static Status validate_workflow(const PipelineWorkflow& w) {
  if (Status s = validate_name(w.name, "name"); !s.ok()) return s;
  for (const ResourceReference& filter : w.filters)
    if (Status s = validate_reference(filter, "filter", "EventFilter", "filtering"); !s.ok()) return s;
  if (w.mutator)
    if (Status s = validate_reference(*w.mutator, "mutator", "Mutator", "mutating"); !s.ok()) return s;
  if (!w.handler) return wrong("handler must be set");
  return validate_reference(*w.handler, "handler", "Handler", "handling");
}

Status validate_pipeline(const Pipeline& pipeline) {
  if (Status s = validate_name(pipeline.metadata.name, "name"); !s.ok()) return s;
  if (Status s = need_namespace(pipeline.metadata); !s.ok()) return s;
  for (const PipelineWorkflow& w : pipeline.workflows)
    if (Status s = validate_workflow(w); !s.ok()) return wrong("workflow " + s.message);
  return {};
}

Status validate_silenced(const Silenced& s) {
  bool any_subscription = s.subscription.empty() || s.subscription == "*", any_check = s.check.empty() || s.check == "*";
  if (any_subscription && any_check) return wrong("must provide check or subscription");
  if (!any_subscription)
    if (Status bad = validate_subscription(s.subscription, "Subscription"); !bad.ok()) return bad;
  if (!any_check)
    if (Status bad = validate_name(s.check, "Check"); !bad.ok()) return bad;
  if (s.expire < -1 || s.expire > kSilenceSecondsMax)
    return wrong("expire must be seconds, or -1 for never; " + std::to_string(s.expire) + " is not");
  for (auto [name, at] : {std::pair<const char*, int64_t>{"begin", s.begin}, {"expire_at", s.expire_at}})
    if (at > kUnixSecondsMax) return wrong(std::string(name) + " must be a time in seconds since 1970; " + std::to_string(at) + " is not");
  if (s.expire <= 0 && s.begin > 0 && s.expire_at > 0 && s.expire_at <= s.begin)
    return wrong("expire_at " + std::to_string(s.expire_at) + " must be after begin " + std::to_string(s.begin) +
                 " (now, where none is given); it would silence nothing");
  for (size_t i = 0; i < s.windows.size(); i++)
    if (Status bad = subdue_validate(s.windows[i]); !bad.ok()) return wrong("window " + std::to_string(i) + " invalid: " + bad.message);
  return {};
}

}  // namespace picket
