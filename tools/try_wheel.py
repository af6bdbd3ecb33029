"""Build the wheel, install it into an empty environment outside the clone, and open three pages.

Proves that what is installed needs neither Node nor the repository. Exit code 1 with a sentence if anything fails.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.postgres import free_port
from tools.steps import PYTHON, ROOT, say, stop

PAGES = ("/", "/health/live", "/ask/")
PATIENCE = 300.0


def quietly(command: list[str | Path], cwd: Path, env: dict[str, str] | None = None) -> None:
    """Run a command; end with its words if it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        stop(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def install(folder: Path) -> Path:
    """Build and install; gives the folder of the programs."""
    say("  building …")
    quietly([PYTHON, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"], ROOT)
    wheel = next((folder / "dist").glob("*.whl"))
    say(f"  {wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB; installing …")
    quietly([sys.executable, "-m", "venv", folder / "venv"], folder)
    pip: list[str | Path] = [folder / "venv" / "bin" / "pip", "--disable-pip-version-check", "install", "--no-deps"]
    quietly([*pip, "--require-hashes", "-r", ROOT / "requirements" / "base.txt"], folder)
    quietly([*pip, "--no-index", wheel], folder)
    return folder / "venv" / "bin"


def open_page(url: str) -> bytes:
    """The body of a page, waiting until the server is there."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own address
                body: bytes = answer.read()
                return body
        except urllib.error.HTTPError as error:
            stop(f"{url} answered {error.code}: {error.read()[:500].decode('utf-8', 'replace')}")
        except OSError as error:
            if time.monotonic() > until:
                stop(f"{url} did not answer: {error}")
            time.sleep(0.3)


def style_of(page: bytes) -> str:
    """The address of the first stylesheet of a page. Ends the program if there is none."""
    for part in page.decode("utf-8").split('href="')[1:]:
        address = part.split('"')[0]
        if address.startswith("/static/") and ".css" in address:
            return address
    stop("the first page names no stylesheet of ours")


def try_it(folder: Path) -> None:
    """Serve from the wheel alone and open the pages."""
    programs = install(folder)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "DATABASE_", "PYTHON"))
    }
    env = {**kept, "HUIYIN_HOME": str(folder / "home"), "PATH": f"{programs}:/usr/bin:/bin"}
    quietly([programs / "huiyin", "migrate"], folder, env)
    port = free_port()
    command = [str(programs / "gunicorn"), "huiyin.config.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        for page in PAGES:
            body = open_page(f"http://127.0.0.1:{port}{page}")
            say(f"  {page}: {len(body)} bytes")
        style = style_of(open_page(f"http://127.0.0.1:{port}/"))
        say(f"  {style}: {len(open_page(f'http://127.0.0.1:{port}{style}'))} bytes")
    finally:
        web.send_signal(signal.SIGTERM)
        web.wait(timeout=120)


def main() -> int:
    """Do it in a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="huiyin-wheel-"))
    try:
        try_it(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say("  the wheel serves pages outside the clone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
