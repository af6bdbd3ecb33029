"""`huiyin …`: Django's management commands behind one name. Exit codes: 0 done, 1 refused, 2 wrong usage."""

import gc
import os
import sys


def main() -> None:
    """Run a command; a refusal is one sentence on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")
    if sys.argv[1:2] == ["worker"]:
        os.environ.setdefault("HUIYIN_DB_ROLE", "huiyin_app")  # PostgreSQL: the worker owns nothing; commands do
    gc.disable()  # what is loaded stays: to look through it again and again while it grows is a sixth of every start
    import django
    from django.core.management import execute_from_command_line, get_commands

    name = sys.argv[1] if len(sys.argv) > 1 else "help"
    django.setup()
    gc.freeze()
    gc.enable()
    if not name.startswith("-") and name not in {*get_commands(), "help", "bench"}:
        sys.stderr.write(f"huiyin: there is no command {name}; `huiyin help` lists them\n")
        sys.exit(2)
    from django.db import DatabaseError

    from huiyin.core.startup import refuse_missing

    try:
        if name == "bench":
            from huiyin.config.bench.command import main as bench

            sys.exit(bench(sys.argv[2:]))
        execute_from_command_line(["huiyin", *sys.argv[1:]])
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read it has read enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at its end
        sys.exit(0)
    except DatabaseError:
        refuse_missing()
        raise


if __name__ == "__main__":
    main()
