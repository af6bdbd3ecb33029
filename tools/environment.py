"""`make setup`: environment, packages, pages, words; each only when what it is made from has changed."""

import hashlib
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.steps import PYTHON, ROOT, VENV, Failed, Missing, Progress, environment

STAMPS = VENV / "huiyin-stamps"
BUILT = ROOT / "huiyin" / "interfaces" / "common" / "static" / "built"
NO_INDEX = ("NewConnectionError", "Temporary failure in name resolution", "Max retries", "(from versions: none)")
NOT_FOUND = ("No matching distribution found", "Could not find a version")


def setup(*, dev: bool) -> None:
    """Make the clone ready to run (and, with `dev`, to test). Raises Missing with what to do."""
    steps = [
        ("环境 environment", needs_environment(), make_environment),
        ("依赖 packages", needs_packages(dev=dev), lambda progress: install(progress, dev=dev)),
        ("页面 pages", needs_pages(), build_pages),
        ("词句 words", needs_words(), compile_words),
    ]
    wanted = [(title, work) for title, needed, work in steps if needed]
    progress = Progress(len(wanted))
    for title, work in wanted:
        progress.step(title)
        work(progress)
        progress.end()


def needs_environment() -> bool:
    """Whether there is no environment, or one of a Python that is gone."""
    return not PYTHON.exists() or not (VENV / "pyvenv.cfg").exists()


def needs_packages(*, dev: bool) -> bool:
    """Whether the lock files, or the project's own description, changed since the last installation."""
    return read_stamp("packages") != packages_mark(dev=dev) and read_stamp("packages") != packages_mark(dev=True)


def needs_pages() -> bool:
    """Whether the front end was never built or its sources changed."""
    return (ROOT / "tools" / "build_front.py").exists() and (
        read_stamp("pages") != pages_mark() or not any(BUILT.glob("*"))
    )


def needs_words() -> bool:
    """Whether a catalogue changed or its compiled twin is missing."""
    sources = list((ROOT / "huiyin").rglob("*.po"))
    return bool(sources) and (
        read_stamp("words") != mark(sources) or not all(source.with_suffix(".mo").exists() for source in sources)
    )


def make_environment(progress: Progress) -> None:
    """Make .venv; a half-made one is taken away again."""
    try:
        progress.command([sys.executable, "-m", "venv", "--clear", str(VENV)])
    except Failed as failed:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in failed.output or "No module named venv" in failed.output:
            version = f"python3.{sys.version_info.minor}"
            raise Missing(
                "This Python cannot make environments: install its venv module "
                f"(Debian: apt-get install {version}-venv) and run the command again. 请安装 venv 模块后重试。"
            ) from failed
        raise Missing(f"The environment could not be made:\n{failed.tail()}") from failed


def install(progress: Progress, *, dev: bool) -> None:
    """Install the locked packages with their hashes, then the project itself without asking the network."""
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    locked: list[str | Path] = [*pip, "install", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    for name in ["base", "build", *(["dev"] if dev else [])]:
        locked += ["-r", f"requirements/{name}.txt"]
    try:
        progress.command(locked)
        progress.command([*pip, "install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", "."])
    except Failed as failed:
        raise Missing(why_not_installed(failed)) from failed
    write_stamp("packages", packages_mark(dev=dev))


def why_not_installed(failed: Failed) -> str:
    """One sentence for the known reasons, the last lines of pip for the others."""
    if any(word in failed.output for word in NO_INDEX):
        return (
            "No package index can be reached: connect this machine, or name a mirror with PIP_INDEX_URL, and run the "
            "command again. 无法访问软件包索引,请联网或用 PIP_INDEX_URL 指定镜像后重试。"
        )
    if "DO NOT MATCH THE HASHES" in failed.output:
        return "A package is not the one that was locked; nothing was installed. Try another index (PIP_INDEX_URL)."
    if "No module named pip" in failed.output:
        return "This environment has no pip: delete .venv, install Python's venv and pip, and run the command again."
    if any(word in failed.output for word in NOT_FOUND):
        return f"The package index does not have a locked version; name another with PIP_INDEX_URL:\n{failed.tail(3)}"
    if "No space left" in failed.output:
        return "The disk is full: about 1 GB is needed. 磁盘已满。"
    return f"The packages could not be installed:\n{failed.tail()}"


def build_pages(progress: Progress) -> None:
    """Build styles and scripts with the Node that came as a package."""
    try:
        progress.command([PYTHON, "-m", "tools.build_front"], env=environment())
    except Failed as failed:
        raise Missing(f"The pages' styles and scripts could not be built:\n{failed.tail()}") from failed
    write_stamp("pages", pages_mark())


def compile_words(progress: Progress) -> None:
    """Compile the translations."""
    try:
        progress.command([PYTHON, "-m", "tools.compile_words"], env=environment())
    except Failed as failed:
        raise Missing(f"The translations could not be compiled:\n{failed.tail()}") from failed
    write_stamp("words", mark((ROOT / "huiyin").rglob("*.po")))


def packages_mark(*, dev: bool) -> str:
    """What the installed packages depend on."""
    names = ["base", "build", *(["dev"] if dev else [])]
    files = [*(ROOT / "requirements" / f"{name}.txt" for name in names), ROOT / "pyproject.toml"]
    made_by = (VENV / "pyvenv.cfg").read_text(encoding="utf-8") if (VENV / "pyvenv.cfg").exists() else ""
    return f"{hashlib.sha256(made_by.encode()).hexdigest()} {ROOT} {mark(files)}"


def pages_mark() -> str:
    """What the built pages depend on."""
    front = ROOT / "frontend"
    files = [path for path in front.glob("*") if path.is_file()]
    files += [path for folder in ("src", "scripts") for path in (front / folder).rglob("*") if path.is_file()]
    # Icons are copied by the names that templates and word files give them.
    files += [path for kind in ("html", "toml", "py") for path in (ROOT / "huiyin").rglob(f"*.{kind}")]
    return mark([*files, ROOT / "tools" / "build_front.py"])


def mark(files: Iterable[Path]) -> str:
    """One hash over names and contents."""
    whole = hashlib.sha256()
    for path in sorted(files):
        if path.exists():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            whole.update(f"{path.relative_to(ROOT)} {content}\n".encode())
    return whole.hexdigest()


def read_stamp(name: str) -> str:
    """What was noted when a step was last done; empty if never."""
    path = STAMPS / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def write_stamp(name: str, value: str) -> None:
    """Note what a step was done with."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(value, encoding="utf-8")
