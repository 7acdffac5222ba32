"""The service as the image runs it: every file system read-only but a small folder for temporary files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from serving_process import Service

_READ_ONLY = """
set -e
data=$1 temporary=$2; shift 2
mount --make-rprivate /
mount --bind "$data" "$data"
mount -o remount,ro,bind "$data"
mount -t tmpfs -o size=1m tmpfs "$temporary"
mount -o remount,ro,bind /
if touch "$data/written" 2>/dev/null; then exit 3; fi
cd /
exec env -u HOME TMPDIR="$temporary" "$@"
"""


@pytest.fixture
def before(sample_data: Path, tmp_path: Path) -> list[str]:
    """What makes a command see nothing that it may write to but one MiB."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("needs Linux' unshare")
    command = [unshare, "--user", "--map-root-user", "--mount", "--", "/bin/sh", "-c", _READ_ONLY, "sh"]
    command += [str(sample_data), str(tmp_path)]
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)  # noqa: S603
    if tried.returncode:
        pytest.skip(f"no view of the file systems of one's own here: {tried.stderr.decode().strip()}")
    return command


def test_a_read_only_file_system_serves_everything(sample_data: Path, before: list[str]) -> None:
    with Service(sample_data, *before) as service, httpx.Client(base_url=service.url, timeout=60) as client:
        asked = {"question": "When was the Global Symposium on Soil Organic Carbon held?"}
        assert client.post("/v1/answers", json=asked).json()["status"] == "answered"
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        told = {"Accept": "application/json, text/event-stream"}
        assert client.post("/mcp", json=call, headers=told).status_code == 200
        for path in ("/readyz", "/v1/documents", "/v1/timeline", "/metrics", "/", "/documents/A/64/202"):
            assert client.get(path, headers={"Accept": "text/html, */*"}).status_code == 200, path
