import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.unit.stack.template import PROJECT, resource, template

LAYER = PROJECT / "layers/trainstop"
DUCKDB_LAYER = PROJECT / "layers/duckdb"


def locked() -> dict[str, Any]:
    lock = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))
    return {package["name"]: package for package in lock["package"]}


def needed(packages: dict[str, Any]) -> set[str]:
    """The names of what the project depends on, without its extras and groups, and of what those depend on."""
    names: set[str] = set()
    ahead = [dependency["name"] for dependency in packages["trainstop"]["dependencies"]]
    while ahead:
        name = ahead.pop()
        if name not in names:
            names.add(name)
            ahead += [dependency["name"] for dependency in packages[name].get("dependencies", [])]
    return names


def hashes(package: dict[str, Any]) -> set[str]:
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    return {file["hash"] for file in files}


def required(layer: Path = LAYER) -> dict[str, tuple[str, set[str]]]:
    """Name to version and hashes, from requirements.txt."""
    text = (layer / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    parsed = [re.fullmatch(r"([\w.-]+)==(\S+)((?:\s+--hash=\S+)+)\s*", line) for line in lines]
    return {
        match[1]: (match[2], set(re.findall(r"--hash=(\S+)", match[3])))
        for match in parsed
        if match is not None or _refuse(lines)
    }


def _refuse(lines: list[str]) -> bool:
    raise AssertionError(f"a requirement without version, hash, or with a marker, among {lines}")


def test_requirements_are_what_is_locked() -> None:
    packages = locked()
    assert required() == {name: (packages[name]["version"], hashes(packages[name])) for name in needed(packages)}, (
        "run: uv export --no-default-groups --no-emit-project --frozen --output-file layers/trainstop/requirements.txt"
    )


def test_the_layer_of_the_archives_table_is_duckdb_alone_as_it_is_locked() -> None:
    package = locked()["duckdb"]
    assert required(DUCKDB_LAYER) == {"duckdb": (package["version"], hashes(package))}, (
        "run: uv export --only-group table --no-emit-project --frozen --output-file layers/duckdb/requirements.txt"
    )


def test_boto3_is_lambdas_own() -> None:
    assert not {"boto3", "botocore", "s3transfer"} & set(required())


@pytest.mark.parametrize(("name", "folder"), [("TrainstopLayer", LAYER), ("DuckdbLayer", DUCKDB_LAYER)])
def test_a_layer_is_built_by_a_target_of_its_own_makefile(name: str, folder: Path) -> None:
    assert resource(name)["Metadata"] == {"BuildMethod": "makefile"}
    assert f"\nbuild-{name}:\n" in (folder / "Makefile").read_text(encoding="utf-8")


def test_by_default_the_layer_is_built_for_what_the_stack_runs_on() -> None:
    makefile = (PROJECT / "layers/packages.mk").read_text(encoding="utf-8")
    platforms = {"arm64": "aarch64", "x86_64": "x86_64"}
    assert "LAYER_PYTHON ?= " + template()["Parameters"]["Runtime"]["Default"].removeprefix("python") + "\n" in makefile
    assert "LAYER_PLATFORM ?= " + platforms[template()["Parameters"]["Architecture"]["Default"]] + "\n" in makefile
