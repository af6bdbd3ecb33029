"""The same as `huiyin`, for people used to Django."""

from huiyin.config.cli import main

if __name__ == "__main__":
    main()
