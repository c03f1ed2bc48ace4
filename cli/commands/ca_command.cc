// cli/commands/ca_command.cc - `picket ca`: a small certificate authority in a folder, with the file names of the cluster guide.
//
// What is written: NAME.pem for everybody, NAME-key.pem for its owner alone (0600). A file that is there is replaced with --force only.
#include <cstdio>

#include "cli/commands/ca_plan.h"
#include "cli/commands/commands.h"
#include "common/os/os.h"
#include "common/program/options_source.h"
#include "common/time/timezone.h"
#include "common/tls/tls_problem.h"

namespace picket {
namespace {

constexpr const char* kUsage =
    "Usage: picket ca COMMAND [--OPTION VALUE]...\n\n"
    "  init                      make an authority: ca.pem and ca-key.pem, valid for ten years\n"
    "  member NAME ADDRESS...    a backend's certificate, as server and as client: NAME.pem and NAME-key.pem, two years.\n"
    "                            It is for NAME, every ADDRESS (names and IP addresses), localhost, 127.0.0.1 and ::1\n"
    "  client NAME               a client's certificate, e.g. for --etcd-cert-file\n"
    "  agent NAME                an agent's certificate; NAME is the user it logs in as\n"
    "  show FILE                 what a certificate says, and whether its key is beside it\n"
    "  renew FILE                the same certificate from now on: names, uses and key stay; --new-key makes a new key\n";

const OptionRow kRows[] = {
    {"dir", nullptr, 0, OptionKind::text, "", "DIR", "Folder of ca.pem and ca-key.pem, and of what is made; empty = this folder, or the one of the file to renew.", "CA"},
    {"name", nullptr, 0, OptionKind::text, "picket CA", "NAME", "Name of the authority that init makes.", "CA"},
    {"days", nullptr, 0, OptionKind::integer, "0", "COUNT", "How many days the certificate is valid; 0 = 3650 for an authority, 730 for others, as before for renew.", "CA"},
    {"force", nullptr, 0, OptionKind::boolean, "false", "yes|no", "Replace files that exist.", "CA"},
    {"new-key", nullptr, 0, OptionKind::boolean, "false", "yes|no", "renew: make a new key, too.", "CA"},
};
const char* const kNoPrefixes[] = {nullptr};
constexpr size_t kPemMax = 4u << 20;

int64_t now_s() { return os_unix_ms() / 1000; }

struct Place { std::string certificate, key; };
Place place_of(const std::string& dir, const std::string& name) {
  const std::string path = (dir.empty() ? "." : dir) + "/" + name + ".pem";
  return {path, ca_key_path(path)};
}

Status place_is_free(const Place& place, bool force) {
  for (const std::string& path : {place.key, place.certificate})
    if (!force && os_exists(path)) return fail(Err::exists, path + " exists; choose another name or --dir, or replace it with --force");
  return {};
}

// The key first: a reader that finds a pair which does not match keeps what it has until the certificate is there.
Status pair_write(const Place& place, const std::string& key, const std::string& certificate) {
  if (!key.empty())
    if (Status s = os_write_file(place.key, key, 0600); !s.ok()) return s;
  if (Status s = os_write_file(place.certificate, certificate, 0644); !s.ok()) return s;
  const Result<std::vector<CertificateFacts>> facts = certificates_read(certificate);
  if (!facts.ok()) return facts.status;
  printf("wrote %s: %s, valid until %s\n", place.certificate.c_str(), ca_usages(facts.value[0]).c_str(),
         rfc3339_utc(facts.value[0].not_after).c_str());
  if (!key.empty()) printf("wrote %s: readable by its owner alone\n", place.key.c_str());
  return {};
}

struct Authority {
  CertificateSigner signer;
  CertificateFacts facts;
};
Result<Authority> authority_read(const std::string& dir) {
  const Place place = place_of(dir, "ca");
  if (!os_exists(place.certificate))
    return fail(Err::not_found,
                place.certificate + " does not exist; make an authority with `picket ca init`, or name its folder with --dir");
  Result<std::string> certificate = os_read_file(place.certificate, kPemMax), key = os_read_file(place.key, kPemMax);
  if (!certificate.ok()) return certificate.status;
  if (!key.ok()) return because("the authority's key is needed to sign", key.status);
  Result<std::vector<CertificateFacts>> facts = certificates_read(certificate.value);
  if (!facts.ok()) return because(place.certificate, facts.status);
  if (!facts.value[0].authority)
    return fail(Err::invalid, place.certificate + " may not sign other certificates; expected one made by `picket ca init`");
  return Authority{{certificate.value, key.value}, std::move(facts.value[0])};
}

CaAsk ask_of(const Options& o, CaKind kind) {
  CaAsk ask;
  ask.kind = kind;
  ask.days = o.integer("days");
  ask.now_s = now_s();
  return ask;
}

Status make_pair(const Place& place, const CertificateWish& wish, const CertificateSigner* signer) {
  Result<std::string> key = private_key_make();
  Result<std::string> public_key = key.ok() ? public_key_of(key.value) : key;
  if (!public_key.ok()) return public_key.status;
  Result<std::string> made = certificate_make(wish, public_key.value, signer ? *signer : CertificateSigner{"", key.value});
  return made.ok() ? pair_write(place, key.value, made.value) : made.status;
}

Status run_init(const Options& o) {
  CaAsk ask = ask_of(o, CaKind::authority);
  ask.name = o.text("name");
  if (o.args.size() != 1) return fail(Err::invalid, "init takes no name; the authority's is --name");
  if (ask.name.empty() || ask.name.size() > kCommonNameMax)
    return fail(Err::invalid, "--name: expected 1 to " + std::to_string(kCommonNameMax) + " characters");
  Result<CertificateWish> wish = ca_wish(ask);
  const Place place = place_of(o.text("dir"), "ca");
  Status s = wish.status;
  if (s.ok() && !o.text("dir").empty()) s = os_make_dirs(o.text("dir"), 0755);
  if (s.ok()) s = place_is_free(place, o.boolean("force"));
  if (s.ok()) s = make_pair(place, wish.value, nullptr);
  if (s.ok()) printf("Keep %s secret: who has it can make certificates that all of yours trust.\n", place.key.c_str());
  return s;
}

Status run_signed(const Options& o, CaKind kind) {
  if (o.args.size() < 2)
    return fail(Err::invalid, "name missing: expected picket ca " + o.args[0] + " NAME" + (kind == CaKind::member ? " ADDRESS..." : ""));
  CaAsk ask = ask_of(o, kind);
  ask.name = o.args[1];
  ask.addresses = {o.args.begin() + 2, o.args.end()};
  Result<Authority> authority = authority_read(o.text("dir"));
  if (!authority.ok()) return authority.status;
  ask.authority_until = authority.value.facts.not_after;
  Result<CertificateWish> wish = ca_wish(ask);
  if (!wish.ok()) return wish.status;
  if (ask.days > 0 && wish.value.not_after == ask.authority_until)
    printf(
        "note: --days %lld ends after the authority, so the certificate ends with it; renew the authority first: picket ca renew ca.pem\n",
        static_cast<long long>(ask.days));
  const Place place = place_of(o.text("dir"), ask.name);
  Status s = place_is_free(place, o.boolean("force"));
  return s.ok() ? make_pair(place, wish.value, &authority.value.signer) : s;
}

Result<std::vector<CertificateFacts>> file_read(const Options& o) {
  if (o.args.size() != 2) return fail(Err::invalid, "file missing: expected picket ca " + o.args[0] + " FILE");
  Result<std::string> pem = os_read_file(o.args[1], kPemMax);
  if (!pem.ok()) return pem.status;
  Result<std::vector<CertificateFacts>> facts = certificates_read(pem.value);
  return facts.ok() ? facts : because(o.args[1], facts.status);
}

// Whether the key that stands beside a certificate is its own.
std::string key_text(const std::string& path, const CertificateFacts& facts) {
  const std::string key_path = ca_key_path(path);
  if (!os_exists(key_path)) return "";
  Result<std::string> key = os_read_file(key_path, kPemMax);
  Result<std::string> public_key = key.ok() ? public_key_of(key.value) : key;
  if (!public_key.ok()) return key_path + " cannot be read: " + public_key.status.message;
  const bool is_own = public_key_fingerprint(public_key.value) == public_key_fingerprint(facts.public_key);
  const int mode = os_file_mode(key_path);
  return key_path + (is_own ? " belongs to it" : " does NOT belong to it") +
      (mode > 0 && mode & 077 ? "; other users may read it: chmod 600 it" : "");
}

Status run_show(const Options& o) {
  Result<std::vector<CertificateFacts>> all = file_read(o);
  if (!all.ok()) return all.status;
  for (size_t i = 0; i < all.value.size(); i++)
    printf("%s%s", i == 0 ? "" : "\n", ca_shown(all.value[i], now_s(), i == 0 ? key_text(o.args[1], all.value[0]) : "").c_str());
  return {};
}

Status renew_signed(const Options& o, const CertificateFacts& old, const Authority& authority) {
  const Place place = {o.args[1], ca_key_path(o.args[1])};
  CaAsk ask = ask_of(o, CaKind::client);
  ask.authority_until = old.authority ? 0 : authority.facts.not_after;
  const CertificateWish wish = ca_renewal(old, ask);
  if (wish.not_after <= ask.now_s) return fail(Err::invalid, "the CA's certificate has expired; renew it first: picket ca renew ca.pem");
  if (o.boolean("new-key")) return make_pair(place, wish, &authority.signer);
  CertificateSigner signer = authority.signer;
  if (old.authority) signer.certificate.clear();
  Result<std::string> made = certificate_make(wish, old.public_key, signer);
  Status s = made.ok() ? pair_write(place, "", made.value) : made.status;
  if (s.ok()) printf("Its key stays the same.\n");
  return s;
}

Status run_renew(const Options& o) {
  Result<std::vector<CertificateFacts>> all = file_read(o);
  if (!all.ok()) return all.status;
  const CertificateFacts& old = all.value[0];
  Result<Authority> authority = authority_read(o.text("dir").empty() ? ca_folder(o.args[1]) : o.text("dir"));
  if (!authority.ok()) return authority.status;
  const bool is_ca = certificate_fingerprint(old) == certificate_fingerprint(authority.value.facts);
  if (old.authority && !is_ca)
    return fail(Err::invalid, o.args[1] + " is an authority that another one has signed; such are not renewed here");
  if (is_ca && o.boolean("new-key"))
    return fail(Err::invalid,
                "--new-key: with another key the authority is another one; make it in a folder of its own with `picket ca init --dir`");
  if (!is_ca && !certificate_is_signed_by(old, authority.value.facts))
    return fail(Err::invalid,
                o.args[1] + " was signed by " + old.issuer + ", not by the authority " + authority.value.facts.subject +
                    "; name its folder with --dir");
  return renew_signed(o, old, authority.value);
}

Status command_run(const Options& o) {
  const std::string command = o.args.empty() ? "" : o.args[0];
  if (command == "init") return run_init(o);
  if (command == "member") return run_signed(o, CaKind::member);
  if (command == "client") return run_signed(o, CaKind::client);
  if (command == "agent") return run_signed(o, CaKind::agent);
  if (command == "show") return run_show(o);
  if (command == "renew") return run_renew(o);
  return fail(Err::invalid, "unknown command \"" + command + "\"; run `picket ca --help` for the list");
}

int fatal(const std::string& text, int status) {
  fprintf(stderr, "picket ca: %s\n", text.c_str());
  return status;
}

}  // namespace

const OptionTable kCaOptions = {"ca", kNoPrefixes, "", kRows, int(sizeof kRows / sizeof kRows[0]), nullptr, true};

int ca_command(const std::vector<std::string>& args) {
  constexpr int kUsageError = 2;
  Result<Options> options = options_load(kCaOptions, os_options_input(args));
  if (!options.ok()) return fatal(options.status.message, kUsageError);
  if (options.value.boolean("help") || args.empty()) return printf("%s", options_help(kCaOptions, kUsage).c_str()), 0;
  Status s = command_run(options.value);
  return s.ok() ? 0 : fatal(s.message, 1);
}

}  // namespace picket
