// common/tls/certificates.cc - what of certificates.h needs no library: extensions in DER, fingerprints.
#include "common/tls/certificates.h"

#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr char kSequence = 0x30;
constexpr char kDnsName = char(0x82), kAddress = char(0x87);                           // of GeneralName
constexpr std::string_view kServerUsage = "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01";  // 1.3.6.1.5.5.7.3.1
constexpr std::string_view kClientUsage = "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02";

// Up to 65,535 bytes: names of DNS have 253 at most, and a certificate with thousands of them is nobody's.
std::string der(char tag, std::string_view content) {
  std::string out(1, tag);
  const size_t size = content.size();
  if (size >= 256) out += {char(0x82), char(size >> 8)};
  else if (size >= 128) out += char(0x81);
  out += char(size & 0xff);
  return out + std::string(content);
}

}  // namespace

std::string der_alternative_names(const std::vector<std::string>& names, const std::vector<std::string>& addresses) {
  std::string all;
  for (const std::string& name : names) all += der(kDnsName, name);
  for (const std::string& address : addresses) all += der(kAddress, address);
  return der(kSequence, all);
}

std::string der_usages(bool server, bool client) {
  return der(kSequence, std::string(server ? kServerUsage : "") + std::string(client ? kClientUsage : ""));
}

std::string pem_block(std::string_view label, std::string_view der) {
  constexpr size_t kLine = 64;
  const std::string text = base64_encode(der), name(label);
  std::string out = "-----BEGIN " + name + "-----\n";
  for (size_t at = 0; at < text.size(); at += kLine) out += text.substr(at, kLine) + "\n";
  return out + "-----END " + name + "-----\n";
}

// White space after the last block is one more block to some parsers.
std::string pem_trimmed(const std::string& pem) {
  const size_t end = pem.find_last_not_of(" \t\r\n");
  return end == pem.npos ? "" : pem.substr(0, end + 1) + "\n";
}

std::string certificate_pem(const CertificateFacts& facts) { return pem_block("CERTIFICATE", facts.der); }

const CertificateFacts* certificate_anchor(const std::vector<CertificateFacts>& chain, const std::vector<CertificateFacts>& trusted) {
  if (chain.empty()) return nullptr;
  const CertificateFacts& last = chain.back();
  if (last.issuer == last.subject) return &last;
  for (const CertificateFacts& t : trusted)
    if (certificate_is_signed_by(last, t)) return &t;
  return nullptr;
}

std::string certificate_fingerprint(const CertificateFacts& facts) { return hex_encode(sha256(facts.der)); }

// Of the bytes between the PEM's lines: white space is nobody's identity.
std::string public_key_fingerprint(const std::string& pem) {
  constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----", kEnd = "-----END PUBLIC KEY-----";
  const size_t begin = pem.find(kBegin), end = pem.find(kEnd);
  if (begin == pem.npos || end == pem.npos || end < begin) return {};
  std::string text, bytes;
  for (char c : pem.substr(begin + kBegin.size(), end - begin - kBegin.size()))
    if (c != '\n' && c != '\r' && c != ' ') text += c;
  return base64_decode(text, &bytes) && !bytes.empty() ? hex_encode(sha256(bytes)) : "";
}

}  // namespace picket
