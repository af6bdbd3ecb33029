"""`make run`: database, invented county, web and worker; then the address and who can sign in."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tools.steps import HUIYIN, PYTHON, ROOT, Failed, Missing, Progress, environment, home, say

HOST = "127.0.0.1"
PATIENCE = 90.0  # seconds until the web process must answer
GRACE = 15.0  # seconds both have to finish what they are doing

ASKED_FOR = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(b)s'
"""What the server writes down of a request: never what stands behind the question mark, which may be a name that
somebody looked for, nor where they came from, which repeats it."""
FIRST_THINGS = """
先试试 / try first:
  1. 居民 resident      {url}/ask/   写一件事,不用登录;收好回执 ask for something, no sign-in; keep the slip
  2. 派单员 dispatcher  用上面的链接登录,在“今天”里交办 sign in with a link above and assign it from "today"
  3. 居民 resident      {url}/track/ 凭编号查办到哪一步 follow it with the code on the slip
  4. 回音壁 wall        {url}/wall/  看办结公示 read what was answered
Ctrl-C 停止 stops it; make run 继续 goes on where it was. 记录 logs: {logs}
"""


@dataclass
class Child:
    """One of the two processes, with the file it writes its log to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


def port() -> int:
    """The port to serve on. Raises Missing when it is no port or is taken."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Missing(f"PORT={text} is not a port: give a number between 1024 and 65535, as in PORT=8123 make run.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except PermissionError:
            raise Missing(f"Port {text} needs special rights: take another, as in PORT=8123 make run.") from None
        except OSError:
            raise Missing(
                f"Port {text} is taken: stop what listens there, or take another, as in "
                f"PORT={int(text) % 60000 + 123} make run. 端口 {text} 已被占用。"
            ) from None
    return int(text)


def writable_home() -> Path:
    """HUIYIN_HOME, made if it is not there. Raises Missing when nothing can be written to it."""
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # everybody's words lie in it
        (folder / "log").mkdir(exist_ok=True)
        (folder / "log" / ".try").touch()
        (folder / "log" / ".try").unlink()
    except OSError as error:
        raise Missing(
            f"Nothing can be written to {folder} ({error.strerror}): name another with HUIYIN_HOME."
        ) from None
    return folder


def prepare(folder: Path, env: dict[str, str]) -> None:
    """Database up to date; on an empty one the invented county, whole or not at all."""
    begun = folder / "demo-begun"
    if begun.exists():
        clear_away(folder, begun)
    progress = Progress(3)
    before = "\n".join(path.name for path in folder.iterdir())
    ours = not os.environ.get("DATABASE_URL")
    progress.step("数据库 database")
    if ours:
        begun.write_text(before, encoding="utf-8")
    step(progress, [HUIYIN, "migrate"], env, f"The database could not be prepared ({database(folder)})")
    progress.step("示范县 the invented county")
    if not ours:  # one that could not be reached holds no half of anything: only a county begun in it counts
        begun.write_text(before, encoding="utf-8")
    step(progress, [HUIYIN, "demo", "--if-empty"], env, "The invented county could not be made")
    begun.unlink()
    progress.step("启动 start")


def clear_away(folder: Path, begun: Path) -> None:
    """Take away a county that was left half-made, with all that came into the folder together with it.

    `begun` names what lay in the folder before; a database that was there already is never touched. Raises Missing for
    another database than our own file, since we clear nothing that is not ours.
    """
    before = set(begun.read_text(encoding="utf-8").split("\n")) | {"log", begun.name}
    if os.environ.get("DATABASE_URL"):
        begun.unlink()
        raise Missing(
            "The last start was interrupted while the invented county was being made: give it an empty database "
            "(dropdb, createdb) and run the command again. 上次建示范县时中断,请换一个空数据库。"
        )
    if "huiyin.sqlite3" not in before:
        say("上次未建完的示范县已清除 a county left half-made was cleared away")
        for path in folder.iterdir():
            if path.name not in before:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    begun.unlink()


def step(progress: Progress, command: list[str | Path], env: dict[str, str], sentence: str) -> None:
    """One command of `prepare`, with its sentence if it fails."""
    try:
        progress.command(command, env=env, every=5)
    except Failed as failed:
        raise Missing(f"{sentence}:\n{failed.tail(8)}") from failed
    progress.end()


def database(folder: Path) -> str:
    """The database in words, without a password."""
    url = os.environ.get("DATABASE_URL", "")
    return f"DATABASE_URL …@{url.rsplit('@', 1)[-1]}" if url else str(folder / "huiyin.sqlite3")


def start(name: str, command: list[str | Path], env: dict[str, str], folder: Path) -> Child:
    """Start a process of its own group, so that Ctrl-C reaches only us and we end both in order."""
    log = folder / "log" / f"{name}.log"
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            preexec_fn=end_with_parent if sys.platform == "linux" else None,
        )
    return Child(name, process, log)


def end_with_parent() -> None:
    """Ask Linux to end this child when its parent is killed outright (PR_SET_PDEATHSIG), so that none is orphaned."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def wait_until_alive(url: str, children: list[Child]) -> None:
    """Wait for /health/live. Raises Missing with the end of a log when a process dies or nothing answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for child in children:
            if child.process.poll() is not None:
                raise Missing(f"The {child.name} process ended at once; the end of {child.log}:\n{tail(child.log)}")
        try:
            with urllib.request.urlopen(f"{url}/health/live", timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Missing(f"Nothing answered at {url} within {PATIENCE:.0f} s; the end of the log:\n{tail(children[0].log)}")


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def end(children: list[Child]) -> None:
    """Ask all to finish; whoever is still there after the grace is ended with its whole group."""
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    until = time.monotonic() + GRACE
    for child in children:
        try:
            child.process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


def greet(url: str, env: dict[str, str], folder: Path) -> None:
    """The address, who can sign in, what to try."""
    say(f"\n回音 Huiyin: {url}   (示范县,人物和事项皆为虚构 everything in it is invented)\n")
    people = subprocess.run(
        [str(HUIYIN), "signin", "--all"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    say((people.stdout or people.stderr).rstrip())
    say(FIRST_THINGS.format(url=url, logs=folder / "log").rstrip())


def watch(children: list[Child]) -> int:
    """Stay until a signal (exit code 0) or until one of the two ends by itself (1)."""
    while True:
        for child in children:
            if child.process.poll() is not None:
                sys.stderr.write(
                    f"The {child.name} process ended (code {child.process.returncode}); the end of {child.log}:\n"
                    f"{tail(child.log)}\n"
                )
                return 1
        time.sleep(0.3)


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """A request to end is one Ctrl-C, whichever signal brings it."""
    raise KeyboardInterrupt


def run() -> int:
    """Serve until Ctrl-C."""
    number, folder = port(), writable_home()
    url = f"http://{HOST}:{number}"
    env = environment(PORT=str(number), HUIYIN_HOME=str(folder))
    prepare(folder, env)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, interrupt)
    web: list[str | Path] = [PYTHON, "-m", "gunicorn", "huiyin.config.wsgi:application", "--bind", f"{HOST}:{number}"]
    web += ["--workers", "2", "--threads", "4", "--preload", "--graceful-timeout", "10"]
    web += ["--access-logfile", "-", "--access-logformat", ASKED_FOR]
    children: list[Child] = []
    try:
        children.append(start("web", web, env, folder))
        children.append(start("worker", [HUIYIN, "worker"], env, folder))
        wait_until_alive(url, children)
        (folder / "address").write_text(url, encoding="ascii")  # so that a later `huiyin signin` points there
        greet(url, env, folder)
        return watch(children)
    except KeyboardInterrupt:
        say("\n正在停止 stopping …")
        return 0
    finally:
        end(children)
        (folder / "address").unlink(missing_ok=True)
        say("已停止,数据已保存 stopped; everything is kept.")
