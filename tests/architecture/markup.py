"""What templates, style sheets and the front end's lock file must not contain. Each check gives a list of faults."""

import re
from pathlib import Path

from tools.steps import ROOT

TEMPLATES = sorted((ROOT / "huiyin").rglob("templates/**/*.html"))
FRONT = ROOT / "frontend"
STYLES = sorted((FRONT / "src").rglob("*.scss"))
SCRIPTS = sorted((FRONT / "src").rglob("*.ts"))
COLOURS_STAND_IN = ("_tokens.scss", "chart-theme.ts")

COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)
TRANSLATED = re.compile(
    r"\{%-? *(?:translate|trans) .*?%\}|\{%-? *blocktrans(?:late)?\b.*?endblocktrans(?:late)? *%\}", re.DOTALL
)
CHINESE = re.compile(r"[⺀-⿟〇㐀-鿿豈-﫿]+")
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
STYLE = re.compile(r"<style\b|<[a-z][^>]*\sstyle\s*=", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe(?:seq)?\b|\{% *autoescape +off")
SCRIPT_ADDRESS = re.compile(r"""(?:href|src|action|formaction)\s*=\s*["']\s*javascript:""", re.IGNORECASE)
FOREIGN = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch)\(")
CLASS = re.compile(r'class="([^"]*)"')
ICON = re.compile(r"""\{% icon ["']([^"']+)["']""")
BLANKS = re.compile(r"""\{% (?:blank|translate|trans)[^%]*%\}""")


def template_faults(source: str) -> list[str]:
    """Inline style or script, unescaped output, foreign addresses, Chinese that no catalogue would see."""
    text = COMMENT.sub("", source)
    faults = [
        words
        for found, words in (
            (STYLE, "an inline style"),
            (HANDLER, "an inline event handler"),
            (UNESCAPED, "output that is not escaped"),
            (SCRIPT_ADDRESS, "a javascript: address"),
            (FOREIGN, "an address elsewhere"),
        )
        if found.search(text)
    ]
    faults += ["an inline script" for head, body in SCRIPT.findall(text) if inline(head, body)]
    chinese = CHINESE.search(TRANSLATED.sub("", text))
    return [*faults, *([f"untranslated “{chinese.group()}”"] if chinese else [])]


def inline(head: str, body: str) -> bool:
    """Whether a script element carries code; data is allowed."""
    return "application/json" not in head and ("src=" not in head or bool(body.strip()))


def style_faults(name: str, source: str) -> list[str]:
    """Colours written as numbers outside the token file and the chart theme."""
    if name in COLOURS_STAND_IN:
        return []
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", source, flags=re.DOTALL)
    return sorted({f"the colour {colour}" for colour in COLOUR.findall(text) if not colour.startswith("#{")})


def named_classes() -> tuple[set[str], list[re.Pattern[str]]]:
    """The `hy-` classes of the style sheets: those written out and the patterns of those made in a loop."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in STYLES)
    loops = [re.compile(rf"{prefix}[a-z0-9-]+") for prefix in set(re.findall(r"\.(hy-[a-z0-9-]*)#\{", text))]
    return set(re.findall(r"\.(hy-[a-z0-9-]+)", text)), loops


def class_faults(source: str, written: set[str], loops: list[re.Pattern[str]]) -> list[str]:
    """`hy-` classes of a template that no style sheet knows; those put together at run time are not looked at."""
    found = set()
    for value in CLASS.findall(re.sub(r"\{%.*?%\}", " ", source, flags=re.DOTALL)):
        found |= {name for name in value.split() if name.startswith("hy-") and "{" not in name and "}" not in name}
    return sorted(n for n in found if n not in written and not any(loop.fullmatch(n) for loop in loops))


def icons(source: str) -> set[str]:
    """The icons a template names outright."""
    return set(ICON.findall(source))


def lock_faults(source: str) -> list[str]:
    """Addresses in npm's lock file; the pages where a package asks for money are none to fetch from."""
    lines = [line.strip() for line in source.splitlines() if "://" in line]
    return [line for line in lines if not line.startswith('"url":')]


def relative(path: Path) -> str:
    """A path as it is named in this repository."""
    return str(path.relative_to(ROOT))
