"""Files in Slack's three steps: ask for an address, send the bytes there, complete (and share)."""

from __future__ import annotations

from dataclasses import dataclass

from lineagebot.playground.answers import Json, Refused
from lineagebot.playground.workspace import Workspace

#: file types by ending; the rest is binary
MIME = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "sql": "text/plain",
    "csv": "text/csv",
}


@dataclass(slots=True, kw_only=True)
class Upload:
    id: str
    name: str
    length: int
    alt_text: str
    data: bytes | None = None
    title: str = ""
    complete: bool = False

    @property
    def mimetype(self) -> str:
        return MIME.get(self.filetype, "application/octet-stream")

    @property
    def filetype(self) -> str:
        return self.name.rpartition(".")[2].lower()


class Uploads:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._files: dict[str, Upload] = {}

    def ask(self, name: str, length: int, *, alt_text: str = "") -> Upload:
        with self._workspace.lock:
            file = Upload(id=self._workspace.stamps.id("F"), name=name, length=length, alt_text=alt_text)
            self._files[file.id] = file
            return file

    def receive(self, file_id: str, data: bytes) -> None:
        with self._workspace.lock:
            file = self.file(file_id)
            if len(data) != file.length:
                raise Refused("invalid_length", status=400)
            file.data = data

    def complete(self, file_id: str, title: str) -> Upload:
        with self._workspace.lock:
            file = self.file(file_id)
            if file.data is None or file.complete:
                raise Refused("file_not_found")
            file.title, file.complete = title or file.name, True
            return file

    def file(self, file_id: str) -> Upload:
        """Raises Refused("file_not_found")."""
        with self._workspace.lock:
            if file_id not in self._files:
                raise Refused("file_not_found")
            return self._files[file_id]

    def as_slack(self, file: Upload, base_url: str) -> Json:
        identity = self._workspace.identity
        address = f"{base_url}/files-pri/{identity.team_id}-{file.id}/{file.name}"
        return {
            "id": file.id,
            "created": 1700000000,
            "timestamp": 1700000000,
            "name": file.name,
            "title": file.title or file.name,
            "mimetype": file.mimetype,
            "filetype": file.filetype,
            "pretty_type": file.filetype.upper(),
            "user": identity.bot_user,
            "user_team": identity.team_id,
            "size": len(file.data or b""),
            "mode": "hosted",
            "is_external": False,
            "is_public": True,
            "url_private": address,
            "url_private_download": address,
            "alt_txt": file.alt_text,
            "file_access": "visible",
        }
