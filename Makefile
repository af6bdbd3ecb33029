# 回音 Huiyin. Everything goes through tools/launch.py, which is plain Python and says what it does.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix docs pictures mutants lock

help:
	@echo "make run       an invented county at work on this machine  在本机运行示范县"
	@echo "make test      everything that has to pass                 全部测试"
	@echo "make setup     environment, dependencies, pages            安装环境"
	@echo "make check     style, types, contracts, manual             检查"
	@echo "make fix       put style right where a tool can            自动整理格式"
	@echo "make docs      the manual as a site in site/               生成手册"
	@echo "make pictures  photograph every page into pictures/        页面截图"
	@echo "make mutants   plant faults in the rules, count the found  变异测试"
	@echo "make lock      remake requirements/ from pyproject.toml    重新锁定依赖"

setup run test check fix docs pictures mutants lock:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "$(PYTHON) was not found: install Python 3.11 or later, or name yours: make $@ PYTHON=/path/to/python3. 请先安装 Python 3.11 或更新版本。" >&2; exit 1; }
	@$(PYTHON) -m tools.launch $@
