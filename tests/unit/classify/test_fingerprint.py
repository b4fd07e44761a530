import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainstop.classify import classify
from trainstop.classify.fingerprint import fault_of, fingerprint, masked
from trainstop.domain.failure import Failure, LogLine


def of_lines(*lines):
    return classify(Failure(secondary_status="Failed", lines=tuple(LogLine(line, "algo-1") for line in lines)))


def raised(error, file="/opt/ml/code/train.py", line=12, function="fit"):
    return of_lines(
        "Traceback (most recent call last):", f'  File "{file}", line {line}, in {function}', "    x()", error
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CUDA out of memory. Tried to allocate 20.00 MiB", "CUDA out of memory. Tried to allocate 1.50 GiB"),
        ("no such file: /opt/ml/input/data/train/a.csv", "no such file: /opt/ml/input/data/val/b.csv"),
        ("cannot reach s3://bucket-a/x/y", "cannot reach s3://bucket-b/z"),
        ("cannot open 'run-alpha/part.csv'", "cannot open 'run-beta/part.csv'"),
        ("no answer from worker-a.example.com", "no answer from node-b.example.com"),
        ("lost ip-10-0-1-5 at 10.0.1.5:41234", "lost ip-10-2-9-77 at 10.2.9.77:9"),
        ("failed at 2026-01-15T12:00:00Z on algo-1", "failed at 2026-11-20 23:59:59,123 on algo-12"),
        ("request 11111111-2222-3333-4444-555555555501 failed", "request 0a1b2c3d-0000-1111-2222-33334444abcd failed"),
        ("object at 0x7f1234abcd", "object at 0x55ffee"),
    ],
)
def test_what_differs_between_two_jobs_is_masked(one, other):
    assert masked(one) == masked(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("KeyError: 'label'", "KeyError: 'text'"), ("No module named 'a'", "No module named 'b'"), ("Killed", "Aborted")],
)
def test_what_tells_faults_apart_is_kept(one, other):
    assert masked(one) != masked(other)


@given(st.text(max_size=200))
def test_masking_what_is_masked_changes_nothing(text):
    assert masked(masked(text)) == masked(text)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(1, 9999))
def test_numbers_and_line_numbers_do_not_matter(one, other, line):
    assert fingerprint(raised(f"ValueError: got {one} rows")) == fingerprint(
        raised(f"ValueError: got {other} rows", line=line)
    )


@given(st.from_regex(r"/opt/ml/(code|other)/[a-z]{1,8}", fullmatch=True))
def test_where_the_users_file_lies_does_not_matter(folder):
    assert fingerprint(raised("ValueError: x", f"{folder}/train.py")) == fingerprint(raised("ValueError: x"))


@pytest.mark.parametrize(
    "other",
    [
        raised("TypeError: x"),
        raised("ValueError: y"),
        raised("ValueError: x", function="load"),
        raised("ValueError: x", "/opt/ml/code/data.py"),
        of_lines("torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"),
        of_lines(),
    ],
    ids=fault_of,
)
def test_another_fault_has_another_fingerprint(other):
    assert fingerprint(other) != fingerprint(raised("ValueError: x"))


def test_a_fingerprint_is_sixteen_digits():
    assert len(fingerprint(of_lines())) == 16
