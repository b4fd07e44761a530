"""What the tests of the simulator share: the account around it, and jobs."""

import json
import time

ACCOUNT = "111122223333"


class RecordingAccount:
    """The rest of the account, as far as the simulator reaches it."""

    def __init__(self):
        self.events, self.trail, self.logs, self.actions = [], {}, {}, []

    def send(self, events):
        self.events.extend(events)

    def keep_trail(self, files):
        self.trail.update(files)

    def write_logs(self, stream, lines):
        self.logs.setdefault(stream, []).extend(lines)

    def publish_as_debugger(self, role, rule, protocol, endpoint):
        self.actions.append((role.rsplit("/", 1)[-1], rule, protocol, endpoint))


def wait_for(look, patience_seconds=10.0):
    deadline = time.monotonic() + patience_seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return seen


def create(sagemaker, name, **more):
    return sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={
            "TrainingImage": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/train:1",
            "TrainingInputMode": "File",
        },
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/training",
        OutputDataConfig={"S3OutputPath": "s3://demo-bucket/out"},
        ResourceConfig={"InstanceType": "ml.g5.2xlarge", "InstanceCount": 2, "VolumeSizeInGB": 50},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
        **more,
    )


def status(sagemaker, name):
    return sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"]


def debugger_rule(actions):
    """A rule configuration named Overfit; its action_json is the text given, or the JSON of the actions given."""
    text = actions if isinstance(actions, str) else json.dumps(actions)
    parameters = {"rule_to_invoke": "Overfit"} | ({"action_json": text} if actions else {})
    return {"RuleConfigurationName": "Overfit", "RuleEvaluatorImage": "rules", "RuleParameters": parameters}
