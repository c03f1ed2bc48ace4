// checks/kinds/check_services.cc - the checks that are one dialog: tcp, tls, smtp, ssh, mysql, postgres, redis.
#include "checks/run/dialog_client.h"

namespace picket {
namespace {

using Started = Result<std::shared_ptr<void>>;

// ---- tcp ----

const OptionRow kTcpRows[] = {
    {"send", nullptr, 's', kText, "", "TEXT", "Text to send; \\r \\n \\t \\xHH are escapes.", kHow},
    {"expect", nullptr, 'e', kText, "", "TEXT", "Critical if the response does not contain this text.", kJudged},
    {"banner", nullptr, 'b', kBoolean, "false", "", "Critical if the server sends nothing.", kJudged},
};

Started start_tcp(uv_loop_t* loop, const Options& o, const CheckFiles& files, CheckDone done) {
  Result<Talk> talk = talk_from(o, files, 0);
  if (!talk.ok()) return talk.status;
  talk.value.dialog = dialog_tcp({dialog_unescape(o.text("send")), dialog_unescape(o.text("expect")), o.boolean("banner")});
  return talk_start(loop, std::move(talk.value), std::move(done));
}

// ---- tls ----

const OptionRow kTlsCheckRows[] = {
    {"starttls", nullptr, 0, kText, "", "PROTOCOL", "Protocol for STARTTLS: smtp, imap, pop3, ftp or postgres.", kHow},
};

unsigned tls_check_reads(const Options&) { return kReadTrust; }

Started start_tls_check(uv_loop_t* loop, const Options& o, const CheckFiles& files, CheckDone done) {
  struct Row { const char* name; int port; };
  int port = 443;
  const std::string& protocol = o.text("starttls");
  for (const Row& r : {Row{"smtp", 25}, {"imap", 143}, {"pop3", 110}, {"ftp", 21}, {"postgres", 5432}})
    if (protocol == r.name) port = r.port;
  Result<Talk> talk = talk_from(o, files, port);
  if (!talk.ok()) return talk.status;
  talk.value.tls = protocol.empty();
  talk.value.stop_at_tls = true;
  if (!protocol.empty()) talk.value.dialog = dialog_start_tls(protocol);
  if (!protocol.empty() && !talk.value.dialog)
    return fail(Err::invalid, "--starttls \"" + protocol + "\": expected smtp, imap, pop3, ftp or postgres");
  return talk_start(loop, std::move(talk.value), std::move(done));
}

// ---- smtp, ssh ----

const OptionRow kSmtpRows[] = {
    {"starttls", nullptr, 0, kBoolean, "false", "", "Use STARTTLS; critical if the server does not offer it.", kHow},
    {"expect", nullptr, 'e', kText, "220", "TEXT", "Text the greeting must begin with.", kJudged},
    {"name", nullptr, 0, kText, "picket", "NAME", "Host name to send in EHLO.", kHow},
};

unsigned smtp_reads(const Options& o) { return o.boolean("tls") || o.boolean("starttls") ? kReadTrust : 0; }

Started start_smtp(uv_loop_t* loop, const Options& o, const CheckFiles& files, CheckDone done) {
  Result<Talk> talk = talk_from(o, files, o.boolean("tls") ? 465 : 25);
  if (!talk.ok()) return talk.status;
  if (o.text("name").find_first_of("\r\n") != std::string::npos) return fail(Err::invalid, "--name contains a line break");
  talk.value.dialog = dialog_smtp({o.text("name"), o.text("expect"), o.boolean("starttls")});
  return talk_start(loop, std::move(talk.value), std::move(done));
}

const OptionRow kSshRows[] = {
    {"version", nullptr, 'r', kText, "", "REGEX", "Critical if the banner does not match.", kJudged},
};

Started start_ssh(uv_loop_t* loop, const Options& o, const CheckFiles& files, CheckDone done) {
  Result<Talk> talk = talk_from(o, files, 22);
  if (!talk.ok()) return talk.status;
  Pattern version;
  if (Status s = pattern_into(o, "version", &version); !s.ok()) return s;
  talk.value.dialog = dialog_ssh(o.text("version"), std::move(version));
  return talk_start(loop, std::move(talk.value), std::move(done));
}

// ---- databases ----

const OptionRow kMysqlRows[] = {
    {"user", nullptr, 'u', kText, "picket", "NAME", "User to log in as, without a password; a rejected login counts as a response.", kHow},
};

Started start_mysql(uv_loop_t* loop, const Options& o, const CheckFiles& files, CheckDone done) {
  Result<Talk> talk = talk_from(o, files, 3306);
  if (!talk.ok()) return talk.status;
  talk.value.dialog = dialog_mysql(o.text("user").substr(0, 32));
  return talk_start(loop, std::move(talk.value), std::move(done));
}

const OptionRow kPostgresRows[] = {
    {"user", nullptr, 'u', kText, "picket", "NAME", "User to log in as, without a password; a rejected login counts as a response.", kHow},
    {"database", nullptr, 'd', kText, "", "NAME", "Database name; empty = the user name.", kHow},
};

Started start_postgres(uv_loop_t* loop, const Options& o, const CheckFiles& files, CheckDone done) {
  Result<Talk> talk = talk_from(o, files, 5432);
  if (!talk.ok()) return talk.status;
  PostgresRules rules{o.text("user"), o.text("database"), std::exchange(talk.value.tls, false)};  // it asks for TLS in its own words
  if ((rules.user + rules.database).find('\0') != std::string::npos) return fail(Err::invalid, "--user or --database contains a NUL byte");
  talk.value.dialog = dialog_postgres(rules);
  return talk_start(loop, std::move(talk.value), std::move(done));
}

const OptionRow kRedisRows[] = {
    {"user", nullptr, 'u', kText, "", "NAME", "User to log in as (Redis 6).", kHow},
    {"password-file", nullptr, 0, kText, "", "FILE", "File with the password; without it, a request for a password counts as a response.", kHow},
};

unsigned redis_reads(const Options& o) { return reads_for_tls(o) | (o.text("password-file").empty() ? 0 : kReadSecret); }

Started start_redis(uv_loop_t* loop, const Options& o, const CheckFiles& files, CheckDone done) {
  Result<Talk> talk = talk_from(o, files, 6379);
  if (!talk.ok()) return talk.status;
  talk.value.dialog = dialog_redis({o.text("user"), files.secret});
  return talk_start(loop, std::move(talk.value), std::move(done));
}

}  // namespace

extern const CheckRow kCheckTcp = {
    "tcp", "Check a TCP port: connection and response.", "",
    "picket check tcp -H db.example.org -p 5672 -w 0.5 -c 2\n"
    "picket check tcp -p 6379 -s 'PING\\r\\n' -e +PONG  # send a text, expect a text\n"
    "picket check tcp -H imap.example.org -p 993 --tls -b  # a banner over TLS",
    kTcpRows, count_of(kTcpRows), nullptr, start_tcp, CheckState::critical, kConnectionRows | kTlsRows, 0, reads_for_tls};
extern const CheckRow kCheckTls = {
    "tls", "Check a server's certificate: chain, name, days until expiry.", "The first certificate of the chain to expire counts. With -v every certificate is printed.",
    "picket check tls www.example.org --cert-warning 30: --cert-critical 7:\n"
    "picket check tls -H mail.example.org --starttls smtp -v  # over STARTTLS, with its chain\n"
    "picket check tls -H 10.0.0.5 -p 8443 --server-name app.internal --ca-file /etc/ssl/internal.pem",
    kTlsCheckRows, count_of(kTlsCheckRows), nullptr, start_tls_check, CheckState::critical, kConnectionRows | kTlsRows, 443,
    tls_check_reads};
extern const CheckRow kCheckSmtp = {
    "smtp", "Check a mail server: greeting, EHLO, TLS.", "",
    "picket check smtp -H mail.example.org --starttls -w 1 -c 5",
    kSmtpRows, count_of(kSmtpRows), nullptr, start_smtp, CheckState::critical, kConnectionRows | kTlsRows, 25, smtp_reads};
extern const CheckRow kCheckSsh = {
    "ssh", "Check an SSH server by its banner.", "",
    "picket check ssh -H git.example.org\npicket check ssh -r 'OpenSSH_9'  # only this version",
    kSshRows, count_of(kSshRows), nullptr, start_ssh, CheckState::critical, kConnectionRows, 22};
extern const CheckRow kCheckMysql = {
    "mysql", "Check MySQL or MariaDB: response to a login.", "The check logs in without a password. A rejected login is OK; \"too many connections\" is critical.",
    "picket check mysql -H db1 -w 0.2 -c 1",
    kMysqlRows, count_of(kMysqlRows), nullptr, start_mysql, CheckState::critical, kConnectionRows, 3306};
extern const CheckRow kCheckPostgres = {
    "postgres", "Check PostgreSQL: response to a connection.", "As pg_isready: a rejected login is OK; \"starting up\" and \"too many clients\" are critical.",
    "picket check postgres -H db1 -w 0.2 -c 1\npicket check postgres -H db1 --tls  # with its certificate",
    kPostgresRows, count_of(kPostgresRows), nullptr, start_postgres, CheckState::critical, kConnectionRows | kTlsRows, 5432, reads_for_tls};

extern const CheckRow kCheckRedis = {
    "redis", "Check Redis or Valkey: response to PING.", "",
    "picket check redis -H cache1 -w 0.1 -c 1\npicket check redis -S -p 6380 --password-file /etc/picket/redis",
    kRedisRows, count_of(kRedisRows), nullptr, start_redis, CheckState::critical, kConnectionRows | kTlsRows, 6379, redis_reads};

}  // namespace picket
