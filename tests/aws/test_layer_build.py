import os
import shutil
import subprocess
import sys
import tomllib

from tests.unit.stack.template import PROJECT

LAYER = PROJECT / "layers/trainstop"


def steps(**environment: str) -> str:
    """The commands of the layer's build, as make would run them for sam; nothing is run."""
    make = shutil.which("make")
    assert make is not None
    command = [make, "--dry-run", "--makefile", str(LAYER / "Makefile"), "build-TrainstopLayer"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LAYER_", "VIRTUAL_ENV"))}
    result = subprocess.run(  # noqa: S603 (an argument list of our own)
        command,
        cwd=LAYER,
        env={**inherited, "ARTIFACTS_DIR": "/built", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def test_the_environment_says_which_python_and_processor_the_layer_is_for() -> None:
    built = steps(LAYER_PYTHON="3.11", LAYER_PLATFORM="x86_64")
    assert "--python-version 3.11 " in built
    assert "--platform manylinux2014_x86_64 " in built
    assert "aarch64" not in built


def test_without_a_word_the_layer_is_for_what_the_stack_runs_on() -> None:
    built = steps()
    assert "--python-version 3.13 " in built
    assert "--platform manylinux_2_28_aarch64 " in built
    assert "x86_64" not in built


def test_no_wheel_needs_a_newer_c_library_than_lambda_has() -> None:
    assert "manylinux_2_34_" in steps()
    assert "manylinux_2_35_" not in steps()


def test_packages_are_taken_by_hash_and_never_built_here() -> None:
    assert "--require-hashes" in steps()
    assert "--only-binary=:all:" in steps()


def test_the_command_line_is_not_in_the_layer() -> None:
    built = steps()
    assert 'rm -rf "/built/python/trainstop/cli"' in built
    assert built.index("cp -R trainstop") < built.index("trainstop/cli")


def test_the_queries_and_the_version_are_in_the_layer() -> None:
    built = steps()
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f'cp -R "{PROJECT}/queries" "/built/python/trainstop/queries"' in built
    assert f"/built/python/trainstop-{declared}.dist-info/METADATA" in built


def test_signatures_are_compiled_by_the_python_that_is_named_and_only_that_form_is_kept() -> None:
    built = steps(LAYER_BUILD_PYTHON=sys.executable)
    assert f"{sys.executable} -m trainstop.classify.compile" in built
    assert 'rm -rf "/built/python/trainstop/classify/signatures"' in built
