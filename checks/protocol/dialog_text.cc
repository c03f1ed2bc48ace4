// checks/protocol/dialog_text.cc - dialogs in lines of text: tcp, smtp, ssh, redis, and the way to TLS of others.
#include <memory>

#include "checks/protocol/dialog.h"

namespace picket {
namespace {

// The first whole line, taken away, without its end; false: there is none yet.
bool line_take(std::string& received, std::string* line) {
  size_t end = received.find('\n');
  if (end == std::string::npos) return false;
  *line = received.substr(0, end);
  if (!line->empty() && line->back() == '\r') line->pop_back();
  received.erase(0, end + 1);
  return true;
}

// A reply of SMTP or FTP, all its lines: "250-a", "250 b". False: not whole yet.
bool reply_take(std::string& received, std::string* first, std::string* all) {
  size_t at = 0;
  for (;;) {
    size_t end = received.find('\n', at);
    if (end == std::string::npos) return false;
    bool last = end - at < 4 || received[at + 3] != '-';
    at = end + 1;
    if (last) break;
  }
  *all = received.substr(0, at);
  received.erase(0, at);
  std::string rest = *all;
  line_take(rest, first);
  return true;
}

DialogStep closed_early(const std::string& waiting_for) {
  return dialog_done(CheckState::critical, "connection closed before " + waiting_for);
}

}  // namespace

std::string dialog_unescape(const std::string& text) {
  std::string out;
  auto hex = [](char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1; };
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    char c = text[++i];
    bool byte = c == 'x' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    if (byte) out += char(hex(text[i + 1]) * 16 + hex(text[i + 2])), i += 2;
    else out += c == 'r' ? '\r' : c == 'n' ? '\n' : c == 't' ? '\t' : c;
  }
  return out;
}

DialogStep dialog_send(std::string bytes) {
  DialogStep step;
  step.send = std::move(bytes);
  return step;
}

DialogStep dialog_done(CheckState state, std::string text) {
  DialogStep step;
  step.kind = DialogStep::done;
  step.state = state;
  step.text = std::move(text);
  return step;
}

Dialog dialog_tcp(TcpRules rules) {
  return [rules = std::move(rules)](DialogEvent event, std::string& received) -> DialogStep {
    bool listens = !rules.expect.empty() || rules.wait_for_bytes;
    if (event == DialogEvent::opened || event == DialogEvent::secured)
      return listens ? dialog_send(rules.send) : [&] {
        DialogStep step = dialog_done(CheckState::ok, "connected");
        step.send = rules.send;
        return step;
      }();
    if (!rules.expect.empty() && received.find(rules.expect) != std::string::npos)
      return dialog_done(CheckState::ok, "the response contains \"" + rules.expect + "\"");
    if (rules.expect.empty() && !received.empty()) return dialog_done(CheckState::ok, "response \"" + received.substr(0, 80) + "\"");
    if (event == DialogEvent::ended)
      return received.empty()
          ? closed_early("a response")
          : dialog_done(CheckState::critical, "\"" + rules.expect + "\" is not in the response \"" + received.substr(0, 80) + "\"");
    return {};
  };
}

Dialog dialog_smtp(MailRules rules) {
  enum Stage { greeting, hello, start_tls, hello_again };
  return [rules = std::move(rules), stage = greeting](DialogEvent event, std::string& received) mutable -> DialogStep {
    std::string line, all;
    if (event == DialogEvent::ended) return closed_early("the end of the greeting");
    if (event == DialogEvent::secured && stage == start_tls) return stage = hello_again, dialog_send("EHLO " + rules.name + "\r\n");
    if (event != DialogEvent::bytes || !reply_take(received, &line, &all)) return {};
    auto bad = [&](const char* to) { return dialog_done(CheckState::critical, std::string("response to ") + to + ": " + line); };
    switch (stage) {
      case greeting:
        if (line.compare(0, rules.expect.size(), rules.expect) != 0) return dialog_done(CheckState::critical, "greeting " + line);
        stage = hello;
        return dialog_send("EHLO " + rules.name + "\r\n");
      case hello: {
        if (line[0] != '2') return bad("EHLO");
        if (!rules.start_tls) break;
        if (all.find("STARTTLS") == std::string::npos) return dialog_done(CheckState::critical, "the server does not offer STARTTLS");
        stage = start_tls;
        return dialog_send("STARTTLS\r\n");
      }
      case start_tls: {
        if (line[0] != '2') return bad("STARTTLS");
        DialogStep step;
        step.kind = DialogStep::secure;
        return step;
      }
      case hello_again:
        if (line[0] != '2') return bad("EHLO over TLS");
        break;
    }
    DialogStep step = dialog_done(CheckState::ok, line);
    step.send = "QUIT\r\n";
    return step;
  };
}

