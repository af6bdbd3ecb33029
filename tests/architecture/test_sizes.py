"""Ceilings on the length of files and functions."""

from tests.architecture.house import faults, python_files, too_long


def test_no_file_and_no_function_passes_its_ceiling() -> None:
    assert faults(too_long, python_files()) == []


def test_a_file_of_601_lines_is_refused() -> None:
    assert too_long("x = 1\n" * 601) == ["601 lines, 600 are allowed"]


def test_a_function_of_61_lines_is_refused() -> None:
    assert too_long("def long():\n" + "    x = 1\n" * 60) == ["long: 61 lines, 60 are allowed"]
