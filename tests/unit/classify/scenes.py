"""Logs and reasons as failed jobs leave them, composed for tests."""

from trainstop.classify import classify
from trainstop.domain.failure import Failure, LogLine

TORCHRUN_SUMMARY = """\
W1120 20:35:12.641000 29875 torch/distributed/elastic/multiprocessing/api.py:1028] Sending process 90 closing signal SIGTERM
E1120 20:35:12.684000 29875 torch/distributed/elastic/multiprocessing/api.py:1002] failed (exitcode: 1) local_rank: 1 (pid: 91) of binary: /opt/conda/bin/python
Traceback (most recent call last):
  File "/opt/conda/bin/torchrun", line 8, in <module>
    sys.exit(main())
torch.distributed.elastic.multiprocessing.errors.ChildFailedError:
============================================================
train.py FAILED
------------------------------------------------------------
Failures:
  <NO_OTHER_FAILURES>
------------------------------------------------------------
Root Cause (first observed failure):
[0]:
  time      : 2026-11-20_20:35:12
  host      : algo-1
  rank      : 1 (local_rank: 1)
  exitcode  : 1 (pid: 91)
  error_file: <N/A>
  traceback : To enable traceback see: https://pytorch.org/docs/stable/elastic/errors.html
============================================================"""  # noqa: E501 (as torchrun prints it)

TOOLKIT_REPORT = """\
2026-11-20 20:32:15,081 sagemaker-training-toolkit INFO     Waiting for the process to finish and give a return code.
2026-11-20 20:32:15,087 sagemaker-training-toolkit INFO     Done waiting for a return code. Received 1 from exiting process.
2026-11-20 20:32:15,089 sagemaker-training-toolkit ERROR    Reporting training FAILURE
2026-11-20 20:32:15,089 sagemaker-training-toolkit ERROR    ExecuteUserScriptError:
ExitCode 1
ErrorMessage "{message}"
Command "/opt/conda/bin/python train.py --note NCCL-abort-out-of-memory"
2026-11-20 20:32:15,089 sagemaker-training-toolkit ERROR    Encountered exit_code 1"""  # noqa: E501 (as the toolkit prints it)


def log(*texts, host="algo-1"):
    """A failure known by its log alone."""
    lines = [line for text in texts for line in text.split("\n")]
    return Failure(lines=[LogLine(line, host=host, stream=f"demo/{host}-1") for line in lines])


def verdict_of(*texts, **more):
    return classify(log(*texts, **more))


def verdict_on(reason, **more):
    return classify(Failure(failure_reason=reason, **more))


def raised(exception, *frames):
    """A traceback."""
    shown = frames or ('  File "/opt/ml/code/train.py", line 9, in <module>', "    main()")
    return "\n".join(["Traceback (most recent call last):", *shown, exception])
