"""A real malware scanner for tests: ClamAV's daemon with one signature, that of EICAR's harmless test file.

with scanner(folder) as address:
    settings.HUIYIN_SCANNER = address
"""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.postgres import end_with_parent

CLAMD = Path("/usr/sbin/clamd")
PATIENCE = 180.0
"""Seconds: a busy machine starts a process slowly."""
EICAR = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
"""EICAR's test file, in two pieces: a scanner on the machine of whoever reads this need not take it away."""
LARGEST = 30
"""Megabytes that the daemon looks at: more than the product takes."""


def installed() -> bool:
    """Whether the daemon is here."""
    return CLAMD.exists()


@contextmanager
def scanner(folder: Path) -> Iterator[str]:
    """A daemon, stopped at the end; gives its address as the product's setting has it."""
    signatures, line, config = folder / "signatures", folder / "clamd.ctl", folder / "clamd.conf"
    signatures.mkdir(exist_ok=True)
    (signatures / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n", encoding="ascii")
    config.write_text(
        f"Foreground yes\nDatabaseDirectory {signatures}\nLocalSocket {line}\nStreamMaxLength {LARGEST}M\n"
        f"SelfCheck 0\nTemporaryDirectory {folder}\n",
        encoding="ascii",
    )
    line.unlink(missing_ok=True)
    with (folder / "clamd.out").open("wb") as log:
        daemon = subprocess.Popen([str(CLAMD), "-c", str(config)], stdout=log, stderr=log, preexec_fn=end_with_parent)
    try:
        _wait(line, folder / "clamd.out")
        yield f"unix:{line}"
    finally:
        daemon.terminate()
        daemon.wait(timeout=PATIENCE)


def _wait(line: Path, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            one.connect(str(line))
            return
        time.sleep(0.05)
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))
