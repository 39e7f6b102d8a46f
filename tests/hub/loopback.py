"""A hub on 127.0.0.1: the part of the Hugging Face API that huggingface_hub uses to fetch models, with faults to order.

Speaks what the client of huggingface_hub 1 and 2 asks: model info with file sums, tree, `resolve` with HEAD and GET,
redirects to another host for large files, ranges, ETag and X-Linked-* headers, tokens, error codes.

    python tests/hub/loopback.py FOLDER     serves FOLDER/OWNER/NAME/* until interrupted; prints HF_ENDPOINT
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

LARGE = ("*.bin", "*.safetensors", "*.spm", "*.h5", "*.ot")  # kept in the large-file store, as the hub does
TOKEN = "hf_loopback"


@dataclass
class Fault:
    """What goes wrong, where and how often.

    `where` is api (model info), tree, head, or file; `file` a pattern of names. `kind` is `cut` (the line closes after
    the `amount` share of the body), `reset` (the same, rudely), `status` (an answer of that number), `wrong` (one byte is
    another), `stall` (silence of `amount` seconds in mid-body), `slow` (that many seconds before each answer),
    `page` (a web page, as from a captive portal), or `short` (a body shorter than the hub says the file is).
    """

    where: str
    kind: str
    amount: float = 0.0
    file: str = "*"
    times: int = 1


@dataclass
class Repo:
    """A model on the hub: its files now, at which commit; `commits` keeps what older commits held."""

    files: dict[str, bytes]
    private: bool = False
    gated: bool = False
    licence: str = "apache-2.0"
    faults: list[Fault] = field(default_factory=list)
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    commit: str = ""

    def __post_init__(self) -> None:
        self.push(self.files)

    def push(self, files: dict[str, bytes]) -> str:
        """A new commit on main."""
        self.files = files
        told = "".join(f"{name} {len(content)} {sha256(content)}" for name, content in sorted(files.items()))
        self.commit = hashlib.sha1(told.encode()).hexdigest()
        self.commits[self.commit] = files
        return self.commit

    def take(self, where: str, file: str = "") -> Fault | None:
        """The fault that is due here, if any; it is used up by one."""
        for fault in self.faults:
            if fault.where == where and fault.times > 0 and fnmatch.fnmatch(file, fault.file):
                fault.times -= 1
                return fault
        return None


_SUMS: dict[int, tuple[bytes, str]] = {}


def sha256(content: bytes) -> str:
    """SHA-256, remembered by the object: replicas are large."""
    if id(content) not in _SUMS:
        _SUMS[id(content)] = (content, hashlib.sha256(content).hexdigest())
    return _SUMS[id(content)][1]


def blob_id(content: bytes) -> str:
    """The git blob id."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def is_large(name: str) -> bool:
    """Whether the hub keeps a file of this name in its large-file store."""
    return any(fnmatch.fnmatch(name, pattern) for pattern in LARGE)


class Hub:
    """The server: `repos` by id, `renamed` old id → new, and `asked`, every request as (method, path, range)."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.renamed: dict[str, str] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.tokens: list[tuple[str, str]] = []
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self.server = _Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.store = f"http://localhost:{self.port}"  # another host name, as the hub's large-file store is
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()

    def fetched(self, repo: str, name: str) -> list[str]:
        """The ranges of each GET of a file's body, in order; an empty string is the whole file."""
        content = self.repos[repo].files[name]
        path = f"/store/{repo}/{sha256(content)}" if is_large(name) else f"/{repo}/resolve/"
        return [
            wanted for method, asked, wanted in self.asked
            if method == "GET" and asked.startswith(path) and (is_large(name) or asked.endswith(f"/{name}"))
        ]  # fmt: skip


