// checks/protocol/dbus_message.cc - see dbus_message.h; the D-Bus specification, "Message Protocol" and "Marshaling".
#include "checks/protocol/dbus_message.h"

#include <cstdio>
#include <cstring>

namespace picket {
namespace {

enum HeaderField : char { kPath = 1, kInterface = 2, kMember = 3, kErrorName = 4, kReplySerial = 5, kDestination = 6, kSignature = 8 };
constexpr size_t kFixedHeader = 16;  // byte order, type, flags, version, size of the body, serial, size of the fields

// ---- writing: always little endian ----

void pad(std::string& out, size_t to) { out.resize((out.size() + to - 1) / to * to); }

void put_number(std::string& out, uint32_t value) {
  pad(out, 4);
  for (int i = 0; i < 4; i++) out += char(value >> 8 * i);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, uint32_t(text.size()));
  out.append(text) += '\0';
}

void put_signature(std::string& out, std::string_view text) { (out += char(text.size())).append(text) += '\0'; }

void put_field(std::string& out, HeaderField field, const char* type, const std::string& text) {
  if (text.empty()) return;
  pad(out, 8);
  out += char(field);
  put_signature(out, type);
  if (*type == 'g') put_signature(out, text);
  else put_text(out, text);
}

// ---- reading ----

struct Reader {
  std::string_view bytes;
  bool big_endian = false, bad = false;
  size_t at = 0;

  uint64_t number(size_t size) {
    at = (at + size - 1) / size * size;
    if (bad || at > bytes.size() || bytes.size() - at < size) return bad = true, 0;
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value |= uint64_t(static_cast<unsigned char>(bytes[at + i])) << 8 * (big_endian ? size - 1 - i : i);
    at += size;
    return value;
  }
  std::string text(size_t length_size) {  // 4: a string or path; 1: a signature
    size_t size = size_t(number(length_size));
    if (bad || bytes.size() - at <= size || bytes[at + size] != '\0') return bad = true, std::string();
    at += size + 1;
    return std::string(bytes.substr(at - size - 1, size));
  }
};

std::string real_text(uint64_t bits) {
  double value = 0;
  memcpy(&value, &bits, sizeof value);
  char text[40];
  snprintf(text, sizeof text, "%.17g", value);
  return text;
}

// A value of a basic type; `bad` for another one.
std::string basic_value(Reader& r, char type) {
  switch (type) {
    case 's':
    case 'o': return r.text(4);
    case 'g': return r.text(1);
    case 'y': return std::to_string(r.number(1));
    case 'n': return std::to_string(int16_t(r.number(2)));
    case 'q': return std::to_string(r.number(2));
    case 'i': return std::to_string(int32_t(r.number(4)));
    case 'b':
    case 'u': return std::to_string(r.number(4));
    case 'x': return std::to_string(int64_t(r.number(8)));
    case 't': return std::to_string(r.number(8));
    case 'd': return real_text(r.number(8));
    default: return r.bad = true, std::string();
  }
}

void fields_read(Reader& r, DbusMessage* m) {
  while (!r.bad && r.at < r.bytes.size()) {
    r.at = (r.at + 7) / 8 * 8;
    auto field = char(r.number(1));
    std::string type = r.text(1);
    std::string value = type.size() == 1 ? basic_value(r, type[0]) : (r.bad = true, std::string());
    if (field == kErrorName) m->error_name = value;
    if (field == kSignature) m->signature = value;
    if (field == kReplySerial && type == "u") m->reply_to = uint32_t(strtoul(value.c_str(), nullptr, 10));
  }
}

Status broken() { return fail(Err::invalid, "invalid D-Bus message"); }

struct Sizes {
  bool big_endian;
  uint64_t body, fields, header;
};

Result<Sizes> sizes_of(std::string_view bytes) {
  if (bytes[0] != 'l' && bytes[0] != 'B') return broken();
  Reader r{bytes.substr(0, kFixedHeader), bytes[0] == 'B', false, 4};
  Sizes s{r.big_endian, r.number(4), 0, 0};
  r.number(4);
  s.fields = r.number(4);
  s.header = (kFixedHeader + s.fields + 7) / 8 * 8;
  if (bytes[3] != 1 || s.header + s.body > kDbusMessageMax) return broken();
  return s;
}

}  // namespace

std::string dbus_call(const DbusCall& c) {
  std::string body, fields;
  for (const std::string& text : c.texts) put_text(body, text);
  put_field(fields, kPath, "o", c.path);
  put_field(fields, kInterface, "s", c.interface);
  put_field(fields, kMember, "s", c.method);
  put_field(fields, kDestination, "s", c.destination);
  put_field(fields, kSignature, "g", std::string(c.texts.size(), 's'));
  std::string out{'l', DbusMessage::call, '\0', '\1'};
  put_number(out, uint32_t(body.size()));
  put_number(out, c.serial);
  put_number(out, uint32_t(fields.size()));
  out += fields;  // both begin at a multiple of eight: what is aligned in one is so in the other
  pad(out, 8);
  return out + body;
}

Result<size_t> dbus_message_size(std::string_view bytes) {
  if (bytes.size() < kFixedHeader) return size_t(0);
  Result<Sizes> s = sizes_of(bytes);
  return s.ok() ? Result<size_t>(size_t(s.value.header + s.value.body)) : s.status;
}

Result<DbusMessage> dbus_message_read(std::string_view message) {
  if (message.size() < kFixedHeader) return broken();
  Result<Sizes> s = sizes_of(message);
  if (!s.ok()) return s.status;
  if (message.size() != s.value.header + s.value.body) return broken();
  DbusMessage m;
  m.type = uint8_t(message[1]);
  m.big_endian = s.value.big_endian;
  Reader fields{message.substr(0, kFixedHeader + size_t(s.value.fields)), m.big_endian, false, kFixedHeader};
  fields_read(fields, &m);
  m.body = message.substr(size_t(s.value.header));
  return fields.bad ? Result<DbusMessage>(broken()) : Result<DbusMessage>(std::move(m));
}

Result<std::string> dbus_value(const DbusMessage& m) {
  Reader r{m.body, m.big_endian};
  std::string type = m.signature;
  if (type == "v") type = r.text(1);
  std::string value = type.empty() ? (r.bad = true, type) : basic_value(r, type[0]);
  if (r.bad) return fail(Err::invalid, "unexpected type of a D-Bus response");
  return value;
}

std::string dbus_path_escape(std::string_view name) {
  std::string out;
  for (char c : name) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
    char text[4];
    snprintf(text, sizeof text, "_%02x", static_cast<unsigned char>(c));
    out += letter || (digit && !out.empty()) ? std::string(1, c) : std::string(text);
  }
  return out.empty() ? "_" : out;
}

}  // namespace picket
