// checks/protocol/dialog.h - what is said over a connection to find out whether a service is well. Pure: bytes in, bytes and verdicts out.
//
// A dialog is asked what to do when the connection is open, when TLS is up, whenever bytes have come, and at their end. `received` holds
// what has come and was not taken yet; the dialog takes from its front.
#pragma once
#include <functional>
#include <string>

#include "checks/facts/pattern.h"
#include "checks/judge/report.h"

namespace picket {

inline constexpr size_t kDialogReceivedMax = 1u << 20;  // waiting to be taken; beyond it the answer is refused

enum class DialogEvent { opened, secured, bytes, ended };
struct DialogStep {
  enum Kind { wait, secure, done } kind = wait;  // secure: start TLS now
  std::string send;                              // before that
  CheckState state = CheckState::ok;
  std::string text;  // of a verdict: what was found, for the summary
};
DialogStep dialog_send(std::string bytes);
DialogStep dialog_done(CheckState state, std::string text);
using Dialog = std::function<DialogStep(DialogEvent event, std::string& received)>;

std::string dialog_unescape(const std::string& text);  // \r \n \t \\ \xHH, as a shell's $'...' would

struct TcpRules { std::string send, expect; bool wait_for_bytes = false; };
Dialog dialog_tcp(TcpRules rules);  // connect; say; wait for what is expected
struct MailRules { std::string name = "picket", expect = "220"; bool start_tls = false; };
Dialog dialog_smtp(MailRules rules);
Dialog dialog_start_tls(const std::string& protocol);          // smtp, imap, pop3, ftp, postgres: up to TLS; null: unknown protocol
Dialog dialog_ssh(std::string version_text, Pattern version);  // the banner; version_text empty: any
Dialog dialog_mysql(std::string user);
struct PostgresRules { std::string user = "picket", database; bool tls = false; };
Dialog dialog_postgres(PostgresRules rules);
struct RedisRules { std::string user, password; };
Dialog dialog_redis(RedisRules rules);

}  // namespace picket