@contextmanager
def serving() -> Iterator[Hub]:
    """A hub for the time of a with block."""
    hub = Hub()
    try:
        yield hub
    finally:
        hub.close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Killed clients are part of the tests: no traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_: object) -> None:
        """Silent."""

    def do_HEAD(self) -> None:
        """As GET, without body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer one request."""
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append((self.command, path, self.headers.get("Range", "")))
        self.hub.tokens.append((path, self.headers.get("Authorization", "")))
        try:
            self._route(path)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _route(self, path: str) -> None:
        parts = path.strip("/").split("/")
        if parts[0] == "store":
            return self._stored(self.hub.repos["/".join(parts[1:3])], parts[3])
        api = parts[:2] == ["api", "models"]
        if len(parts) < (5 if api else 4):
            return self._error(404, "")
        owner, name, verb, *rest = parts[2:] if api else parts
        repo_id = f"{owner}/{name}"
        if repo_id in self.hub.renamed:
            return self._redirect(self.path.replace(repo_id, self.hub.renamed[repo_id]), 307)
        repo = self.hub.repos.get(repo_id)
        token = self.headers.get("Authorization")
        if repo is None or (repo.private and token != f"Bearer {TOKEN}"):
            return self._error(404 if token and repo is None else 401, "RepoNotFound")
        if repo.gated and token != f"Bearer {TOKEN}":
            return self._error(403 if token else 401, "GatedRepo")
        commit = repo.commit if rest[0] == "main" else rest[0]
        if commit not in repo.commits:
            return self._error(404, "RevisionNotFound")
        if api:
            return self._api(repo_id, repo, commit, verb)
        return self._resolve(repo_id, repo, commit, "/".join(rest[1:]))

    def _api(self, repo_id: str, repo: Repo, commit: str, verb: str) -> None:
        if self._hit(repo.take("tree" if verb == "tree" else "api")):
            return None
        files = repo.commits[commit]
        if verb == "tree":
            rows = [
                {"type": "file", "path": name, "size": len(content), "oid": blob_id(content)}
                | (
                    {"lfs": {"oid": sha256(content), "size": len(content), "pointerSize": 134}}
                    if is_large(name)
                    else {}
                )
                for name, content in files.items()
            ]
            return self._json(rows)
        siblings = [
            {"rfilename": name, "size": len(content), "blobId": blob_id(content)}
            | ({"lfs": {"sha256": sha256(content), "size": len(content), "pointerSize": 134}} if is_large(name) else {})
            for name, content in files.items()
        ]
        return self._json({
            "id": repo_id, "modelId": repo_id, "sha": commit, "private": repo.private, "gated": repo.gated,
            "tags": ["marian", f"license:{repo.licence}"], "downloads": 1, "likes": 1, "siblings": siblings,
        })  # fmt: skip

    def _resolve(self, repo_id: str, repo: Repo, commit: str, name: str) -> None:
        content = repo.commits[commit].get(name)
        if content is None:
            return self._error(404, "EntryNotFound", {"X-Repo-Commit": commit})
        head = self.command == "HEAD"
        fault = repo.take("head", name) if head else None
        if self._hit(fault):
            return None
        common = {"X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        if is_large(name):
            linked = {
                "X-Linked-Etag": f'"{sha256(content)}"',
                "X-Linked-Size": str(len(content)),
                "ETag": f'"{blob_id(content)}"',
            }
            return self._redirect(f"{self.hub.store}/store/{repo_id}/{sha256(content)}", 302, common | linked)
        common["ETag"] = f'"{blob_id(content)}"'
        if head:
            return self._headers(200, common | {"Content-Length": str(len(content))})
        return self._body(content, common, repo.take("file", name))

    def _stored(self, repo: Repo, digest: str) -> None:
        if self.headers.get("Authorization"):
            return self._error(400, "TokenLeaked")  # the store's addresses are signed: a token must not reach it
        for name, content in (item for files in repo.commits.values() for item in files.items()):
            if is_large(name) and sha256(content) == digest:
                return self._body(content, {"ETag": f'"{digest}"', "Accept-Ranges": "bytes"}, repo.take("file", name))
        return self._error(404, "EntryNotFound")

    def _body(self, content: bytes, headers: dict[str, str], fault: Fault | None) -> None:
        if fault and fault.kind in ("status", "slow", "page") and self._hit(fault):
            return
        if fault and fault.kind == "wrong":
            content = content[:-1] + bytes([content[-1] ^ 1])
        if fault and fault.kind == "short":
            content = content[: int(len(content) * fault.amount)]
        start, status = 0, 200
        if wanted := self.headers.get("Range"):
            start, status = int(wanted.removeprefix("bytes=").partition("-")[0]), 206
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._headers(status, headers | {"Content-Length": str(len(content) - start)})
        if fault is None or fault.kind not in ("cut", "reset", "stall"):
            self.wfile.write(memoryview(content)[start:])
            return
        end = max(start, int(len(content) * (0.5 if fault.kind == "stall" else fault.amount)))
        self.wfile.write(memoryview(content)[start:end])
        self.wfile.flush()
        if fault.kind == "stall":
            time.sleep(fault.amount)
        if fault.kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def _hit(self, fault: Fault | None) -> bool:
        """Answer as the fault says; False when there is none, or when it only costs time."""
        if fault is None:
            return False
        if fault.kind == "slow":
            time.sleep(fault.amount)
            return False
        if fault.kind == "page":
            self._send(200, b"<html>Please log in to the train's network</html>", {"Content-Type": "text/html"})
        elif fault.kind == "status":
            self._error(int(fault.amount), "")
        else:
            self.close_connection = True
        return True

    def _json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _error(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        extra = {"X-Error-Code": code, "X-Error-Message": code} if code else {}
        self._send(status, json.dumps({"error": code}).encode(), (headers or {}) | extra)

    def _redirect(self, place: str, status: int, headers: dict[str, str] | None = None) -> None:
        self._send(status, b"", (headers or {}) | {"Location": place})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._headers(status, headers | {"Content-Length": str(len(body))})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _headers(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


if __name__ == "__main__":
    with serving() as served:
        for folder in sorted(Path(sys.argv[1]).glob("*/*")):
            files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
            served.repos[f"{folder.parent.name}/{folder.name}"] = Repo(files)
        sys.stdout.write(f"HF_ENDPOINT={served.endpoint}\n")
        sys.stdout.flush()
        threading.Event().wait()