Dialog dialog_start_tls(const std::string& protocol) {
  if (protocol == "smtp") return dialog_smtp({"picket", "220", true});
  struct Row { const char *name, *greeting, *ask, *yes; };
  static constexpr Row kRows[] = {
      {"imap", "* OK", "a STARTTLS\r\n", "a OK"}, {"pop3", "+OK", "STLS\r\n", "+OK"}, {"ftp", "220", "AUTH TLS\r\n", "234"}};
  if (protocol == "postgres") return dialog_postgres({"picket", "", true});
  for (const Row& row : kRows) {
    if (protocol != row.name) continue;
    return [row, asked = false](DialogEvent event, std::string& received) mutable -> DialogStep {
      std::string line;
      if (event == DialogEvent::secured) return dialog_done(CheckState::ok, "");
      if (event == DialogEvent::ended) return closed_early("STARTTLS");
      while (event == DialogEvent::bytes && line_take(received, &line)) {
        if (!asked && (line.compare(0, 4, "220-") == 0 || line.compare(0, 4, "* CA") == 0)) continue;  // more of the greeting
        std::string wanted = asked ? row.yes : row.greeting;
        if (line.compare(0, wanted.size(), wanted) != 0) return dialog_done(CheckState::critical, "no TLS: " + line);
        if (!std::exchange(asked, true)) return dialog_send(row.ask);
        DialogStep step;
        step.kind = DialogStep::secure;
        return step;
      }
      return {};
    };
  }
  return nullptr;
}

Dialog dialog_ssh(std::string version_text, Pattern version) {
  return [text = std::move(version_text), version = std::move(version)](DialogEvent event, std::string& received) -> DialogStep {
    std::string line;
    while (event == DialogEvent::bytes && line_take(received, &line)) {
      if (line.compare(0, 4, "SSH-") != 0) continue;  // lines before it are allowed, RFC 4253 4.2
      bool new_enough = line.compare(0, 6, "SSH-2.") == 0 || line.compare(0, 8, "SSH-1.99") == 0;
      if (!new_enough) return dialog_done(CheckState::critical, "the server uses an old protocol: " + line);
      bool fits = text.empty() || pattern_matches(version, line);
      DialogStep step =
          dialog_done(fits ? CheckState::ok : CheckState::critical, fits ? line : "version " + line + " does not match " + text);
      step.send = "SSH-2.0-picket_check\r\n";
      return step;
    }
    return event == DialogEvent::ended ? closed_early("an SSH banner") : DialogStep{};
  };
}

// ---- redis ----

static std::string redis_command(std::initializer_list<std::string> words) {
  std::string text = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& w : words) text += "$" + std::to_string(w.size()) + "\r\n" + w + "\r\n";
  return text;
}

Dialog dialog_redis(RedisRules rules) {
  return [rules = std::move(rules), authenticated = false](DialogEvent event, std::string& received) mutable -> DialogStep {
    std::string line;
    if (event == DialogEvent::opened || event == DialogEvent::secured) {
      if (rules.password.empty()) return dialog_send(redis_command({"PING"}));
      return dialog_send(rules.user.empty() ? redis_command({"AUTH", rules.password})
                                            : redis_command({"AUTH", rules.user, rules.password}));
    }
    if (event == DialogEvent::ended) return closed_early("PONG");
    if (!line_take(received, &line)) return {};
    if (line == "+OK" && !rules.password.empty() && !std::exchange(authenticated, true)) return dialog_send(redis_command({"PING"}));
    if (line == "+PONG") return dialog_done(CheckState::ok, "PONG");
    if (line.compare(0, 7, "-NOAUTH") == 0 || line.compare(0, 7, "-NOPERM") == 0)
      return dialog_done(CheckState::ok, "responds, password required");
    return dialog_done(CheckState::critical, line.empty() || line[0] != '-' ? "not a Redis server: " + line : line.substr(1));
  };
}

}  // namespace picket
