// tests/common/socket/tls_fixture.h - certificates made at test time by the openssl program: an authority, and what it has signed.
#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "common/os/os.h"

struct Certificates {
  std::string dir = "/tmp/picket-tls-test-" + std::to_string(getpid());
  bool made = false;
  std::string path(const std::string& name) const { return dir + "/" + name; }

  bool sh(const std::string& command) const { return system(("cd " + dir + " && (" + command + ") >log 2>&1").c_str()) == 0; }

  // NAME.pem (with the intermediate after it when there is one) and NAME.key, signed by `authority`.
  bool issue(const std::string& name, const std::string& authority, const std::string& extension, const std::string& days = "30",
             const std::string& key = "ec -pkeyopt ec_paramgen_curve:P-256") {
    return picket::os_write_file(path(name + ".ext"), extension).ok() &&
        sh("openssl req -new -newkey " + key + " -nodes -keyout " + name + ".key -subj /CN=" + name + " -out " + name +
           ".csr && openssl x509 -req -in " + name + ".csr -CA " + authority + ".pem -CAkey " + authority + ".key -CAcreateserial -days " +
           days + " -extfile " + name + ".ext -out " + name + ".pem");
  }

  static std::string many_names() {  // a certificate of about 9 kB
    std::string text = "subjectAltName=DNS:localhost";
    for (int i = 0; i < 300; i++) text += ",DNS:host-" + std::to_string(i) + ".some.example.org";
    return text + "\n";
  }

  Certificates() {
    const std::string local = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n";
    made = picket::os_make_dirs(dir).ok();
    for (const char* ca : {"ca", "otherca"})
      made = made &&
          sh(std::string("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=Test ") + ca +
             "' -keyout " + ca + ".key -out " + ca + ".pem");
    made = made && issue("server", "ca", local) && issue("rsa", "ca", local, "30", "rsa:2048") &&
        issue("wrongname", "ca", "subjectAltName=DNS:elsewhere.example\n") &&
        issue("middle", "ca", "basicConstraints=critical,CA:true\n") && issue("long", "ca", many_names()) &&
        issue("chained", "middle", local) && sh("cat middle.pem >> chained.pem") &&
        issue("client", "ca", "extendedKeyUsage=clientAuth\n") && issue("stranger", "otherca", "extendedKeyUsage=clientAuth\n") &&
        sh("openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -not_before 20200101000000Z -not_after 20200201000000Z -extfile server.ext "
           "-out expired.pem || (mkdir -p demo && touch demo/index.txt && echo 01 > demo/serial && printf "
           "'[ca]\\ndefault_ca=d\\n[d]\\ndatabase=demo/index.txt\\nserial=demo/serial\\nnew_certs_dir=demo\\ndefault_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' > "
           "demo.cnf && openssl ca -batch -config demo.cnf -in server.csr -cert ca.pem -keyfile ca.key -startdate 200101000000Z -enddate 200201000000Z -extfile "
           "server.ext -out expired.pem -notext)") &&
        sh("cp server.key expired.key");
  }
  ~Certificates() { (void)picket::os_remove_tree(dir); }
};

inline Certificates& certificates() {  // made once
  static Certificates all;
  REQUIRE_MESSAGE(all.made, "the openssl program is needed to make certificates: " << picket::os_read_file(all.path("log")).value);
  return all;
}
