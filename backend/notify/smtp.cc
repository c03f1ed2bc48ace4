// backend/notify/smtp.cc - the states of a mail's dialogue, from the greeting to QUIT.
#include "backend/notify/smtp.h"

#include <algorithm>

#include "common/tls/crypto.h"

namespace picket {
namespace {

struct Answer {
  int code = 0;
  std::string text;  // of the last line
};

SmtpStep finish(SmtpDialogue& d, Status status) {
  d.status = std::move(status);
  d.state = SmtpDialogue::done;
  SmtpStep step;
  step.close = true;
  return step;
}

SmtpStep refuse(SmtpDialogue& d, const char* what, const Answer& a) {
  // 4xx is the server's "later", 5xx its "never".
  return finish(d,
                fail(a.code / 100 == 4 ? Err::unavailable : Err::invalid,
                     std::string("the mail server rejected ") + what + ": " + std::to_string(a.code) + " " + a.text));
}

SmtpStep say(SmtpDialogue& d, SmtpDialogue::State next, std::string line) {
  d.state = next;
  SmtpStep step;
  step.send = std::move(line) + "\r\n";
  return step;
}

SmtpStep say_hello(SmtpDialogue& d, SmtpDialogue::State next) {
  d.offers_starttls = d.offers_plain = d.offers_login = d.offers_xoauth2 = false;
  return say(d, next, "EHLO " + d.our_name);
}

SmtpStep say_from(SmtpDialogue& d) { return say(d, SmtpDialogue::from, "MAIL FROM:<" + smtp_address(d.email->from) + ">"); }
SmtpStep say_to(SmtpDialogue& d) { return say(d, SmtpDialogue::to, "RCPT TO:<" + smtp_address(d.email->to[d.recipient]) + ">"); }

SmtpStep say_token(SmtpDialogue& d) {
  if (!d.secure) return finish(d, fail(Err::denied, "connection not encrypted: token not sent"));
  if (!d.offers_xoauth2) return finish(d, fail(Err::invalid, "the mail server does not offer AUTH XOAUTH2; use a password"));
  const std::string text = "user=" + d.email->username + "\x01" + "auth=Bearer " + d.email->password + "\x01\x01";
  return say(d, SmtpDialogue::auth, "AUTH XOAUTH2 " + base64_encode(text));
}

SmtpStep say_auth(SmtpDialogue& d) {
  const HandlerEmail& e = *d.email;
  if (e.username.empty()) return say_from(d);
  if (!d.secure && e.security == "starttls") return finish(d, fail(Err::denied, "connection not encrypted: password not sent"));
  if (e.oauth2) return say_token(d);
  if (d.offers_plain)
    return say(d, SmtpDialogue::auth, "AUTH PLAIN " + base64_encode(std::string(1, '\0') + e.username + '\0' + e.password));
  if (d.offers_login) return say(d, SmtpDialogue::auth_user, "AUTH LOGIN");
  return finish(d, fail(Err::invalid, "the mail server offers neither AUTH PLAIN nor LOGIN; omit the user name, or use security starttls"));
}

SmtpStep after_hello(SmtpDialogue& d) {
  if (d.secure || d.email->security != "starttls") return say_auth(d);
  if (!d.offers_starttls) return finish(d, fail(Err::invalid, "the mail server does not offer STARTTLS; use security none or tls"));
  return say(d, SmtpDialogue::starttls, "STARTTLS");
}

bool contains_word(std::string_view line, std::string_view word) {
  std::string padded = " ";
  for (char c : line) padded += c == '=' ? ' ' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return (padded + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

void note_offer(SmtpDialogue& d, std::string_view line) {
  if (contains_word(line, "STARTTLS")) d.offers_starttls = true;
  if (!contains_word(line, "AUTH")) return;
  d.offers_plain = d.offers_plain || contains_word(line, "PLAIN");
  d.offers_login = d.offers_login || contains_word(line, "LOGIN");
  d.offers_xoauth2 = d.offers_xoauth2 || contains_word(line, "XOAUTH2");
}

SmtpStep next_recipient(SmtpDialogue& d, const Answer& a) {
  if (a.code / 100 == 2) d.accepted++;
  else if (d.accepted == 0 && d.recipient + 1 == d.email->to.size()) return refuse(d, "every recipient", a);
  if (++d.recipient < d.email->to.size()) return say_to(d);
  return say(d, SmtpDialogue::data, "DATA");
}

SmtpStep start_tls(SmtpDialogue& d) {
  d.state = SmtpDialogue::handshake;
  d.pending.clear();  // what came in the clear after the answer is not to be trusted
  SmtpStep step;
  step.start_tls = true;
  return step;
}

// What each answer means in each state.
SmtpStep on_answer(SmtpDialogue& d, const Answer& a) {
  const bool ok = a.code / 100 == 2, more = a.code / 100 == 3;
  switch (d.state) {
    case SmtpDialogue::greeting: return ok ? say_hello(d, SmtpDialogue::hello) : refuse(d, "the connection", a);
    case SmtpDialogue::hello:
    case SmtpDialogue::hello_again: return ok ? after_hello(d) : refuse(d, "EHLO", a);
    case SmtpDialogue::starttls: return ok ? start_tls(d) : refuse(d, "STARTTLS", a);
    case SmtpDialogue::auth_user:
      return more ? say(d, SmtpDialogue::auth_password, base64_encode(d.email->username)) : refuse(d, "AUTH LOGIN", a);
    case SmtpDialogue::auth_password:
      return more ? say(d, SmtpDialogue::auth, base64_encode(d.email->password)) : refuse(d, "the user name", a);
    case SmtpDialogue::auth:
      if (more && d.email->oauth2) return say(d, SmtpDialogue::auth, "");  // it says why; after an empty line it refuses
      return ok ? say_from(d) : refuse(d, d.email->oauth2 ? "the access token" : "user name and password", a);
    case SmtpDialogue::from: return ok ? say_to(d) : refuse(d, "the sender", a);
    case SmtpDialogue::to: return next_recipient(d, a);
    case SmtpDialogue::data: {
      if (!more) return refuse(d, "DATA", a);
      SmtpStep step = say(d, SmtpDialogue::body, smtp_dot_stuffed(d.mail));
      step.send.resize(step.send.size() - 2);
      return step;
    }
    case SmtpDialogue::body:
      if (!ok) return refuse(d, "the mail", a);
      d.sent = true;
      d.reply = std::to_string(a.code) + " " + a.text;
      return say(d, SmtpDialogue::quit, "QUIT");
    case SmtpDialogue::quit: return finish(d, {});
    case SmtpDialogue::handshake:
    case SmtpDialogue::done: break;
  }
  return finish(d, fail(Err::invalid, "unexpected reply from the mail server"));
}

// One line of an answer: "250-text" goes on, "250 text" ends it. False: this is no SMTP server.
bool line_parse(std::string_view line, Answer& a, bool& last) {
  if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, [](char c) { return c >= '0' && c <= '9'; })) return false;
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return false;
  a.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  a.text = line.size() > 4 ? line.substr(4, 300) : "";
  last = line.size() == 3 || line[3] == ' ';
  return a.code >= 200 && a.code < 600;
}

}  // namespace

int smtp_port(const HandlerEmail& e) {
  if (e.port) return static_cast<int>(e.port);
  return e.security == "tls" ? 465 : e.security == "starttls" ? 587 : 25;
}

std::string smtp_address(std::string_view mailbox) {
  size_t begin = mailbox.rfind('<'), end = mailbox.rfind('>');
  std::string_view address =
      begin != mailbox.npos && end != mailbox.npos && end > begin ? mailbox.substr(begin + 1, end - begin - 1) : mailbox;
  std::string out;
  for (char c : address)  // nothing that could begin a command of its own
    if (static_cast<unsigned char>(c) > 32 && c != '<' && c != '>' && c != 127) out += c;
  return out;
}

std::string smtp_dot_stuffed(std::string_view mail) {
  std::string out;
  for (size_t i = 0; i < mail.size();) {
    size_t end = std::min(mail.find("\r\n", i), mail.size());
    if (mail[i] == '.') out += '.';
    out.append(mail.substr(i, end - i)).append("\r\n");
    i = end + 2;
  }
  return out + ".\r\n";
}

SmtpDialogue smtp_begin(const HandlerEmail& email, std::string mail, std::string our_name) {
  SmtpDialogue d;
  d.email = &email;
  d.mail = std::move(mail);
  d.our_name = std::move(our_name);
  d.secure = email.security == "tls";
  return d;
}

SmtpStep smtp_secured(SmtpDialogue& d) {
  d.secure = true;
  return say_hello(d, SmtpDialogue::hello_again);
}

SmtpStep smtp_receive(SmtpDialogue& d, std::string_view bytes) {
  d.pending.append(bytes);
  for (size_t end; (end = d.pending.find('\n')) != std::string::npos;) {
    std::string line = d.pending.substr(0, end);
    d.pending.erase(0, end + 1);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    Answer answer;
    bool last = false;
    if (line.size() > kSmtpLineMax || ++d.lines > kSmtpLinesMax || !line_parse(line, answer, last))
      return finish(d, fail(Err::invalid, "not an SMTP server: reply \"" + line.substr(0, 80) + "\""));
    if (d.state == SmtpDialogue::hello || d.state == SmtpDialogue::hello_again)
      note_offer(d, std::string_view(line).substr(std::min<size_t>(4, line.size())));
    if (!last) continue;
    d.lines = 0;
    SmtpStep step = on_answer(d, answer);
    if (!step.send.empty() || step.close || step.start_tls) return step;
  }
  if (d.pending.size() > kSmtpLineMax)
    return finish(d, fail(Err::invalid, "not an SMTP server: reply line longer than " + std::to_string(kSmtpLineMax) + " bytes"));
  return {};
}

}  // namespace picket
