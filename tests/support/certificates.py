"""Certificates for tests, made by the openssl program: authorities and what they sign, as files of a folder of their own."""
import os, ssl, subprocess, tempfile

KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"


class Authority:
    """`signed("name", "IP:127.0.0.1")` gives the paths of a certificate and its key; `file` is the authority's own certificate."""
    def __init__(self, name, folder=None):
        self.name, self.folder = name, folder or tempfile.mkdtemp(prefix="picket-tls-")
        self.file = "%s/%s.pem" % (self.folder, name)
        self.sh("openssl req -x509 %s -days 30 -subj /CN=%s -keyout %s.key -out %s.pem" % (KEY, name, name, name))

    def sh(self, command): subprocess.run(command, shell=True, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def signed(self, name, names="IP:127.0.0.1", days=30, itself=False):
        """`itself`: signed with its own key, by nobody else."""
        with open("%s/%s.ext" % (self.folder, name), "w") as f: f.write("subjectAltName=%s\n" % names)
        self.sh("openssl req -new %s -keyout %s.key -subj /CN=%s -out %s.csr" % (KEY, name, name, name))
        signer = "-signkey %s.key" % name if itself else "-CA %s.pem -CAkey %s.key -CAcreateserial" % (self.name, self.name)
        self.sh("openssl x509 -req -in %s.csr %s -days %d -extfile %s.ext -out %s.pem" % (name, signer, days, name, name))
        return ["%s/%s.%s" % (self.folder, name, end) for end in ("pem", "key")]

    def server(self, name, names="IP:127.0.0.1", days=30, itself=False, clients=None):
        """A server's context. `clients`: an Authority whose certificates its clients must show."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.signed(name, names, days, itself))
        if clients:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients.file)
        return context
