"""Make the lock files anew, or check that they hold exact versions, hashes and no address.

python -m tools.lock              add to requirements/{base,build,dev}.txt what pyproject.toml asks for
python -m tools.lock --upgrade    the same with the newest versions of everything
python -m tools.lock --check      exit 1 with a sentence for every line that may not be there
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
FILES = ("base", "build", "dev")
PIN = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,_-]+\])?==[^\s;]+( ;[^\\]+)? \\$", re.IGNORECASE)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def compile_one(name: str, more: list[str]) -> None:
    """Write one lock file; `build` and `dev` are held to the versions of `base`."""
    source = ["pyproject.toml"] if name == "base" else ["--group", name, "-c", "requirements/base.txt"]
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"),
            *more,
            *source,
            *("-o", f"requirements/{name}.txt"),
        ],
        cwd=ROOT,
        check=True,
    )


def faults(name: str, text: str) -> list[str]:
    """Sentences on what a lock file may not contain: an address, an option, a version without hash."""
    found = []
    pinned, hashed = "", True
    for number, line in enumerate(text.splitlines(), 1):
        place = f"requirements/{name}.txt:{number}"
        if "://" in line or line.lstrip().startswith(("--index", "--extra-index", "--find-links", "-i ", "-f ")):
            found.append(f"{place}: a lock file names no address: {line.strip()}")
        elif PIN.match(line):
            if not hashed:
                found.append(f"{place}: {pinned} has no hash")
            pinned, hashed = line.split("==")[0], False
        elif HASH.match(line):
            hashed = True
        elif line and not line.startswith("#"):
            found.append(f"{place}: neither an exact version nor a hash: {line.strip()}")
    if not hashed:
        found.append(f"requirements/{name}.txt: {pinned} has no hash")
    return found


def names(text: str) -> set[str]:
    """The packages a lock file pins, in the index's own spelling (lower case, one dash)."""
    pinned = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in pinned}


def main(arguments: list[str]) -> int:
    """Remake or check; the exit code of the command line."""
    if arguments not in ([], ["--check"], ["--upgrade"]):
        print(__doc__, file=sys.stderr)
        return 2
    if arguments != ["--check"]:
        for name in FILES:
            compile_one(name, arguments)
    found = [fault for name in FILES for fault in faults(name, (FOLDER / f"{name}.txt").read_text(encoding="utf-8"))]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
