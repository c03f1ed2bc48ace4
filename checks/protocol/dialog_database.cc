// checks/protocol/dialog_database.cc - mysql and postgres, as far as their handshakes: they answer; which users may log in is not asked.
#include <algorithm>
#include <memory>

#include "checks/protocol/dialog.h"

namespace picket {
namespace {

size_t number_at(std::string_view bytes, size_t at, size_t count, bool big_endian) {
  size_t value = 0;
  for (size_t i = 0; i < count && at + i < bytes.size(); i++)
    value |= size_t(static_cast<unsigned char>(bytes[at + i])) << 8 * (big_endian ? count - 1 - i : i);
  return value;
}

std::string number_bytes(size_t value, size_t count, bool big_endian) {
  std::string out;
  for (size_t i = 0; i < count; i++) out += char(value >> 8 * (big_endian ? count - 1 - i : i));
  return out;
}

// ---- mysql: packets of a three byte length, a number, and the body ----

std::string mysql_packet(const std::string& body, size_t number) { return number_bytes(body.size(), 3, false) + char(number) + body; }

bool mysql_take(std::string& received, std::string* body, size_t* number) {
  if (received.size() < 4 || received.size() < 4 + number_at(received, 0, 3, false)) return false;
  *body = received.substr(4, number_at(received, 0, 3, false));
  *number = static_cast<unsigned char>(received[3]);
  received.erase(0, 4 + body->size());
  return true;
}

// "#28000Access denied ..." after 0xff and the code.
DialogStep mysql_error(const std::string& body, const std::string& version) {
  size_t code = number_at(body, 1, 2, false);
  std::string text = body.size() > 9 && body[3] == '#' ? body.substr(9) : body.substr(std::min<size_t>(3, body.size()));
  constexpr size_t kRefusals[] = {1044, 1045, 1698, 1251, 1049,
                                  3118, 1862, 4151, 3159};  // it is there; it does not want this user, or TLS first
  if (!version.empty() && std::find(std::begin(kRefusals), std::end(kRefusals), code) != std::end(kRefusals))
    return dialog_done(CheckState::ok, "version " + version);
  return dialog_done(CheckState::critical, "error " + std::to_string(code) + ": " + text);
}

constexpr size_t kMysqlProtocol41 = 0x200, kMysqlSecureConnection = 0x8000, kMysqlPluginAuth = 0x80000, kMysqlLongPassword = 1;

// A login without a password. Its refusal is an answer; a connection that ends before it counts as an error of this host there,
// and after enough of them the server would take no more (max_connect_errors).
std::string mysql_login(const std::string& user) {
  std::string body = number_bytes(kMysqlLongPassword | kMysqlProtocol41 | kMysqlSecureConnection | kMysqlPluginAuth, 4, false);
  body += number_bytes(1u << 24, 4, false) + char(45) + std::string(23, '\0') + user + '\0' + '\0';
  return body + std::string("mysql_native_password") + '\0';
}

}  // namespace

Dialog dialog_mysql(std::string user) {
  return [user = std::move(user), version = std::string()](DialogEvent event, std::string& received) mutable -> DialogStep {
    std::string body;
    size_t number = 0;
    if (event == DialogEvent::ended)
      return dialog_done(CheckState::critical,
                         version.empty() ? "connection closed before the handshake" : "connection closed during the login");
    if (event != DialogEvent::bytes) return {};
    if (received.size() >= 4 && number_at(received, 0, 3, false) > kDialogReceivedMax / 2)
      return dialog_done(CheckState::critical, "not a MySQL server");
    if (!mysql_take(received, &body, &number)) return {};
    if (body.empty()) return dialog_done(CheckState::critical, "not a MySQL server");
    auto first = static_cast<unsigned char>(body[0]);
    if (first == 0xff) return mysql_error(body, version);
    if (version.empty()) {
      if (first != 10 || body.find('\0', 1) == std::string::npos)
        return dialog_done(CheckState::critical, "unsupported MySQL protocol; expected version 10");
      version = body.substr(1, body.find('\0', 1) - 1);
      if (version.compare(0, 6, "5.5.5-") == 0) version.erase(0, 6);  // what MariaDB says first, for old replicas
      return dialog_send(mysql_packet(mysql_login(user), number + 1));
    }
    if (first == 0xfe || first == 1)
      return dialog_send(mysql_packet(first == 1 ? std::string(1, '\0') : "", number + 1));  // another way to log in
    DialogStep step = dialog_done(CheckState::ok, "version " + version);
    step.send = mysql_packet(std::string(1, 1), 0);  // COM_QUIT
    return step;
  };
}

// ---- postgres: a letter, a length of four bytes that counts itself, and the body ----

namespace {

std::string postgres_startup(const PostgresRules& r) {
  std::string body = number_bytes(196608, 4, true) + "user" + '\0' + r.user + '\0';  // protocol 3.0
  if (!r.database.empty()) body += std::string("database") + '\0' + r.database + '\0';
  body += std::string("application_name") + '\0' + "picket check" + '\0' + '\0';
  return number_bytes(body.size() + 4, 4, true) + body;
}

// Fields of an error: a letter and a text each.
std::string postgres_field(std::string_view body, char wanted) {
  while (!body.empty() && body[0] != '\0') {
    size_t end = std::min(body.find('\0', 1), body.size());
    if (body[0] == wanted) return std::string(body.substr(1, end - 1));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return {};
}

DialogStep postgres_error(const std::string& body) {
  std::string code = postgres_field(body, 'C'), text = postgres_field(body, 'M');
  // It takes connections, and not this user (28...), not this database (3D000): that it answers so is what was asked.
  bool well = code.compare(0, 2, "28") == 0 || code == "3D000" || code == "42501";
  return dialog_done(well ? CheckState::ok : CheckState::critical, well ? "accepts connections" : text + " (" + code + ")");
}

// "server_version" and its value, each with a zero after it.
std::string postgres_version(const std::string& body) {
  constexpr std::string_view kName("server_version\0", 15);
  return body.compare(0, kName.size(), kName) == 0 ? body.substr(kName.size(), body.find('\0', kName.size()) - kName.size()) : "";
}

std::string postgres_takes(const std::string& version) { return "accepts connections" + (version.empty() ? "" : ", version " + version); }

// One message of the start. A password that is wanted is an answer: the connection is closed, which the server does not mind. When none is
// wanted it goes on to the end, because only then is there a place for us.
DialogStep postgres_message(char type, const std::string& body, std::string* version) {
  if (type == 'E') return postgres_error(body);
  if (type == 'R' && number_at(body, 0, 4, true) != 0) return dialog_done(CheckState::ok, "accepts connections");
  if (type == 'S' && version->empty()) *version = postgres_version(body);
  if (type != 'Z') return {};
  DialogStep step = dialog_done(CheckState::ok, postgres_takes(*version));
  step.send = std::string(1, 'X') + number_bytes(4, 4, true);  // goodbye
  return step;
}

DialogStep postgres_take(std::string& received, std::string* version) {
  DialogStep step;
  while (step.kind == DialogStep::wait && received.size() >= 5) {
    constexpr std::string_view kKnown = "RESKZNv";  // of the start
    size_t length = number_at(received, 1, 4, true);
    if (kKnown.find(received[0]) == kKnown.npos || length < 4 || length > kDialogReceivedMax / 2)
      return dialog_done(CheckState::critical, "not a PostgreSQL server");
    if (received.size() < 1 + length) return {};
    step = postgres_message(received[0], received.substr(5, length - 4), version);
    received.erase(0, 1 + length);
  }
  return step;
}

}  // namespace

Dialog dialog_postgres(PostgresRules rules) {
  enum Stage { asked_for_tls, started };
  return
      [rules = std::move(rules), stage = started, version = std::string()](DialogEvent event, std::string& received) mutable -> DialogStep {
        if (event == DialogEvent::ended) return dialog_done(CheckState::critical, "connection closed before a response");
        if (event == DialogEvent::opened && rules.tls)
          return stage = asked_for_tls, dialog_send(number_bytes(8, 4, true) + number_bytes(80877103, 4, true));
        if (event != DialogEvent::bytes) return stage = started, dialog_send(postgres_startup(rules));
        if (stage == asked_for_tls) {
          char answer = received.empty() ? 'N' : received[0];
          received.clear();
          if (answer != 'S') return dialog_done(CheckState::critical, "the server does not support TLS");
          DialogStep step;
          step.kind = DialogStep::secure;
          return step;
        }
        return postgres_take(received, &version);
      };
}

}  // namespace picket
