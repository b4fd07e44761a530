import pytest

from trainstop.classify.reach import names_a_cause
from trainstop.domain.failure import LogLine

WATCHED_ONLY = ["ERROR:torch.distributed.elastic: failed (exitcode: 1) local_rank: 0 (pid: 7)", "ExitCode 1"]


@pytest.mark.parametrize(
    ("lines", "reached"),
    [
        ([], False),
        (["Epoch 1 loss 0.3", "Epoch 2 loss 0.2"], False),
        (WATCHED_ONLY, False),
        (["RuntimeError: Connection closed by peer [10.0.1.5]:1234"], False),
        (["torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB", *WATCHED_ONLY], True),
        (["Traceback (most recent call last):", '  File "train.py", line 1, in <module>', "KeyError: 'x'"], True),
    ],
)
def test_a_tail_reaches_a_cause_where_it_holds_one_of_its_own(lines, reached):
    assert names_a_cause([LogLine(line, "algo-1") for line in lines]) is reached
