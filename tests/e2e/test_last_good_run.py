"""What was different in the last good run, and who started the job, on the deployed stack."""

TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
COMPLETED = {"do": "status", "at_seconds": 0.8, "status": "Completed"}
FAILED = {"do": "status", "at_seconds": 1.0, "status": "Failed", "failure_reason": "AlgorithmError: , exit code: 1"}
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:{}-gpu-py312"


def a_run(name, image, learning_rate, end, **changes):
    own = {"sagemaker_job_name": f'"{name}"', "sagemaker_region": '"us-east-1"', "learning_rate": learning_rate}
    return {
        "name": name,
        "image": IMAGE.format(image),
        "hyperparameters": own,
        "channels": {"train": "s3://example-data/v12/train/"},
        "tags": {"team": "vision"},
        "timeline": [TRAINING, end],
    } | changes


def kept_runs(stack):
    items = stack.client("dynamodb").scan(TableName=stack.outputs()["IncidentsTableName"])["Items"]
    return "".join(item["run"]["S"] for item in items if item["pk"]["S"].startswith("family#"))


def test_a_failure_is_told_with_what_was_different_when_its_family_last_completed(stack, wait, tmp_path):
    good, bad = "e2e-family-2026-11-20-01-40-07-512", "e2e-family-2026-11-21-01-40-02-077"
    stack.play(tmp_path, jobs=[a_run(good, "2.7.1", "0.001", COMPLETED)])
    wait(lambda: good in kept_runs(stack))
    stack.play(tmp_path, jobs=[a_run(bad, "2.8.0", "0.1", FAILED)])

    (mail,) = wait(lambda: stack.inbox(bad))
    lines = mail["text"].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Last good run: "))
    section = lines[start : lines.index("", start)]
    assert section[0].startswith(f"Last good run: {good} (")
    assert section[1:] == [
        "  image: ...2.7.1-gpu-py312 -> ...2.8.0-gpu-py312",
        "  hyperparameter learning_rate: 0.001 -> 0.1",
    ]
    (incident,) = stack.incidents(bad)
    assert [each["field"] for each in incident["last_good"]["differences"]] == ["image", "hyperparameter learning_rate"]
    assert incident["job"]["team"] == "vision"
    shown = stack.trainstop("incidents", "show", incident["incident_id"]).stdout
    assert f"Last good {good}" in " ".join(shown.split())


def test_a_job_that_nobody_tagged_belongs_to_whoever_called(stack, wait, tmp_path):
    name = "e2e-untagged-1"
    late = FAILED | {"at_seconds": 6.0}
    caller = {"role": "ml-engineer", "session": "mira.okafor"}
    stack.play(tmp_path, jobs=[a_run(name, "2.8.0", "0.1", late, tags={}, submitted_by=caller)])
    (incident,) = wait(lambda: stack.incidents(name))
    assert (incident["job"]["owner"], incident["job"]["owner_source"]) == ("mira.okafor", "cloudtrail")
    (mail,) = wait(lambda: stack.inbox(name))
    assert "mira.okafor (by CloudTrail)" in mail["text"]
