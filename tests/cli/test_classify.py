import json

import pytest

REASON = "AlgorithmError: ExecuteUserScriptError:\nExitCode 1"
LOG = "epoch 1\nModuleNotFoundError: No module named 'transformers'\nreporting failure\n"


def _answer(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_reason_alone_is_enough(trainstop):
    answer = _answer(trainstop("classify", "--reason", "ClientError: CUDA out of memory", "--json"))
    assert (answer["category"], answer["retryable"], answer["retry"]) == ("gpu_out_of_memory", False, "no")


@pytest.mark.parametrize("form", ["file", "-", "standard input"])
def test_a_log_comes_from_a_file_or_standard_input(trainstop, tmp_path, form):
    path = tmp_path / "log"
    path.write_text(LOG)
    arguments = {"file": [str(path)], "-": ["-"], "standard input": []}[form]
    answer = _answer(trainstop("classify", "--json", *arguments, stdin=LOG))
    assert answer["category"] == "dependency"
    assert answer["root_line"] == "ModuleNotFoundError: No module named 'transformers'"


def test_reason_and_log_are_weighed_together(trainstop, tmp_path):
    path = tmp_path / "log"
    path.write_text(LOG)
    answer = _answer(trainstop("classify", str(path), "--reason", REASON, "--json"))
    assert (answer["category"], answer["exit_code"]) == ("dependency", 1)


def test_the_secondary_status_is_heard(trainstop):
    answer = _answer(trainstop("classify", "--reason", "", "--secondary-status", "MaxRuntimeExceeded", "--json"))
    assert answer["category"] == "timeout"


def test_people_get_the_cause_the_line_and_the_advice(trainstop):
    shown = trainstop("classify", stdin=LOG).stdout
    assert "Missing or incompatible package (dependency)" in shown
    assert "ModuleNotFoundError: No module named 'transformers'" in shown
    assert "requirements.txt" in shown


def test_a_line_of_the_log_can_neither_steer_the_terminal_nor_show_a_secret(trainstop):
    secret = "AKIA" + "ABCDEFGHIJKLMNOP"
    log = f"ModuleNotFoundError: No module named '\x1b[31m[red]x' {secret}\n"
    for result in (trainstop("classify", stdin=log), trainstop("classify", "--json", stdin=log)):
        assert "\x1b" not in result.stdout
        assert secret not in result.stdout
        assert "[red]x" in result.stdout


def test_bytes_that_are_not_utf_8_are_read_all_the_same(trainstop, tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"\xff\xfe\x00\n" + LOG.encode())
    assert _answer(trainstop("classify", str(path), "--json"))["category"] == "dependency"


def test_of_a_long_log_the_end_is_read(trainstop, tmp_path, monkeypatch):
    from trainstop.cli import classify  # noqa: PLC0415 - as the command itself does

    monkeypatch.setattr(classify, "MAX_LOG_BYTES", len(LOG))
    path = tmp_path / "log"
    path.write_text("RuntimeError: CUDA out of memory.\n" * 3 + LOG)
    assert _answer(trainstop("classify", str(path), "--json"))["category"] == "dependency"


QUESTIONS = [
    {"id": "a", "failure_reason": "ClientError: CUDA out of memory", "log_tail": [], "secondary_status": "Failed"},
    {"id": "b", "failure_reason": None, "log_tail": ["x", "No space left on device \u2028"], "secondary_status": None},
]


@pytest.mark.parametrize("form", ["file", "standard input"])
def test_jsonl_answers_each_line_in_its_order(trainstop, tmp_path, form):
    text = "\n".join(json.dumps(question, ensure_ascii=False) for question in QUESTIONS) + "\n"
    path = tmp_path / "questions.jsonl"
    path.write_text(text, encoding="utf-8")
    result = trainstop("classify", "--jsonl", *([str(path)] if form == "file" else []), stdin=text)
    answers = [json.loads(line) for line in result.stdout.split("\n") if line]
    assert [(answer["id"], answer["category"]) for answer in answers] == [
        ("a", "gpu_out_of_memory"),
        ("b", "disk_full"),
    ]
    assert answers[1]["root_line"] == QUESTIONS[1]["log_tail"][1]
    assert set(answers[0]) == {"id", "category", "root_line", "retryable", "signature", "advice"}


@pytest.mark.parametrize("line", ["no json", "[]", '{"id": "a", "log_tail": "text"}'])
def test_jsonl_names_the_line_that_is_no_question(trainstop, line):
    result = trainstop("classify", "--jsonl", stdin=f"{json.dumps(QUESTIONS[0])}\n{line}\n")
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 1
    assert "line 2" in result.stderr


def test_a_log_that_cannot_be_read_is_wrong_usage(trainstop, tmp_path):
    result = trainstop("classify", str(tmp_path / "none"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be read: No such file or directory" in result.stderr


def test_explain_shows_what_was_considered_and_what_was_chosen(trainstop, tmp_path):
    log = tmp_path / "log"
    log.write_text(
        "torch.OutOfMemoryError: CUDA out of memory.\nRuntimeError: Connection closed by peer [10.0.1.5]:1\n"
    )
    shown = trainstop("classify", str(log), "--explain").stdout
    assert "chosen: log, root, cuda-out-of-memory" in shown
    assert "victim" in shown
    way = _answer(trainstop("classify", str(log), "--explain", "--json"))["explanation"]
    assert [each["signature"] for each in way["considered"] if each["chosen"]] == ["cuda-out-of-memory"]
