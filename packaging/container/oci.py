#!/usr/bin/env python3
"""oci.py ROOT OUT --name NAME:TAG --arch A --version V [--entry WORD]... [--cmd WORD]... [--env K=V]... [--owner PATH=UID:GID]... [--user UID:GID]

An OCI image layout (image-spec 1.0) as a tar archive, without a container engine: the folder ROOT as one layer. Beside it lies
manifest.json, by which `docker load` before Docker 25 finds its way. Times are
SOURCE_DATE_EPOCH, owners are root but for --owner PATH (and what is below it); the same content gives the same bytes."""
import argparse
import gzip
import hashlib
import io
import json
import os
import tarfile
import time

EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])


def options():
    p = argparse.ArgumentParser()
    p.add_argument("root")
    p.add_argument("out")
    p.add_argument("--name", required=True)
    p.add_argument("--arch", required=True)
    p.add_argument("--variant", default="")
    p.add_argument("--version", required=True)
    p.add_argument("--user", default="10001:10001")
    for name in ("entry", "cmd", "env", "owner", "volume", "port"):
        p.add_argument("--" + name, action="append", default=[])
    return p.parse_args()


def owners(args):
    out = {}
    for text in args.owner:
        path, ids = text.split("=")
        out[path.strip("/")] = tuple(int(i) for i in ids.split(":"))
    return out


def owner_of(path, table):
    while path:
        if path in table:
            return table[path]
        path = path.rpartition("/")[0]
    return 0, 0


def layer(root, table):
    """The folder as tar: sorted by name, so that the order of the file system does not show."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for folder, folders, files in os.walk(root):
            folders.sort()
            for name in sorted(files + folders):
                full = os.path.join(folder, name)
                path = os.path.relpath(full, root)
                info = tar.gettarinfo(full, path)
                if info.type == tarfile.LNKTYPE:  # hard links depend on the order of reading
                    info.type, info.size, info.linkname = tarfile.REGTYPE, os.path.getsize(full), ""
                info.mtime, (info.uid, info.gid), info.uname, info.gname = EPOCH, owner_of(path, table), "", ""
                if info.isreg():
                    with open(full, "rb") as f:
                        tar.addfile(info, f)
                else:
                    tar.addfile(info)
    return buffer.getvalue()


class Layout:
    def __init__(self):
        self.blobs = {}

    def add(self, data, media_type, **more):
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(data), **more}

    def write(self, path, index, docker):
        files = {f"blobs/sha256/{digest}": data for digest, data in self.blobs.items()}
        files["index.json"], files["manifest.json"] = text(index), text(docker)
        files["oci-layout"] = text({"imageLayoutVersion": "1.0.0"})
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            for name in ("blobs", "blobs/sha256"):
                info = tarfile.TarInfo(name)
                info.type, info.mode, info.mtime = tarfile.DIRTYPE, 0o755, EPOCH
                tar.addfile(info)
            for name in sorted(files):
                info = tarfile.TarInfo(name)
                info.size, info.mode, info.mtime = len(files[name]), 0o644, EPOCH
                tar.addfile(info, io.BytesIO(files[name]))


def blob(descriptor):
    return "blobs/sha256/" + descriptor["digest"].split(":")[1]


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def main():
    args = options()
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(EPOCH))
    layout = Layout()
    plain = layer(args.root, owners(args))
    packed = layout.add(gzip.compress(plain, 9, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip")
    labels = {"org.opencontainers.image.title": "picket", "org.opencontainers.image.version": args.version,
              "org.opencontainers.image.licenses": "MIT"}
    platform = {"architecture": args.arch, "os": "linux", **({"variant": args.variant} if args.variant else {})}
    config = layout.add(text({
        **platform, "created": created,
        "config": {"User": args.user, "Entrypoint": args.entry, "Cmd": args.cmd, "Env": args.env, "WorkingDir": "/", "StopSignal": "SIGTERM", "Labels": labels,
                   "Volumes": {v: {} for v in args.volume}, "ExposedPorts": {p: {} for p in args.port}},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(plain).hexdigest()]},
        "history": [{"created": created, "created_by": "packaging/container/build.sh"}],
    }), "application/vnd.oci.image.config.v1+json")
    manifest = layout.add(text({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": [packed],
                                "annotations": labels}), "application/vnd.oci.image.manifest.v1+json", platform=platform,
                          annotations={name: args.name for name in ("org.opencontainers.image.ref.name", "io.containerd.image.name")})  # podman; containerd, Docker
    layout.write(args.out, {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [manifest]},
                 [{"Config": blob(config), "RepoTags": [args.name], "Layers": [blob(packed)]}])


main()
