"""The grammar of FailureReason, with its quirks."""

import pytest

from trainstop.classify.reason import parse_reason


@pytest.mark.parametrize(
    ("text", "classes", "phase", "code", "body"),
    [
        ("AlgorithmError: Exit Code: 1", ("AlgorithmError",), None, 1, ""),
        ("AlgorithmError: , exit code: 2", ("AlgorithmError",), None, 2, ""),
        ("ClientError: ClientError: bad", ("ClientError", "ClientError"), None, None, "bad"),
        ("ClientError: Artifact upload failed:Full", ("ClientError",), "artifact upload failed", None, "Full"),
        (
            "ClientError: Artifact upload failed:ClientError: Out of Memory.",
            ("ClientError", "ClientError"),
            "artifact upload failed",
            None,
            "Out of Memory.",
        ),
        ("Received status from SageMaker:InternalServerError: x", ("InternalServerError",), None, None, "x"),
        (
            "ClientError: Failed to invoke sagemaker:X. Error Details: &#39;a&#39; No retry policy configured for x",
            ("ClientError",),
            None,
            None,
            "'a'",
        ),
        ("AlgorithmError: KeyError('x'), exit code: 1", ("AlgorithmError",), None, 1, "KeyError: x"),
        ("one\\ntwo#011three", (), None, None, "one\ntwo three"),
        ("", (), None, None, ""),
        (None, (), None, None, ""),
    ],
)
def test_a_reason_falls_into_its_parts(text, classes, phase, code, body):
    reason = parse_reason(text)
    assert (reason.classes, reason.phase, reason.exit_code, reason.body) == (classes, phase, code, body)


def test_the_toolkits_form_gives_its_message_and_not_its_command():
    reason = parse_reason(
        'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "KeyError: 1\n File "x.py"'
        '"\nExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"\nCommand "python train.py --secret x"'
    )
    assert reason.body.split("\n") == [
        "ExecuteUserScriptError:",
        "KeyError: 1",
        'File "x.py"',
        "OutOfMemory: Process killed by SIGKILL (signal 9)",
    ]
    assert reason.exit_code == 1


def test_a_command_that_was_cut_off_is_still_not_read():
    assert (
        parse_reason('ExecuteUserScriptError:\nCommand "python train.py --note CUDA').body == "ExecuteUserScriptError:"
    )


def test_a_traceback_on_one_line_is_spread_out():
    reason = parse_reason('Traceback (most recent call last): File "t.py", line 3, in <module> x KeyError: 1')
    assert reason.body.split("\n") == [
        "Traceback (most recent call last):",
        'File "t.py", line 3, in <module> x',
        "KeyError: 1",
    ]
